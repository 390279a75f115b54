/**
 * Revoking a right closes the event streams it authorized: when a session or token ends, or a role or a project changes, each open stream authorizes
 * its reader again.
 */
import type { EventBus } from '#kernel/event-bus.ts';
import type { OpenStreams } from './event-stream.ts';

/** By then caches have dropped stale entries, and many notifications cost one round of checks. */
const RECHECK_AFTER_MS = 100;

export function createStreamRevocation({ eventBus, streams }: { eventBus: EventBus; streams: OpenStreams }) {
  let timer: NodeJS.Timeout | undefined;

  function recheckLater(): void {
    timer ??= setTimeout(() => {
      timer = undefined;
      for (const stream of streams) void stream.recheck();
    }, RECHECK_AFTER_MS).unref();
  }

  for (const channel of ['session', 'token', 'user', 'project'] as const) eventBus.subscribe(channel, recheckLater);
  eventBus.onReset(recheckLater);

  return { close: () => clearTimeout(timer) };
}
