/** Lets long work on the main thread yield to requests at intervals. */
import { setImmediate } from 'node:timers/promises';

/** The longest a slice of work delays others, in ms. */
const SLICE_MS = 20;

/** Await between two units of work: undefined, which costs nothing, until a time slice is over. */
type Yield = () => Promise<void> | undefined;

export function createYield(sliceMs = SLICE_MS): Yield {
  let end = performance.now() + sliceMs;
  return () => {
    if (performance.now() < end) return undefined;
    return setImmediate().then(() => {
      end = performance.now() + sliceMs;
    });
  };
}
