/** One replica: its pool, and what is known of it. It is read from only while all of that is recent, and fits the primary. */
import type { Log } from '#kernel/log.ts';
import { formatPosition, LATEST, parsePosition } from '#wire/position.ts';
import { createDatabase } from '../pool.ts';
import type { Primary } from './primary.ts';
import { selectReplica } from './queries.ts';

/** How often a replica that is read from is asked for its position, in ms. */
const POLL_MS = 500;
/** For the metrics alone. */
const IDLE_POLL_MS = 5000;
/** After this long without a read it is idle. */
const USED_MS = 5000;
/** What is known counts for this long: a hung replica is left out after it, whatever it last said. */
const FRESH_MS = 2000;
/** A hung replica answers nothing. */
const ANSWER_MS = 1000;

/** Why a replica is not read from. */
type Unfit = 'unreachable' | 'promoted' | 'another database' | 'another timeline' | 'behind';

interface Options {
  url: string;
  /** Connections. */
  max: number;
  /** Seconds it may be behind. */
  maxLag: number;
  primary: Primary;
  log: Log;
}

/** In logs, metrics and the doctor: without user and password. */
export function nameOfReplica(url: string): string {
  const { hostname, port, searchParams } = new URL(url);
  return `${searchParams.get('host') ?? hostname}${port && `:${port}`}`;
}

export type Replica = ReturnType<typeof createReplica>;

export function createReplica({ url, max, maxLag, primary, log }: Options) {
  const name = nameOfReplica(url);
  const db = createDatabase({ url, max, log, retries: false });
  let unfit: Unfit | undefined = 'unreachable';
  let replayed = 0;
  let knownAt = -Infinity;
  let usedAt = -Infinity;
  let polling: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  function judge(row: Awaited<ReturnType<typeof selectReplica>>[number] | undefined): Unfit | undefined {
    const history = primary.history();
    if (!row || !history) return 'unreachable';
    if (row.system !== history.system) return 'another database';
    if (!row.standby) return 'promoted';
    if (row.timeline !== history.timeline) return 'another timeline';
    return primary.lagAt(replayed) > maxLag ? 'behind' : undefined;
  }

  function conclude(found: Unfit | undefined): void {
    if (found !== unfit) {
      const where = { replica: name, position: formatPosition(replayed) };
      if (found) log.warn({ ...where, reason: found }, 'a replica is left out; its reads go to the primary');
      else log.info(where, 'a replica is read from');
    }
    unfit = found;
  }

  async function pollOnce(): Promise<void> {
    const askedAt = performance.now();
    try {
      const [row] = await selectReplica({ query: (config) => db.query({ ...config, query_timeout: ANSWER_MS }) });
      replayed = parsePosition(row?.position ?? undefined) ?? 0;
      knownAt = askedAt;
      conclude(judge(row));
    } catch {
      conclude('unreachable');
    }
  }

  /** @returns once it has answered a question that was asked after the call */
  async function poll(): Promise<void> {
    if (polling) await polling;
    polling ??= pollOnce().finally(() => {
      polling = undefined;
    });
    await polling;
  }

  function pollLater(): void {
    if (closed) return;
    const wait = performance.now() - usedAt < USED_MS ? POLL_MS : IDLE_POLL_MS;
    timer = setTimeout(() => void poll().then(pollLater), wait).unref();
  }

  function pollNow(): void {
    clearTimeout(timer);
    void poll().then(pollLater);
  }

  const isFit = () => unfit === undefined && performance.now() - knownAt < FRESH_MS;

  return {
    name,
    db,
    start: pollNow,
    /** Seconds it was behind when it was last asked; Infinity if it is not known. */
    lag: () => (unfit === undefined || unfit === 'behind' ? primary.lagAt(replayed) : Infinity),
    unfit: () => unfit,
    /** Whether everything up to this position is visible there. Asks it, if that is not known; waits for no replay. */
    async hasReplayed(position: number): Promise<boolean> {
      const wasIdle = performance.now() - usedAt > USED_MS;
      usedAt = performance.now();
      if (wasIdle && !isFit()) pollNow();
      if (isFit() && replayed < position && position < LATEST) await poll();
      return isFit() && replayed >= position;
    },
    async close(): Promise<void> {
      closed = true;
      clearTimeout(timer);
      await db.close();
    },
  };
}
