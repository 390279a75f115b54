/** Checks edits made some time ago against later changes of their files. */
import type { Change } from '#features/files/contract.ts';
import type { Queryable } from '#kernel/database/statement.ts';
import { type Edit, versionOf } from './apply.ts';
import type { Session } from './compare-session.ts';
import { describeAuthor } from './describe.ts';
import { selectBlobs, selectLastAuthors } from './history-queries.ts';
import { selectVersions } from './queries.ts';

const MAX_MERGE_BYTES = 1_000_000;
const MAX_MERGED_BYTES = 20_000_000;

/** A file that differs from the version an edit is based on. */
export interface Drift {
  path: string;
  /** Null: the file no longer exists. */
  version: string | null;
  /** Author and time of the last change; null if unknown. */
  by: Change['by'] | null;
  at: string | null;
}

/** @returns the files that have changed since; empty if the edits can be applied unchanged */
export async function findDrift(db: Queryable, projectId: string, edits: readonly Pick<Edit, 'path' | 'base'>[]): Promise<Drift[]> {
  const paths = edits.map(({ path }) => path);
  const current = new Map((await selectVersions(db, { projectId, paths })).map((row) => [row.path, row.version]));
  const drifted = edits.filter(({ path, base }) => (current.get(path) ?? null) !== base).map(({ path }) => path);
  if (drifted.length === 0) return [];
  const authors = new Map((await selectLastAuthors(db, { projectId, paths: drifted })).map((row) => [row.path, row]));
  return drifted.map((path) => {
    const author = authors.get(path);
    return { path, version: current.get(path) ?? null, by: author ? describeAuthor(author) : null, at: author?.at ?? null };
  });
}

/**
 * The same edits based on the current files: texts are merged, and conflicts are reported.
 * @returns edits without those already applied, or the paths with obstacles
 */
export async function rebaseEdits(
  db: Queryable,
  session: Session,
  projectId: string,
  edits: readonly Edit[],
  drift: readonly Drift[],
): Promise<{ edits: Edit[] } | { conflicts: string[] }> {
  const drifted = new Map(drift.map((file) => [file.path, file]));
  const versions = edits.flatMap(({ path, base }) => (drifted.has(path) ? [base, drifted.get(path)?.version ?? null] : []));
  const wanted = [...new Set(versions.filter((version) => version !== null))];
  const rows =
    wanted.length > 0 ? await selectBlobs(db, { projectId, versions: wanted, maxBytes: MAX_MERGE_BYTES, maxTotal: MAX_MERGED_BYTES }) : [];
  const contents = new Map(rows.map(({ version, content }) => [version, content]));
  const rebased: Edit[] = [];
  const conflicts: string[] = [];
  for (const edit of edits) {
    const file = drifted.get(edit.path);
    if (!file) rebased.push(edit);
    else if (file.version !== versionOf(edit.content)) {
      const content = await merge(session, edit, file.version, contents);
      if (content) rebased.push({ path: edit.path, base: file.version, content });
      else conflicts.push(edit.path);
    }
  }
  return conflicts.length > 0 ? { conflicts } : { edits: rebased };
}

async function merge(
  session: Session,
  { base, content }: Edit,
  current: string | null,
  contents: ReadonlyMap<string, Buffer | null>,
): Promise<Buffer | undefined> {
  if (base === null || current === null || !(content instanceof Buffer)) return undefined;
  const [before, now] = [contents.get(base), contents.get(current)];
  return before && now && content.length <= MAX_MERGE_BYTES ? session.merge(before, now, content) : undefined;
}
