/**
 * Sends what belongs to accounts: links, invitations, notices. In the background, so no request waits for an SMTP server, and none takes
 * longer because an address exists. Waiting emails are in memory only: one that a process takes with it is lost, and a person who misses
 * it asks for another. What must arrive is a notification, which waits in a table.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '#kernel/log.ts';
import type { Metrics } from '#kernel/metrics.ts';
import type { Outgoing } from '#kernel/outgoing.ts';
import { createSemaphore } from '#kernel/semaphore.ts';
import type { MailCounts } from './mail-counts.ts';
import type { Message } from './message.ts';

/** Per process. More would look like a flood to the SMTP server. */
const MAX_AT_ONCE = 5;
const MAX_WAITING = 1000;
const TIMEOUT_MS = 30_000;
/** Servers that greylist accept a second or third attempt. */
const RETRY_AFTER_MS = [5000, 60_000];
/** How long a shutdown waits for emails under way. */
const CLOSE_TIMEOUT_MS = 3000;

interface Options {
  send: (id: string, address: string, message: Message, signal: AbortSignal) => Promise<void>;
  count: MailCounts['count'];
  log: Log;
  metrics: Metrics;
  outgoing: Pick<Outgoing, 'released'>;
}

export function createPost({ send, count, log, metrics, outgoing }: Options) {
  const emails = metrics.counter('account_emails_total', 'Links, invitations and notices by email, by outcome', ['outcome']);
  const withPermit = createSemaphore({ maxConcurrent: MAX_AT_ONCE, maxQueued: MAX_WAITING });
  /** With when they were posted; the first is the oldest. */
  const underWay = new Map<Promise<void>, number>();
  metrics.queue('emails', () => {
    const [oldest] = underWay.values();
    return { depth: underWay.size, oldestSeconds: oldest === undefined ? null : (performance.now() - oldest) / 1000 };
  });
  /** Ends waits and pauses; what is being sent may finish until `stop`. */
  const closing = new AbortController();
  const stop = new AbortController();

  async function attempt(id: string, address: string, message: Message): Promise<void> {
    for (const [failures, pauseMs] of [...RETRY_AFTER_MS, undefined].entries()) {
      try {
        return await withPermit(address, closing.signal, async () => {
          await outgoing.released(closing.signal);
          await send(id, address, message, AbortSignal.any([stop.signal, AbortSignal.timeout(TIMEOUT_MS)]));
        });
      } catch (error) {
        if (pauseMs === undefined || closing.signal.aborted) throw error;
        log.warn({ ...reasonOf(error), email: message.emailSubject, failures: failures + 1 }, 'an email is sent again later');
        await sleep(pauseMs, undefined, { signal: closing.signal, ref: false });
      }
    }
  }

  async function deliver(address: string, message: Message, senderId: string | null): Promise<void> {
    const counted = await count(address, senderId, 'account ');
    if ('refused' in counted) {
      emails.inc({ outcome: 'refused' });
      return log.warn({ email: message.emailSubject, senderId, reason: counted.refused }, 'an email was not sent');
    }
    await attempt(randomUUID(), address, message);
    emails.inc({ outcome: 'sent' });
  }

  return {
    /** Returns at once. @param senderId the person who causes it, to count against; null if no person is known */
    post(address: string, message: Message, senderId: string | null): void {
      const delivered = deliver(address, message, senderId)
        .catch((error: unknown) => {
          emails.inc({ outcome: 'failed' });
          log.error({ ...reasonOf(error), email: message.emailSubject }, 'an email could not be sent');
        })
        .finally(() => underWay.delete(delivered));
      underWay.set(delivered, performance.now());
    },
    async close(): Promise<void> {
      closing.abort();
      const late = sleep(CLOSE_TIMEOUT_MS, undefined, { ref: false });
      await Promise.race([Promise.allSettled(underWay.keys()), late]);
      stop.abort();
    },
  };
}

/** Without the error's message, which may quote the address. */
function reasonOf(error: unknown): Record<string, unknown> {
  const { code, responseCode, name } = (error ?? {}) as { code?: unknown; responseCode?: unknown; name?: unknown };
  return { code: code ?? name, responseCode };
}
