/** What changes did to files, line by line, within bounds of size and time. */
import { setImmediate } from 'node:timers/promises';
import type { FileDiff } from '#features/files/contract.ts';
import type { Queryable } from '#kernel/database/statement.ts';
import { type Edit, versionOf } from './apply.ts';
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

/** What edits would do that nobody has applied yet. */
export function showEdits(db: Queryable, projectId: string, edits: readonly Edit[]): Promise<FileDiff[]> {
  const pairs = edits.map(({ path, base, content }) => ({ path, before: base, after: versionOf(content), content }));
  const own = pairs.flatMap(({ after, content }) =>
    content instanceof Buffer && content.length <= MAX_DIFF_BYTES ? [[after ?? '', content] as const] : [],
  );
  return showDiffs(db, projectId, pairs, new Map(own));
}

/**
 * Lets others go first between two files, since comparing takes this thread.
 * @param known contents that are at hand, by version
 */
export async function showDiffs(
  db: Queryable,
  projectId: string,
  pairs: readonly Pair[],
  known: ReadonlyMap<string, Buffer> = new Map(),
): Promise<FileDiff[]> {
  const versions = pairs.flatMap(({ before, after }) => [before, after]).filter((version) => version !== null);
  const wanted = [...new Set(versions)].filter((version) => !known.has(version));
  const rows = await sql.selectBlobs(db, projectId, wanted, MAX_DIFF_BYTES, MAX_READ);
  const contents = new Map<string, Buffer | null>([...known, ...rows.map(({ version, content }) => [version, content] as const)]);
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
