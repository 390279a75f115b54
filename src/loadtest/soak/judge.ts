/** Whether what servers keep grows with the work they have done. */
import { type Checkpoint, limits, type Trace } from './traces.ts';
import { trendOf } from './trend.ts';

export interface Finding {
  trace: Trace;
  first: number;
  last: number;
  growth: number;
  tolerance: number;
  leaks: boolean;
}

/** Share of the checkpoints in which everything warms up: caches fill, and code is compiled. */
const WARM_UP = 0.25;
/** A leak rises nearly all the time. Of figures that rise and fall by chance, one in a hundred is as steady. */
const STEADY = 0.5;

/** The checkpoints that count. */
export const judged = (checkpoints: readonly Checkpoint[]): readonly Checkpoint[] =>
  checkpoints.slice(Math.ceil(checkpoints.length * WARM_UP));

export function judge(checkpoints: readonly Checkpoint[]): Finding[] {
  const counted = judged(checkpoints);
  const processes = counted[0]?.processes.length ?? 1;
  return (Object.keys(limits) as Trace[]).map((trace) => {
    const figures = counted.map(({ traces }) => traces[trace]);
    const { growth, steadiness } = trendOf(figures);
    const tolerance = limits[trace].tolerance * processes;
    const leaks = growth > tolerance && steadiness >= STEADY;
    return { trace, first: figures[0] ?? 0, last: figures.at(-1) ?? 0, growth, tolerance, leaks };
  });
}
