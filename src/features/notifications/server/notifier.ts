/**
 * Turns events of the outbox into notifications. One transaction locks events, stores their notifications and deletes the events, so each
 * person gets each notification exactly once, even if a server dies. It waits for nothing but SQL, so it needs no lease.
 */
import { kind } from '#features/notifications/contract.ts';
import type { OutboxEvent } from '#features/outbox/events.ts';
import * as outbox from '#features/outbox/server/outbox.ts';
import { roleForApproval } from '#features/policies/policy.ts';
import type { Policies } from '#features/policies/server/policies.ts';
import type { Database, Transaction } from '#kernel/database/pool.ts';
import { HttpProblem } from '#kernel/errors.ts';
import type { EventBus } from '#kernel/event-bus.ts';
import type { Log } from '#kernel/log.ts';
import { createPoller } from '#kernel/poller.ts';
import { type Role, rolesFrom } from '#wire/role.ts';
import * as sql from './queries.ts';
import { audienceOf, channelsFor, isByDefault } from './recipients.ts';

/** Finds events whose NOTIFY was lost, and postponed ones. */
const POLL_EVERY_MS = 5000;
/** Most events in one transaction. */
const MAX_AT_ONCE = 100;
/** Seconds until a failed event is retried. */
const TRY_AGAIN = 60;

type AskedEvent = Extract<OutboxEvent, { kind: 'approval_asked' }>;

interface Options {
  db: Database;
  eventBus: EventBus;
  log: Log;
  policies: Pick<Policies, 'rulesFor'>;
}

export function createNotifier({ db, eventBus, log, policies }: Options) {
  async function findRecipients(tx: Transaction, event: OutboxEvent): Promise<sql.Recipient[]> {
    const { id, organization_id: organizationId } = event;
    const audience = audienceOf(event, event.kind === 'approval_asked' ? await findApprovers(tx, event) : 'owner');
    if (!audience) return [];
    const { role, userId } = audience;
    const projectId = 'projectId' in event.payload ? event.payload.projectId : null;
    const shared = { organizationId, projectId, roles: rolesFrom(role) };
    const members =
      userId === undefined
        ? await sql.selectMembers(tx, { ...shared, byDefault: isByDefault(event) })
        : await sql.selectMember(tx, { ...shared, userId });
    return members.flatMap(({ user_id: userId, choices, has_webhook: hasWebhook }) =>
      channelsFor(event, { userId, choices, hasWebhook }).map((channel) => ({ eventId: id, userId, role, channel })),
    );
  }

  async function findApprovers(tx: Transaction, { organization_id, payload }: AskedEvent): Promise<Role> {
    return roleForApproval((await policies.rulesFor(organization_id, payload.projectId, null, tx)).policies);
  }

  /** @returns how many were processed; other servers process the rest */
  async function notify(ids: readonly number[]): Promise<number> {
    return db.transaction(async (tx) => {
      const events = await outbox.lockEvents(tx, { ids });
      const recipients = (await Promise.all(events.map((event) => findRecipients(tx, event)))).flat();
      if (recipients.length > 0) tx.withCommit(sql.insertNotifications(tx, columnsOf(recipients)));
      if (events.length > 0) tx.withCommit(outbox.deleteEvents(tx, { ids: events.map(({ id }) => id) }));
      return events.length;
    });
  }

  /** Isolates an event that cannot be processed, so that it does not block the others. */
  async function notifyOneByOne(ids: readonly number[]): Promise<void> {
    for (const id of ids)
      await notify([id]).catch(async (error: unknown) => {
        if (error instanceof HttpProblem) throw error;
        log.error({ err: error, event: id }, 'people could not be notified of an event; it is tried again');
        await outbox.postponeEvent(db, { id, seconds: TRY_AGAIN });
      });
  }

  const poller = createPoller({
    log,
    purpose: 'notify people of what happened',
    everyMs: POLL_EVERY_MS,
    async poll() {
      const ids = (await outbox.selectDue(db, { kinds: kind.options, limit: MAX_AT_ONCE })).map(({ id }) => id);
      if (ids.length === 0) return undefined;
      const processed = await notify(ids).catch(async (error: unknown) => {
        if (error instanceof HttpProblem) throw error;
        await notifyOneByOne(ids);
        return ids.length;
      });
      return processed === MAX_AT_ONCE ? 0 : undefined;
    },
  });
  eventBus.subscribe('outbox', poller.wake);
  eventBus.onReset(poller.wake);

  return { start: poller.start, close: poller.close };
}

const columnsOf = (recipients: readonly sql.Recipient[]) => ({
  eventIds: recipients.map(({ eventId }) => eventId),
  userIds: recipients.map(({ userId }) => userId),
  roles: recipients.map(({ role }) => role),
  channels: recipients.map(({ channel }) => channel),
});
