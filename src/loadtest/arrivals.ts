/** The open model: when visits begin. */
import { createRandom } from './random.ts';

/**
 * A Poisson process: gaps are exponentially distributed, so that visits bunch as those of strangers do. Several of them with a share
 * of the rate each are together one with the whole rate.
 * @returns moments in milliseconds from the start, without end
 */
export function* createArrivals(perSecond: number, seed: number): Generator<number> {
  const random = createRandom(seed);
  for (let at = 0; ; ) {
    at += (-Math.log(1 - random()) * 1000) / perSecond;
    yield at;
  }
}
