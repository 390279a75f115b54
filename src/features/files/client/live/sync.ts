/** Follows the changes of a project: an event names the newest one, and the changes since the last known one are listed. */
import type { Change } from '#features/files/contract.ts';
import { readTouched, type Touched } from './touched.ts';

interface SyncOptions {
  /** Lists the newest changes, newest first. */
  list: (limit: number) => Promise<{ changes: readonly Change[] }>;
  apply: (touched: Touched) => void;
}

/** Most changes in one listing; after more than that, everything counts as touched. */
const MAX_CHANGES = 100;
/** Changes that were made while the page was loading are among these. */
const FIRST_CHANGES = 20;
/** An agent may change files many times a second, and each listing counts as a request: by how many there were in the last half minute. */
const RECENT_MS = 30_000;
const spacing = [
  { below: 4, ms: 250 },
  { below: 10, ms: 1000 },
  { below: Number.POSITIVE_INFINITY, ms: 3000 },
] as const;

export function createSync({ list, apply }: SyncOptions) {
  /** The number of the newest change whose effects are shown. */
  let known: number | undefined;
  let heard = 0;
  let wanted = false;
  let running = false;
  let closed = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let startedAt: number[] = [];

  async function readSince(last: number | undefined): Promise<Touched | undefined> {
    const expected = last === undefined ? FIRST_CHANGES : Math.min(Math.max(heard - last, 1), MAX_CHANGES);
    let { changes } = await list(expected);
    const newest = changes[0]?.number ?? 0;
    if (newest === last) return undefined;
    const isComplete = () => last === undefined || (changes.at(-1)?.number ?? 1) <= last + 1;
    if (!isComplete() && expected < MAX_CHANGES) ({ changes } = await list(MAX_CHANGES));
    known = changes[0]?.number ?? 0;
    return readTouched(
      changes.filter(({ number }) => last === undefined || number > last),
      isComplete(),
    );
  }

  async function run(): Promise<void> {
    timer = undefined;
    wanted = false;
    running = true;
    startedAt.push(Date.now());
    // A failure is reported by the query client, and made up for by the next event or poll.
    const touched = await readSince(known).catch(() => undefined);
    running = false;
    if (closed) return;
    if (touched) apply(touched);
    if (wanted) request();
  }

  function request(): void {
    wanted = true;
    if (running || timer !== undefined || closed) return;
    startedAt = startedAt.filter((at) => at > Date.now() - RECENT_MS);
    const { ms } = spacing.find(({ below }) => startedAt.length < below) ?? spacing[0];
    const since = Date.now() - (startedAt.at(-1) ?? 0);
    timer = setTimeout(() => void run(), Math.max(0, ms - since));
  }

  return {
    /** Something may have changed. */
    request,
    /** The newest change has this number. */
    hear(number: number): void {
      heard = Math.max(heard, number);
      if (known === undefined || number > known) request();
    },
    close(): void {
      closed = true;
      clearTimeout(timer);
    },
  };
}
