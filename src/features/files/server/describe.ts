/** Converts rows to the types of the contract. */
import type { Author, Change, File } from '#features/files/contract.ts';
import { texts as wire } from '#wire/texts.ts';
import type { ChangeRow } from './history-queries.ts';
import type { AuthorColumns, FileRow } from './queries.ts';

export { MAX_PATHS } from './history-queries.ts';

export function describeAuthor({ user_id, run_id, user_name }: AuthorColumns): Author {
  return { kind: run_id ? 'run' : 'person', userId: user_id, runId: run_id, name: user_name ?? wire.formerMember };
}

export function describeFile(row: FileRow): File {
  const { path, size, version, executable, changed_at: changedAt } = row;
  return { path, size, version, changedAt, changedBy: describeAuthor(row), ...(executable && { executable }) };
}

export function describeChange(row: ChangeRow): Change {
  const { id, number, kind, paths, undone, at } = row;
  return { id, number, kind, paths, pathCount: row.path_count, undone, by: describeAuthor(row), run: row.run_id, at };
}
