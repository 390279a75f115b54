/** Who wrote each line of a file. */
import { type BlameLine, MAX_BLAME_LINES } from '#features/files/history-contract.ts';
import { linesOf } from '#features/files/line-changes.ts';
import type { Session } from '#features/files/server/compare-session.ts';
import type { Asker, Comparer } from '#features/files/server/comparer.ts';
import { describeAuthor } from '#features/files/server/describe.ts';
import { MAX_DIFF_BYTES } from '#features/files/server/diff.ts';
import { selectBlobs } from '#features/files/server/history-queries.ts';
import { readText } from '#features/files/server/text.ts';
import type { Database } from '#kernel/database/pool.ts';
import { HttpProblem, noFileAt } from '#kernel/errors.ts';
import { type PastVersion, pastOf } from './past-of-file.ts';
import { texts } from './texts.ts';

/** Processor time; and time on the clock, where the processor is busy. */
const MAX_MS = 2000;
const MAX_WAIT_MS = 8000;
/** Contents read and compared at once; few at first, since a file may be new as a whole. */
const FIRST_BATCH = 5;
const MAX_BATCH = 50;
const BATCH_BYTES = 4_000_000;

interface Blame {
  version: string;
  lines: BlameLine[];
  /** Whether the lines of the oldest change seen are known to be its own. */
  complete: boolean;
}

/** @throws 404, 422 `binary_file`, 422 `too_large`, and the problems of waiting for a comparison */
export function blameFile(
  { db, comparer, asker }: { db: Database; comparer: Comparer; asker: Asker },
  projectId: string,
  path: string,
  at = Number.MAX_SAFE_INTEGER,
): Promise<Blame> {
  return comparer.inTurn(asker, async (session) => {
    const past = pastOf(db, projectId, path, at);
    const { value: newest } = await past.next();
    if (!newest) throw noFileAt(path);
    const { version, size } = newest;
    if (size > MAX_DIFF_BYTES) throw tooLong(path);
    const count = countLines(path, (await readContents(db, projectId, [newest]))[0] ?? null);
    const { origins, complete } = await trace({ db, projectId, session, past }, newest, count);
    return { version, lines: origins.map(describeLine), complete };
  });
}

function countLines(path: string, content: Buffer | null): number {
  const text = content && readText(content);
  if (text === null || text === undefined) throw new HttpProblem(422, 'binary_file', texts.binary(path));
  const count = linesOf(text).length;
  if (count > MAX_BLAME_LINES) throw tooLong(path);
  return count;
}

const tooLong = (path: string) => new HttpProblem(422, 'too_large', texts.tooLongToBlame(path, MAX_DIFF_BYTES, MAX_BLAME_LINES));

interface Tracing {
  db: Database;
  projectId: string;
  session: Session;
  past: AsyncGenerator<PastVersion, void>;
}

/** @returns the version that each line is from */
async function trace(
  { db, projectId, session, past }: Tracing,
  newest: PastVersion,
  count: number,
): Promise<{ origins: PastVersion[]; complete: boolean }> {
  const end = performance.now() + MAX_WAIT_MS;
  const found = new Map<number, PastVersion>();
  let oldest = newest;
  let open: Int32Array<ArrayBuffer> | null = null;
  let complete = false;
  for (let size = FIRST_BATCH; ; size = MAX_BATCH) {
    complete = found.size === count;
    if (complete) break;
    const batch = [oldest, ...(await take(past, size - 1))];
    complete = batch.length === 1;
    const maxMs = MAX_MS - session.spentMs();
    if (complete || maxMs <= 0 || performance.now() > end) break;
    const contents = await readContents(db, projectId, batch);
    const traced = await session.traceLines(contents, open, maxMs);
    if (!traced || traced.last === 0) break;
    for (let at = 0; at < traced.found.length; at += 2) found.set(traced.found[at] ?? 0, batch[traced.found[at + 1] ?? 0] ?? oldest);
    oldest = batch[traced.last] ?? oldest;
    open = traced.open;
    // Out of time, or the next is too large.
    if (traced.last < batch.length - 1 && found.size < count) break;
  }
  return { origins: Array.from({ length: count }, (_, line) => found.get(line) ?? oldest), complete };
}

async function take(past: Tracing['past'], most: number): Promise<PastVersion[]> {
  const taken: PastVersion[] = [];
  for (let bytes = 0; taken.length < most && bytes < BATCH_BYTES; ) {
    const { value } = await past.next();
    if (!value) break;
    taken.push(value);
    bytes += value.size;
  }
  return taken;
}

/** @returns null for those that are too large to compare */
async function readContents(db: Database, projectId: string, versions: readonly PastVersion[]): Promise<(Buffer | null)[]> {
  const wanted = [...new Set(versions.map(({ version }) => version))];
  const rows = await selectBlobs(db, { projectId, versions: wanted, maxBytes: MAX_DIFF_BYTES, maxTotal: Number.MAX_SAFE_INTEGER });
  const contents = new Map(rows.map(({ version, content }) => [version, content]));
  return versions.map(({ version }) => contents.get(version) ?? null);
}

const describeLine = (origin: PastVersion, index: number): BlameLine => ({
  line: index + 1,
  number: origin.number,
  change: origin.change_id,
  by: describeAuthor(origin),
  run: origin.run_id,
  at: origin.at,
});
