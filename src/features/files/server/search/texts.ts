/**
 * The texts to search, in the order of their paths. For something rare, the index names them; for something common, reading all files in
 * order finds a page of matches sooner. A sample of the first files tells which of the two it is.
 */
import type { Database } from '#kernel/database/pool.ts';
import { withSignal } from '#kernel/database/statement.ts';
import { HttpProblem } from '#kernel/errors.ts';
import type { Filter } from './filter.ts';
import * as lookUpSql from './look-up-queries.ts';
import type { Pace } from './pace.ts';
import * as sql from './queries.ts';

interface Searching {
  db: Database;
  projectId: string;
  filter: Filter;
  /** Whether a file is among those to search. */
  isWanted: (path: string) => boolean;
  /** A folder, or a file; '' for the whole project. */
  folder: string;
  /** The path to start with. */
  from: string;
  pace: Pace;
  signal: AbortSignal;
  /** Whether there is an index. */
  indexUsable: () => Promise<boolean>;
}

/** Files listed at once. */
const LISTED = 1000;
/** Files and bytes read at once, and texts of them that match: those of something common fill a page. */
const FIRST_BYTES = 1_000_000;
const MAX_BYTES = 4_000_000;
const MAX_FILES = 1000;
const MAX_TEXTS = 50;
/** Contents of something rare, and files with one of them or not indexed yet. */
const MAX_CANDIDATES = 500;
const MAX_CANDIDATE_FILES = 2000;
/** Files in a sample, the bytes of the largest of them, and the share of them that something common is in. */
const SAMPLED = 60;
const MAX_SAMPLED_BYTES = 50_000;
const COMMON_SHARE = 0.03;
/** Less than this is read faster than it is looked up. */
const SMALL_BYTES = 1_500_000;

/** Where a search has got to: all files before this path are done; undefined at the end. */
export interface Progress {
  next: string | undefined;
}

/** @yields texts that may match; between two of them, `progress.next` advances */
export async function* textsToSearch(searching: Searching, progress: Progress): AsyncGenerator<sql.TextRow> {
  const { db, projectId, filter, isWanted, folder, pace, signal } = searching;
  const reading = withSignal(signal, db);
  let mayLookUp = filter.indexed !== undefined && (await searching.indexUsable());
  let bytes = FIRST_BYTES;
  for (let next: string | undefined = searching.from; next !== undefined; ) {
    const listed: readonly sql.ListedFile[] = await sql.selectNext(reading, { projectId, from: next, folder, limit: LISTED });
    let files = listed.filter(({ path }) => isWanted(path));
    next = listed.length < LISTED ? undefined : afterPath(listed.at(-1)?.path ?? '');
    if (mayLookUp && (next !== undefined || sizeOf(files) > SMALL_BYTES)) {
      mayLookUp = false;
      const candidates = await lookUp(searching, sampleOf(files));
      if (candidates) [files, next] = [candidates, undefined];
    }
    while (files.length > 0) {
      const paths = takeSlice(files, bytes).map(({ path }) => path);
      const texts = await sql.selectTexts(reading, { projectId, paths, ...conditionsOf(filter), limit: MAX_TEXTS });
      const read = texts.length < MAX_TEXTS ? paths.length : paths.indexOf(texts.at(-1)?.path ?? '') + 1;
      files = files.slice(read);
      for (const text of texts) {
        progress.next = text.path;
        yield text;
      }
      progress.next = files[0]?.path ?? next ?? afterPath(paths.at(-1) ?? '');
      bytes = Math.min(MAX_BYTES, bytes * 2);
      // Not before, so that each page gets further than the one before.
      if (pace.isOver() && (files.length > 0 || next !== undefined)) return;
    }
  }
  progress.next = undefined;
}

const conditionsOf = ({ exact, pattern }: Filter) => ({ exact, pattern });
const sizeOf = (files: readonly sql.ListedFile[]): number => files.reduce((sum, { size }) => sum + size, 0);

/** The first path that sorts after this one: no path contains a control character. */
export const afterPath = (path: string): string => `${path}\u0001`;

/** Evenly spread, since the files of a folder are alike. */
function sampleOf(files: readonly sql.ListedFile[]): string[] {
  const small = files.filter(({ size }) => size <= MAX_SAMPLED_BYTES);
  const step = Math.max(1, small.length / SAMPLED);
  return Array.from({ length: Math.min(SAMPLED, small.length) }, (_, index) => small[Math.floor(index * step)]?.path ?? '');
}

function takeSlice(files: readonly sql.ListedFile[], maxBytes: number): readonly sql.ListedFile[] {
  let end = 0;
  for (let bytes = 0; end < Math.min(files.length, MAX_FILES) && (end === 0 || bytes <= maxBytes); end++) bytes += files[end]?.size ?? 0;
  return files.slice(0, end);
}

/** @returns the files that may match; undefined if there are too many, or it takes too long */
async function lookUp(
  { db, projectId, filter, isWanted, folder, from, signal }: Searching,
  paths: string[],
): Promise<sql.ListedFile[] | undefined> {
  if (!filter.indexed) return undefined;
  const { operator, patterns } = filter.indexed;
  const [first, second = first] = patterns;
  const [sample] = await lookUpSql.selectShare[operator](withSignal(signal, db), { projectId, first, second, paths });
  if (sample && sample.both > sample.read * COMMON_SHARE) return undefined;
  // A content without the first pattern is not read again for the second.
  const ordered = sample && sample.second < sample.first ? { first: second, second: first } : { first, second };
  const select = lookUpSql.selectCandidates[operator][patterns.length === 1 ? 'one' : 'two'];
  const candidates = await db
    .readTransaction(async (tx) => {
      tx.withCommit(lookUpSql.planForIndex(tx));
      return select(withSignal(signal, tx), { projectId, ...ordered, from, folder, most: MAX_CANDIDATES + 1, limit: MAX_CANDIDATE_FILES });
    })
    .catch((error: unknown) => {
      if (error instanceof HttpProblem && error.code === 'database_unavailable') return undefined;
      throw error;
    });
  if (!candidates || candidates.length === MAX_CANDIDATE_FILES || (candidates[0]?.contents ?? 0) > MAX_CANDIDATES) return undefined;
  return candidates.filter(({ path }) => isWanted(path));
}
