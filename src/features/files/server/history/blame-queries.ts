import type { Change } from '#features/files/contract.ts';
import { type AuthorColumns, author, authorJoin } from '#features/files/server/queries.ts';
import { statement } from '#kernel/database/statement.ts';

export interface VersionRow extends AuthorColumns {
  number: number;
  /** SHA-256 in hex; null: the change deleted the file. */
  version: string | null;
  size: number | null;
  change_id: string;
  kind: Change['kind'];
  at: string;
}

/**
 * The versions of a file up to a change, newest first. The limit comes before the joins: a file may have thousands of versions. Contents
 * and changes are looked up one by one, since a plan for small projects would read all of a large one's.
 */
export const selectVersionsOf = statement<VersionRow, { projectId: string; path: string; number: number; limit: number }>(
  'files.select-versions-of',
  `select v.number, encode(v.hash, 'hex') as version, b.size, c.id as change_id, c.kind, c.at, ${author}
   from (
     select number, hash from versions
     where project_id = $projectId and path = $path and number <= $number order by number desc limit $limit
   ) v
   left join lateral (select size from blobs where project_id = $projectId and hash = v.hash limit 1) b on true
   cross join lateral (
     select id, kind, at, user_id, run_id from changes where project_id = $projectId and number = v.number limit 1
   ) c ${authorJoin}
   order by v.number desc`,
  { replica: true },
);

/** The last change before this one that left the file with this content. */
export const selectSameBefore = statement<{ number: number }, { projectId: string; path: string; number: number; version: string }>(
  'files.select-same-before',
  `select number from versions
   where project_id = $projectId and path = $path and number < $number and hash = decode($version, 'hex') order by number desc limit 1`,
  { replica: true },
);

/** Copies of one content to look through for where a file was moved from. */
const MAX_COPIES = 10_000;

/**
 * Another file that had this content until the change deleted it; if several had, one of the same name.
 * @returns with the number of the change that last wrote it
 */
export const selectMovedFrom = statement<
  { path: string; number: number },
  { projectId: string; path: string; number: number; version: string }
>(
  'files.select-moved-from',
  `select gone.path, old.number
   from (
     select distinct path from (
       select path from versions where project_id = $projectId and hash = decode($version, 'hex') limit ${MAX_COPIES}
     ) copy
   ) same
   join versions gone on gone.project_id = $projectId and gone.path = same.path and gone.number = $number and gone.hash is null
   cross join lateral (
     select number, hash from versions
     where project_id = $projectId and path = gone.path and number < $number order by number desc limit 1
   ) old
   where gone.path <> $path and old.hash = decode($version, 'hex')
   order by substring(gone.path from '[^/]*$') <> substring($path from '[^/]*$'), gone.path limit 1`,
  { replica: true },
);
