/**
 * Connections: what agents may reach outside Guildhall. Admins of an organization list the hosts whose pages may be read, and
 * connect tool servers (MCP over streamable HTTP) whose tools runs may call. Private addresses are blocked, except for tool servers
 * that an operator has allowed in the installation's own network.
 */
import type { Actor, AuditLog, Person } from '#features/audit-log/server/audit-log.ts';
import type { changeServerTools } from '#features/connections/contract.ts';
import { createCache } from '#kernel/cache.ts';
import type { Clock } from '#kernel/clock.ts';
import type { Database } from '#kernel/database/pool.ts';
import { notFound } from '#kernel/errors.ts';
import type { EventBus } from '#kernel/event-bus.ts';
import type { HostList } from '#kernel/http/host-list.ts';
import { isOfCloud, isPublicAddress } from '#kernel/http/public-address.ts';
import { createPublicFetch, publicFetch as fetchFromPublic } from '#kernel/http/public-fetch.ts';
import type { Log } from '#kernel/log.ts';
import { createVault } from '#kernel/vault.ts';
import type { BodyOf } from '#wire/contract.ts';
import { createCredentials } from './credentials.ts';
import { describeTools } from './describe.ts';
import { fetchPage, type Page } from './fetch-page.ts';
import { createListings } from './listings.ts';
import { createOutsideTools } from './outside-tools.ts';
import * as sql from './queries.ts';
import { readStates } from './server-states.ts';
import { createToolChoice } from './tool-choice.ts';
import { createToolServers } from './tool-servers.ts';
import type { CallTimeouts } from './tool-session.ts';
import { createToolSessions } from './tool-sessions.ts';

export { OutcomeUnknown, TimedOut as OutOfTime } from './failure.ts';
export type { Page } from './fetch-page.ts';
export type { MissingTool, OutsideTool, ToolAvailability as Survey, UnusableTool as Unfit } from './outside-tools.ts';
export type Connections = ReturnType<typeof createConnections>;

interface Options {
  db: Database;
  auditLog: AuditLog;
  eventBus: EventBus;
  log: Log;
  clock: Clock;
  /** Without one, no token can be stored. */
  encryptionKeys: readonly string[];
  version: string;
  /** Addresses allowed for tool servers in the installation's own network; undefined allows all of it. */
  privateHosts?: HostList | undefined;
  /** For tests: they have no public servers. */
  publicFetch?: typeof fetch;
  /** For tests: they cannot wait as long. */
  timeouts?: ToolServerTimeouts | undefined;
}

/** Timeouts in ms: of sessions and calls; of listing a server's tools; of a run waiting for servers that recently failed. */
export type ToolServerTimeouts = Partial<CallTimeouts & { list: number; availability: number }>;

const LIST_MS = 60_000;
const AVAILABILITY_TIMEOUT_MS = 3000;
const BELIEVED_MS = 60_000;

