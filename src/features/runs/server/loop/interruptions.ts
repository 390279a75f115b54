/** How a run goes on after an interruption: at once at first, then later and later, and not at all once it has made no progress for too long. */

/** A run interrupted this often without progress would never finish. */
export const MAX_INTERRUPTIONS = 10;
/** After so many, it waits: a connection that breaks every second should not use up the others within seconds. */
const AT_ONCE = 2;
const FIRST_MS = 1000;
const LONGEST_MS = 30_000;

/** @param interruptions since it last made progress @returns milliseconds before it goes on; two minutes altogether */
export function pauseAfter(interruptions: number): number {
  return interruptions < AT_ONCE ? 0 : Math.min(LONGEST_MS, FIRST_MS * 2 ** (interruptions - AT_ONCE));
}
