/** The only way in which tests wait: they poll until they see what they expect. */
import { setTimeout as sleep } from 'node:timers/promises';
import { inspect, isDeepStrictEqual } from 'node:util';

/** Long enough that only things that never happen fail, even on a machine that is several times slower. */
const WITHIN_MS = 30_000;
const FIRST_PAUSE_MS = 2;
const LONGEST_PAUSE_MS = 25;

const isThere = (seen: unknown) => seen !== undefined && seen !== false;

/**
 * @param what the condition, as a sentence: "the run is done"
 * @param look may be called any number of times; an error it throws ends the wait at once
 * @param expected the expected value, or a predicate; without it, anything but `undefined` and `false`
 * @param within milliseconds; less than the default only if a test proves that something is prompt
 * @returns the last value seen; rejects with the last value seen
 */
export async function eventually<T>(what: string, look: () => T | Promise<T>): Promise<Exclude<T, undefined | false>>;
export async function eventually<T>(
  what: string,
  look: () => T | Promise<T>,
  expected: T | ((seen: T) => boolean),
  within?: number,
): Promise<T>;
export async function eventually(what: string, look: () => unknown, expected: unknown = isThere, within = WITHIN_MS): Promise<unknown> {
  const holds = typeof expected === 'function' ? (seen: unknown) => expected(seen) : (seen: unknown) => isDeepStrictEqual(seen, expected);
  const deadline = performance.now() + within;
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    const seen = await look();
    if (holds(seen)) return seen;
    if (performance.now() > deadline) {
      throw new Error(`Not within ${within / 1000} s: ${what}. Last seen: ${inspect(seen, { depth: 4, breakLength: 120 })}`);
    }
    await sleep(pause);
  }
}
