/** SQL for the tools that servers list, and for those an admin has turned on. */
import { insertEvent } from '#features/outbox/server/outbox.ts';
import { statement } from '#kernel/database/statement.ts';
import type { Definition, ListedTool } from './tool-definition.ts';

export interface ListingRow {
  tool_server_id: string;
  tools: ListedTool[];
  more: boolean;
  listed_at: string | null;
  failing_since: string | null;
  reason: string | null;
}

export interface PinRow {
  tool_server_id: string;
  name: string;
  digest: string;
  definition: Definition;
}

const listing = 'l.tool_server_id, l.tools, l.more, l.listed_at, l.failing_since, l.reason';

export const selectListings = statement<ListingRow, { organizationId: string }>(
  'connections.select-listings',
  `select ${listing} from tool_server_listings l join tool_servers s on s.id = l.tool_server_id where s.organization_id = $organizationId`,
);

export const selectPinsOf = statement<PinRow, { organizationId: string }>(
  'connections.select-pins-of-organization',
  `select p.tool_server_id, p.name, p.digest, p.definition
   from tool_pins p join tool_servers s on s.id = p.tool_server_id where s.organization_id = $organizationId`,
);

export const selectListing = statement<ListingRow, { toolServerId: string }>(
  'connections.select-listing',
  `select ${listing} from tool_server_listings l where l.tool_server_id = $toolServerId`,
);

export const selectPins = statement<PinRow, { toolServerId: string }>(
  'connections.select-pins',
  'select tool_server_id, name, digest, definition from tool_pins where tool_server_id = $toolServerId',
);

export const upsertListing = statement<never, { toolServerId: string; tools: string; more: boolean }>(
  'connections.upsert-listing',
  `insert into tool_server_listings (tool_server_id, tools, more, listed_at) values ($toolServerId, $tools::jsonb, $more, now())
   on conflict (tool_server_id) do update set tools = excluded.tools, more = excluded.more, listed_at = now(), failing_since = null, reason = null`,
);

/** Keeps the previous list. Does nothing for a deleted server. */
export const noteFailure = statement<never, { toolServerId: string; reason: string }>(
  'connections.note-listing-failure',
  `insert into tool_server_listings (tool_server_id, failing_since, reason) select id, now(), $reason from tool_servers
   where id = $toolServerId
   on conflict (tool_server_id) do update set
     failing_since = coalesce(tool_server_listings.failing_since, now()), reason = excluded.reason`,
);

/** Pins the tools as the admin sees them now; with `userId` null they were in use before pinning. */
export const upsertPins = statement<
  never,
  { toolServerId: string; names: readonly string[]; digests: readonly string[]; definitions: readonly string[]; userId: string | null }
>(
  'connections.upsert-pins',
  `insert into tool_pins (tool_server_id, name, digest, definition, pinned_by)
   select $toolServerId, p.name, p.digest, p.definition, $userId
   from unnest($names::text[], $digests::text[], $definitions::jsonb[]) as p (name, digest, definition)
   on conflict (tool_server_id, name) do update set
     digest = excluded.digest, definition = excluded.definition, pinned_by = excluded.pinned_by, pinned_at = now(), told_at = null`,
);

export const endFirstListing = statement<never, { toolServerId: string }>(
  'connections.end-first-listing',
  'update tool_servers set pin_first_listing = false where id = $toolServerId',
);

/** Those not notified about for a day: a server that keeps changing its tools causes one notification. */
export const markNotified = statement<{ name: string }, { toolServerId: string; names: readonly string[] }>(
  'connections.mark-told',
  `update tool_pins set told_at = now()
   where tool_server_id = $toolServerId and name = any ($names) and (told_at is null or told_at < now() - interval '1 day') returning name`,
);

/** Writes the event that notifies admins of tools that have changed. @param tools as JSON, the first of `toolCount` */
export const insertToolsChanged = statement<never, { toolServerId: string; tools: string; toolCount: number }>(
  'connections.insert-tools-changed',
  insertEvent('tools_changed', {
    from: 'tool_servers t join organizations o on o.id = t.organization_id where t.id = $toolServerId',
    subject: 't.id',
    occurrence: 'now()',
    organizationId: 'o.id',
    senderId: 'null::uuid',
    payload: {
      organizationId: 'o.id',
      organization: 'o.name',
      toolServerId: 't.id',
      server: 't.name',
      tools: '$tools::jsonb',
      toolCount: '$toolCount::int',
    },
    context: {},
  }),
);
