/** Long work on the thread that answers people lets the others go first, again and again. */
import { setImmediate } from 'node:timers/promises';

/** Others wait no longer than this for the rest of a slice, in ms. */
const SLICE_MS = 20;

/** To be awaited between two pieces of work: undefined, which costs nothing, until a slice of time is over. */
export type Yield = () => Promise<void> | undefined;

export function createYield(sliceMs = SLICE_MS): Yield {
  let end = performance.now() + sliceMs;
  return () => {
    if (performance.now() < end) return undefined;
    return setImmediate().then(() => {
      end = performance.now() + sliceMs;
    });
  };
}
