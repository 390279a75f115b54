/** The open model: when visits begin. */
import { createRandom } from './random.ts';

/**
 * A Poisson process: gaps are exponentially distributed, so that visits cluster like those of independent people. Several processes with a
 * share of the rate each add up to one with the whole rate.
 * @returns times in milliseconds from the start; never ends
 */
export function* createArrivals(perSecond: number, seed: number): Generator<number> {
  const random = createRandom(seed);
  for (let at = 0; ; ) {
    at += (-Math.log(1 - random()) * 1000) / perSecond;
    yield at;
  }
}
