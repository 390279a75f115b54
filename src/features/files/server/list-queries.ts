import { statement } from '#kernel/database/statement.ts';
import { type AuthorColumns, author, authorJoin } from './queries.ts';

interface ChildRow extends AuthorColumns {
  path: string;
  is_folder: boolean;
  size: number | null;
  version: string | null;
  executable: boolean | null;
  changed_at: string | null;
}

/**
 * What is directly in a folder, sorted by path. Steps from entry to entry, skipping everything below each folder, so that a project of a
 * million files costs no more than the entries shown. In the collation of paths, `0` is the character after `/`. Each entry is looked up
 * by itself: a plan that was made while the tables were small would compare each of them with all files, for minutes.
 * @param prefix of the paths in the folder: `docs/`; '' for the project's root
 * @param end the first path after them; null for the root
 */
export const selectChildren = statement<ChildRow, { projectId: string; prefix: string; end: string | null; limit: number }>(
  'files.select-children',
  `with recursive entry (path, next) as (
     (
       select f.path, ${next('f.path')} from files f
       where f.project_id = $projectId and f.path >= $prefix and ($end::text is null or f.path < $end) order by f.path limit 1
     )
     union all
     select f.path, ${next('f.path')} from entry e
     cross join lateral (
       select path from files
       where project_id = $projectId and path >= e.next and ($end::text is null or path < $end) order by path limit 1
     ) f
   ), child as (
     select path as first, $prefix || split_part(substr(path, length($prefix) + 1), '/', 1) as path, position('/' in substr(path, length($prefix) + 1)) > 0 as is_folder
     from entry limit $limit
   )
   select n.path, n.is_folder, f.size, encode(f.hash, 'hex') as version, f.executable, c.at as changed_at, ${author}
   from child n
   left join lateral (
     select size, hash, executable, number from files where project_id = $projectId and path = n.path and not n.is_folder limit 1
   ) f on true
   left join lateral (select at, user_id, run_id from changes where project_id = $projectId and number = f.number limit 1) c on true
   ${authorJoin}
   order by n.first`,
  { timeout: 15_000, replica: true },
);

/** The first path that an entry after this one may have: no path contains a character below U+0020. */
function next(path: string): string {
  const rest = `substr(${path}, length($prefix) + 1)`;
  return `case when position('/' in ${rest}) > 0 then $prefix || split_part(${rest}, '/', 1) || '0' else ${path} || chr(1) end`;
}
