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

/** Files read at a time: few at first and after a folder, whose other files are not needed, more and more where files follow each other. */
const FIRST = 8;
const AFTER_FOLDER = 2;
const MOST = 256;

/**
 * What is directly in a folder, sorted by path. Steps through the files, skipping those below each folder once it is known, so that a
 * project of a million files costs no more than the entries shown. In the collation of paths, `0` is the character after `/`. Changes are
 * looked up one by one: a plan that was made while the tables were small would compare each of them with all files, for minutes.
 * @param prefix of the paths in the folder: `docs/`; '' for the project's root
 * @param start the first path that an entry may have
 * @param end the first path after the folder
 */
export const selectChildren = statement<ChildRow, { projectId: string; prefix: string; start: string; end: string; limit: number }>(
  'files.select-children',
  `with recursive step as (
     select null::text collate "C" as path, null::text collate "C" as child, null::boolean as is_folder, false as is_new, null::int as size, null::bytea as hash,
       null::boolean as executable, null::bigint as number, $start::text collate "C" as next, ${FIRST} as files
     union all
     select c.path, c.child, c.is_folder, c.is_new, c.size, c.hash, c.executable, c.number,
       case when not c.is_last then null when c.is_folder then c.child || '0' else c.path || chr(1) end,
       case when c.is_folder then ${AFTER_FOLDER} else least(s.files * 4, ${MOST}) end
     from step s cross join lateral (
       select f.*, f.child is distinct from lag(f.child) over in_order as is_new, lead(f.path) over in_order is null as is_last
       from (
         select path, $prefix || split_part(substr(path, length($prefix) + 1), '/', 1) as child,
           position('/' in substr(path, length($prefix) + 1)) > 0 as is_folder, size, hash, executable, number
         from files where project_id = $projectId and path >= s.next and path < $end order by path limit s.files
       ) f window in_order as (order by f.path)
     ) c
     where s.next is not null
   )
   select n.child as path, n.is_folder, f.size, encode(f.hash, 'hex') as version, f.executable, c.at as changed_at, ${author}
   from (select * from step where is_new limit $limit) n
   left join lateral (select n.size, n.hash, n.executable, n.number where not n.is_folder) f on true
   left join lateral (select at, user_id, run_id from changes where project_id = $projectId and number = f.number limit 1) c on true
   ${authorJoin}
   order by n.path`,
  { timeout: 15_000, replica: true },
);
