/** Where the primary's log is, and was: a replica that has replayed the position of a moment ago is not further behind than that moment. */
import { createSharedReads } from '#kernel/shared-reads.ts';
import { LATEST, parsePosition } from '#wire/position.ts';
import type { Queryable } from '../statement.ts';
import { type PrimaryRow, selectPrimary } from './queries.ts';

/** Between two samples, in ms. */
const SAMPLE_MS = 1000;
/** For replicas that may be at most a minute behind. */
const MAX_SAMPLES = 180;
/** Without a sample for this long, nobody knows how far a replica is behind. */
const RECENT_MS = 3000;

export type Primary = ReturnType<typeof createPrimary>;

export function createPrimary(db: Queryable) {
  const share = createSharedReads();
  let samples: { at: number; position: number }[] = [];
  let timer: NodeJS.Timeout | undefined;
  let history: Pick<PrimaryRow, 'system' | 'timeline'> | undefined;

  async function read(): Promise<number> {
    const at = performance.now();
    const [row] = await selectPrimary(db);
    const position = parsePosition(row?.position) ?? LATEST;
    // After a failover, positions count anew.
    if (row?.system !== history?.system || row?.timeline !== history?.timeline) samples = [];
    history = row;
    if (at - (samples.at(-1)?.at ?? -Infinity) >= SAMPLE_MS / 2) samples = [...samples.slice(1 - MAX_SAMPLES), { at, position }];
    return position;
  }

  const ask = (): Promise<number> => share('position', read).catch(() => LATEST);

  return {
    /**
     * A position that includes everything that was visible when this was called. Those who ask at the same time share the answer.
     * @returns `LATEST` if the primary does not answer
     */
    ask,
    /** Undefined before its first answer. */
    history: () => history,
    /** Seconds since the primary was at this position, at most a second too many; Infinity if it is not known. */
    lagAt(position: number): number {
      const now = performance.now();
      const newest = samples.at(-1);
      if (!newest) return Infinity;
      if (newest.position <= position) return now - newest.at < RECENT_MS ? 0 : (now - newest.at) / 1000;
      const reached = samples.findLast((sample) => sample.position <= position);
      return reached ? (now - reached.at) / 1000 : Infinity;
    },
    async start(): Promise<void> {
      await ask();
      timer = setInterval(() => void ask(), SAMPLE_MS).unref();
    },
    close: () => clearInterval(timer),
  };
}
