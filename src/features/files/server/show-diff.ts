/** What changes did to files, line by line, within bounds of size and time. */
import { setImmediate } from 'node:timers/promises';
import type { FileDiff } from '#features/files/contract.ts';
import type { Queryable } from '#kernel/database/statement.ts';
import { diffText, MAX_DIFF_BYTES, type TextDiff } from './diff.ts';
import * as sql from './history-queries.ts';

/** Files that are compared at once. */
export const MAX_DIFF_FILES = 100;
/** Bytes of contents that are read for it, and of all diffs together. */
const MAX_READ = 16_000_000;
const MAX_TEXT = 1_000_000;

/** A file before and after; null where there is none. */
export interface Pair {
  path: string;
  before: string | null;
  after: string | null;
}

/** Lets others go first between two files, since comparing takes this thread. */
export async function showDiffs(db: Queryable, projectId: string, pairs: readonly Pair[]): Promise<FileDiff[]> {
  const versions = pairs.flatMap(({ before, after }) => [before, after]).filter((version) => version !== null);
  const rows = await sql.selectBlobs(db, projectId, [...new Set(versions)], MAX_DIFF_BYTES, MAX_READ);
  const contents = new Map(rows.map(({ version, content }) => [version, content]));
  const shown: FileDiff[] = [];
  let room = MAX_TEXT;
  for (const pair of pairs) {
    const found = compare(pair, contents);
    const fits = 'diff' in found && found.diff.length <= room;
    if (fits) room -= found.diff.length;
    shown.push(describe(pair, 'diff' in found && !fits ? { reason: 'too_large' } : found));
    await setImmediate();
  }
  return shown;
}

function compare({ before, after }: Pair, contents: ReadonlyMap<string, Buffer | null>): TextDiff {
  const [from, to] = [before, after].map((version) => (version === null ? null : (contents.get(version) ?? undefined)));
  return from === undefined || to === undefined ? { reason: 'too_large' } : diffText(from, to);
}

function describe({ path, before, after }: Pair, found: TextDiff): FileDiff {
  const kind = before === null ? 'created' : after === null ? 'deleted' : 'changed';
  const what = 'diff' in found ? found : { diff: null, reason: found.reason, added: 0, removed: 0 };
  return { path, kind, before, after, ...what };
}
