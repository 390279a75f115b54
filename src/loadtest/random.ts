/** Randomness that is the same in every run, so that two runs put the same load on two servers. */

/** @returns numbers from 0 up to 1, always the same for a seed (mulberry32, github.com/bryc/code, public domain) */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** @returns exponentially distributed values, roughly like people's pauses; never more than ten times the mean */
export function exponential(random: () => number, mean: number): number {
  return Math.min(10 * mean, -Math.log(1 - random()) * mean);
}

/** @returns an integer from `min` to `max`, both included */
export function between(random: () => number, min: number, max: number): number {
  return min + Math.floor(random() * (max - min + 1));
}

export function shuffle<T>(random: () => number, items: readonly T[]): T[] {
  const order = new Map(items.map((item) => [item, random()]));
  return [...items].sort((a, b) => (order.get(a) ?? 0) - (order.get(b) ?? 0));
}
