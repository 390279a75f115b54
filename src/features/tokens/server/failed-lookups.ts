/** Bounds how many unknown tokens one address can have looked up: a flood of them costs memory accesses, and no statements. */
import { createBoundedMap } from '#kernel/bounded-map.ts';
import { HttpProblem } from '#kernel/errors.ts';
import { texts } from './texts.ts';

const WINDOW_MS = 60_000;
/** Per address and process. Enough for a script that runs everywhere with a revoked token: each token is looked up once. */
const MAX_FAILED = 60;
const MAX_ADDRESSES = 10_000;

interface Count {
  lookups: number;
  endsAt: number;
}

export function createFailedLookups() {
  const counts = createBoundedMap<Count>(MAX_ADDRESSES);

  return {
    /**
     * Runs a lookup unless too many failed from this address. Those in progress count as failed until they succeed.
     * @param look returns undefined for an unknown token
     * @throws 429
     */
    async tryLookup<T>(address: string, look: () => Promise<T | undefined>): Promise<T | undefined> {
      const now = performance.now();
      const known = counts.get(address);
      const count = known && known.endsAt > now ? known : { lookups: 0, endsAt: now + WINDOW_MS };
      if (count.lookups >= MAX_FAILED) throw tooManyUnknown(Math.ceil((count.endsAt - now) / 1000));
      counts.set(address, count);
      count.lookups++;
      let failed = false;
      try {
        const found = await look();
        failed = found === undefined;
        return found;
      } finally {
        if (!failed) count.lookups--;
      }
    },
  };
}

const tooManyUnknown = (seconds: number) =>
  new HttpProblem(429, 'rate_limited', texts.problems.tooManyUnknown(seconds), {
    headers: { 'retry-after': String(seconds) },
  });
