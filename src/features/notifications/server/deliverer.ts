/**
 * Delivers pending notifications. The first server to claim one leases it for a minute, sends it without holding a database connection, and
 * records the outcome. If a server dies in between, another one takes over, so a notification is delivered at least once, and rarely twice.
 */
import { createClaimLoop } from '#kernel/claim-loop.ts';
import type { Database } from '#kernel/database/pool.ts';
import type { EventBus } from '#kernel/event-bus.ts';
import type { Log } from '#kernel/log.ts';
import type { Metrics } from '#kernel/metrics.ts';
import type { Outgoing } from '#kernel/outgoing.ts';
import { atLeast } from '#wire/role.ts';
import { composeMessage } from './message.ts';
import * as sql from './queries.ts';
import { isWanted } from './recipients.ts';
import type { Outcome, Send } from './send.ts';
import { texts } from './texts.ts';

/** Delays after each failure; after the last one, a day after the event, delivery is abandoned. */
const RETRY_MINUTES = [1, 5, 30, 120, 360, 900];
/** Longer than the timeout of either channel. */
const LEASE_SECONDS = 60;
const MAX_AT_ONCE = 10;
/** For retries, and for lost NOTIFY messages between servers. */
const POLL_EVERY_MS = 5000;
/** Time that deliveries in progress get when the server stops. */
const CLOSE_TIMEOUT_MS = 3000;

interface Options {
  db: Database;
  eventBus: EventBus;
  log: Log;
  metrics: Metrics;
  send: Send;
  outgoing: Pick<Outgoing, 'isHeld' | 'onChange'>;
}

export function createDeliverer({ db, eventBus, log, metrics, send, outgoing }: Options) {
  const outcomes = metrics.counter('notification_attempts_total', 'Attempts to deliver a notification, by outcome', ['channel', 'outcome']);
  const abandoned = metrics.counter('notifications_given_up_total', 'Notifications that could not be delivered', ['channel']);

  async function deliver(row: sql.ClaimedRow, { signal }: AbortController): Promise<void> {
    const outdated = whyOutdated(row);
    if (outdated) return void (await sql.end(db, { id: row.id, attempt: row.attempts, status: 'withdrawn', reason: outdated }));
    const { id, channel, kind, about, created_at: at, sender_id: senderId, attempts } = row;
    const receiver = { id: row.user_id, email: row.email, webhookUrl: row.webhook_url, webhookSecret: row.webhook_secret };
    const outcome = await send(
      channel,
      receiver,
      { id, message: composeMessage(row), type: kind, at, payload: about, senderId, again: attempts > 1 },
      signal,
    );
    await note(row, outcome);
  }

  async function note({ id, attempts, channel }: sql.ClaimedRow, outcome: Outcome): Promise<void> {
    outcomes.inc({ channel, outcome: outcome.delivered ? 'delivered' : 'refused' });
    if (outcome.delivered) return void (await sql.end(db, { id, attempt: attempts, status: 'delivered', reason: null }));
    const minutes = outcome.final ? undefined : RETRY_MINUTES[attempts - 1];
    if (channel === 'email') log.warn({ notification: id, reason: outcome.reason, attempts }, 'an email could not be sent');
    if (minutes === undefined) {
      abandoned.inc({ channel });
      await sql.end(db, { id, attempt: attempts, status: 'failed', reason: outcome.reason });
    } else await sql.postpone(db, { id, attempt: attempts, seconds: minutes * 60, reason: outcome.reason });
  }

  const loop = createClaimLoop<sql.ClaimedRow>({
    log,
    what: 'notifications',
    everyMs: POLL_EVERY_MS,
    max: MAX_AT_ONCE,
    claim: async (capacity) => (outgoing.isHeld() ? [] : sql.claim(db, { limit: capacity, leaseSeconds: LEASE_SECONDS })),
    process: deliver,
    onError: (error, { id }) => log.warn({ err: error, notification: id }, 'the outcome of a notification could not be stored'),
    patienceMs: CLOSE_TIMEOUT_MS,
  });

  eventBus.subscribe('notification', ({ way }) => {
    // A notification in the page needs no delivery.
    if (way !== 'page') loop.wake();
  });
  eventBus.onReset(loop.wake);
  outgoing.onChange(loop.wake);

  return loop;
}

/** What may have changed since it was recorded. */
function whyOutdated({
  kind,
  channel,
  role,
  member_role: current,
  choices,
  approval_status: approval,
}: sql.ClaimedRow): string | undefined {
  if (kind === 'approval_asked' && approval !== 'pending') return texts.failures.decided;
  if (!current || !atLeast(current, role)) return texts.failures.notYours;
  if (!isWanted(choices, kind, channel)) return texts.failures.notWanted;
  return undefined;
}
