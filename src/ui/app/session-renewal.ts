/**
 * A new password gives the browser a new session, and ends the former one a moment before the reply brings the cookie of the new one.
 * Requests of this and of other tabs that are rejected in that moment are sent again, so that nobody is taken to be signed out.
 */
import { ProblemError } from '#wire/call.ts';

const LONGEST_MS = 10_000;
const BEGUN = 'begun';
const ENDED = 'ended';

const channel = typeof BroadcastChannel === 'undefined' ? undefined : new BroadcastChannel('guildhall session renewal');
/** Under way, here or in another tab. */
let renewal: PromiseWithResolvers<void> | undefined;
let timer: ReturnType<typeof setTimeout> | undefined;
let endedAt = Number.NEGATIVE_INFINITY;

channel?.addEventListener('message', ({ data }: MessageEvent<string>) => (data === BEGUN ? begin() : end()));

function begin(): void {
  renewal ??= Promise.withResolvers();
  // A tab that is closed in the middle says nothing.
  clearTimeout(timer);
  timer = setTimeout(end, LONGEST_MS);
}

function end(): void {
  clearTimeout(timer);
  endedAt = performance.now();
  renewal?.resolve();
  renewal = undefined;
}

/** @param change the request that renews the session; must not itself be sent across renewals */
export async function renewSession<T>(change: () => Promise<T>): Promise<T> {
  begin();
  channel?.postMessage(BEGUN);
  try {
    return await change();
  } finally {
    end();
    channel?.postMessage(ENDED);
  }
}

/** @param ask a request that may have been sent with the former session; sent again if it was rejected for that */
export async function acrossRenewal<T>(ask: () => Promise<T>): Promise<T> {
  const askedAt = performance.now();
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof ProblemError && error.code === 'unauthenticated')) throw error;
    await renewal?.promise;
    if (endedAt < askedAt) throw error;
    return ask();
  }
}
