/**
 * After a restore, nothing goes out until an operator confirms it: no email, webhook, due time, file trigger or run. The restored
 * installation may be a copy beside the real one, or may know nothing of what went out since its backup was made. The hold is a row of
 * `restores`. It can only appear while no server runs, so a server reads it before anything starts, and then only waits for it to go.
 */
import type { Database } from './database/pool.ts';
import { type Queryable, statement } from './database/statement.ts';
import { type EventBus, publish } from './event-bus.ts';
import type { Log } from './log.ts';
import { createPoller } from './poller.ts';

/** In case the notification was lost. */
const POLL_EVERY_MS = 30_000;
const RETRY_MS = 500;

/** The restore that is not confirmed yet. */
interface Hold {
  backupMadeAt: string;
  restoredAt: string;
}

const selectHold = statement<{ backup_made_at: string; restored_at: string }>(
  'outgoing.select-hold',
  'select backup_made_at, restored_at from restores where confirmed_at is null',
);
const confirm = statement<{ id: string }>(
  'outgoing.confirm',
  'update restores set confirmed_at = now() where confirmed_at is null returning id',
);

const kindOf = (hold: Hold | 'none' | 'unknown'): string => (typeof hold === 'object' ? 'held' : hold);

export type Outgoing = ReturnType<typeof createOutgoing>;

/** Lets everything go out again, on all servers. @returns false if nothing was held */
export async function confirmRestore(on: Queryable): Promise<boolean> {
  const confirmed = await confirm(on);
  if (confirmed.length > 0) await publish(on, 'outgoing');
  return confirmed.length > 0;
}

/** For a server that leaves it to others to send things. */
export const heldForever: Pick<Outgoing, 'isHeld' | 'onChange'> = { isHeld: () => true, onChange: () => undefined };

export function createOutgoing({ db, eventBus, log }: { db: Database; eventBus: EventBus; log: Log }) {
  /** Unknown until it has been read, and after the connection was lost: somebody may have restored the database meanwhile. */
  let hold: Hold | 'none' | 'unknown' = 'unknown';
  const waiting = new Set<() => void>();
  const listeners = new Set<() => void>();

  async function read(): Promise<void> {
    const [row] = await selectHold(db);
    const before = hold;
    hold = row ? { backupMadeAt: row.backup_made_at, restoredAt: row.restored_at } : 'none';
    if (kindOf(before) !== kindOf(hold)) for (const listener of listeners) listener();
    if (row) return;
    for (const resolve of waiting) resolve();
    waiting.clear();
  }

  const poller = createPoller({
    log,
    purpose: 'find out whether a restore is confirmed',
    everyMs: POLL_EVERY_MS,
    poll: () =>
      read().then(
        () => undefined,
        (error: unknown) => {
          log.debug({ err: error }, 'whether a restore is confirmed could not be read');
          return RETRY_MS;
        },
      ),
  });
  eventBus.subscribe('outgoing', poller.wake);
  eventBus.onReset(() => {
    hold = 'unknown';
    poller.wake();
  });

  return {
    /** Whether nothing may go out. */
    isHeld: (): boolean => hold !== 'none',
    /** The restore that must be confirmed first, as far as this server knows. */
    hold: (): Hold | undefined => (typeof hold === 'object' ? hold : undefined),
    /** Calls back when a hold begins or ends, and when it becomes known that there is none: claim loops then look again. */
    onChange: (listener: () => void): void => void listeners.add(listener),
    /** Resolves once things may go out. @throws the signal's reason */
    async released(signal: AbortSignal): Promise<void> {
      signal.throwIfAborted();
      if (hold === 'none') return;
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const abort = () => reject(signal.reason);
      waiting.add(resolve);
      signal.addEventListener('abort', abort, { once: true });
      await promise.finally(() => {
        waiting.delete(resolve);
        signal.removeEventListener('abort', abort);
      });
    },
    async start(): Promise<void> {
      await read().catch(() => undefined);
      poller.start();
    },
    close: poller.close,
  };
}