export function createConnections({
  db,
  auditLog,
  eventBus,
  log,
  clock,
  encryptionKeys,
  version,
  privateHosts,
  publicFetch = fetchFromPublic,
  timeouts = {},
}: Options) {
  const credentials = createCredentials(encryptionKeys.length > 0 ? createVault(encryptionKeys) : undefined);
  // A low limit: the definitions of one server's tools may take a megabyte.
  const states = createCache({ eventBus, channel: 'connections', load: (organizationId) => readStates(db, organizationId), max: 200 });
  const hosts = createCache({
    eventBus,
    channel: 'connections',
    load: async (organizationId) => (await sql.selectFetchHosts(db, { organizationId }))[0]?.hosts,
    max: 10_000,
  });
  const isPrivateAllowed = privateHosts?.allows ?? ((address: string) => !isOfCloud(address));
  const privateFetch = createPublicFetch({ isAllowed: (address, host) => isPublicAddress(address) || isPrivateAllowed(address, host) });
  const toolServers = createToolServers({ db, auditLog, credentials, checkPrivate: privateHosts ? privateFetch.check : undefined });
  const choice = createToolChoice({ db, auditLog });
  const sessions = createToolSessions({ credentials, version, publicFetch, privateFetch, timeouts });
  const listings = createListings({ db, log, credentials, sessions, listMs: timeouts.list ?? LIST_MS });
  const statesOf = async (organizationId: string) => (await states.get(organizationId)) ?? [];
  const outside = createOutsideTools({
    statesOf,
    readStates: (organizationId) => readStates(db, organizationId),
    listings,
    sessions,
    credentials,
    availabilityMs: timeouts.availability ?? AVAILABILITY_TIMEOUT_MS,
    clock,
  });

  async function closeOutdated(organizationId: string): Promise<void> {
    const current = await statesOf(organizationId).catch(() => undefined);
    const rows = current?.map(({ row }) => row);
    if (rows) sessions.closeOutdated(organizationId, rows);
  }
  eventBus.subscribe('connections', (organizationId) => void closeOutdated(organizationId));
  eventBus.onReset(() => void Promise.all(sessions.organizations().map(closeOutdated)));

  async function find(toolServerId: string): Promise<sql.ToolServerRow> {
    const row = await toolServers.find(toolServerId);
    if (!row) throw notFound('tool server');
    return row;
  }

  return {
    list: toolServers.list,
    add: toolServers.add,
    change: toolServers.change,
    remove: toolServers.remove,
    sealAddresses: toolServers.sealAddresses,
    organizationOf: async (toolServerId: string) => (await toolServers.find(toolServerId))?.organization_id,

    /** Lists the tools of a tool server now; @throws 404 */
    async test(toolServerId: string) {
      const heard = await listings.hear(await find(toolServerId));
      if ('reason' in heard) return { ok: false, reason: heard.reason };
      return { ok: true, tools: describeTools(await choice.find(toolServerId)).tools };
    },

    /** Its tools as last listed; an old list is refreshed in the background; @throws 404 */
    async tools(toolServerId: string) {
      const state = await choice.find(toolServerId);
      listings.hear(state.row, performance.now() - BELIEVED_MS).catch(() => undefined);
      return describeTools(state);
    },
    /** Turns tools on, as the admin saw them, and off; @throws 404, 409 `tools_changed` */
    async chooseTools(actor: Person, toolServerId: string, wanted: BodyOf<typeof changeServerTools>) {
      const state = await choice.change(actor, toolServerId, wanted);
      // The admin sees the change at once where agents choose their tools; other servers get it over the event bus.
      states.invalidate(state.row.organization_id);
      return describeTools(state);
    },

    /** The tools that runs of an organization may use, and those that are missing; takes up to 3 s if a server is unreachable. */
    availability: outside.availability,
    /** The same from stored lists, without contacting any server. */
    known: outside.known,

    fetchHosts: async (organizationId: string): Promise<string[]> => (await sql.selectFetchHosts(db, { organizationId }))[0]?.hosts ?? [],
    async changeFetchHosts(actor: Actor, organizationId: string, wanted: readonly string[]): Promise<string[]> {
      const hosts = [...new Set(wanted)];
      await db.transaction(async (tx) => {
        await sql.upsertFetchHosts(tx, { organizationId, hosts });
        tx.withCommit(auditLog.record(tx, { organizationId, actor, action: 'hosts.change', detail: { hosts } }));
      });
      return hosts;
    },

    /** One web page as text, Markdown for HTML; @throws HttpProblem with a sentence for the model, see fetch-page.ts */
    async fetchPage(organizationId: string, url: string, signal: AbortSignal): Promise<Page> {
      const allowed = (await hosts.get(organizationId)) ?? [];
      return fetchPage(url, { organizationId, hosts: allowed, send: publicFetch }, signal);
    },

    /** Ends every session with a tool server. */
    close: sessions.close,
  };
}
