import type { Change } from '#features/files/contract.ts';
import { statement } from '#kernel/database/statement.ts';

/** Contents are up to 10 MB, so these get a longer timeout than an ordinary statement. */
const slow = { timeout: 15_000 };
/** Undoing an import of 100,000 files takes 10 s beside other work. */
const slowest = { timeout: 60_000 };

/** Columns of a change's author; uses the joins `c`, `u` below. */
export const author = 'c.user_id, c.run_id, u.name as user_name';
export const authorJoin = 'left join users u on u.id = c.user_id';

export interface AuthorColumns {
  user_id: string | null;
  run_id: string | null;
  user_name: string | null;
}

export interface FileRow extends AuthorColumns {
  path: string;
  size: number;
  /** SHA-256 in hex. */
  version: string;
  executable: boolean;
  changed_at: string;
}

const fileColumns = `f.path, f.size, encode(f.hash, 'hex') as version, f.executable, c.at as changed_at, ${author}`;
const fileJoin = `files f join changes c on c.project_id = f.project_id and c.number = f.number ${authorJoin}`;

/**
 * What is at a path and below it; everything for the empty path. The first condition is a range of the index, so that a folder costs what
 * is in it: between `docs` and `docs0` are `docs/…` and names such as `docs.md`, which the second leaves out.
 */
export const atOrBelow = `path >= $path and path < case when $path = '' then repeat(chr(1114111), 257) else $path || '0' end
     and ($path = '' or path = $path or path > $path || '/')`;

/** Sorted by bytes. @param start the first path of the page */
export const selectFiles = statement<FileRow, { projectId: string; path: string; start: string; limit: number }>(
  'files.select-below',
  `select ${fileColumns} from ${fileJoin}
   where f.project_id = $projectId and ${atOrBelow} and path >= $start order by f.path limit $limit`,
  { replica: true },
);

/** The same files, without what else there is to say of them. */
export const selectPathsBelow = statement<{ path: string; version: string }, { projectId: string; path: string; limit: number }>(
  'files.select-paths-below',
  `select path, encode(hash, 'hex') as version from files where project_id = $projectId and ${atOrBelow} order by path limit $limit`,
  { replica: true },
);

export const selectFirstPaths = statement<{ path: string }, { projectId: string; limit: number }>(
  'files.select-first-paths',
  'select path from files where project_id = $projectId order by path limit $limit',
);

/** The entries of the project's root, with the number of files in each folder; each row has the total. */
export const selectTopLevel = statement<
  { name: string; files: number; is_folder: boolean; all_files: number; all_names: number },
  { projectId: string; limit: number }
>(
  'files.select-top-level',
  `select split_part(path, '/', 1) as name, count(*)::int as files, bool_or(path like '%/%') as is_folder,
     (sum(count(*)) over ())::int as all_files, (count(*) over ())::int as all_names
   from files where project_id = $projectId group by 1 order by 1 limit $limit`,
  slow,
);

export const selectFile = statement<FileRow, { projectId: string; path: string }>(
  'files.select',
  `select ${fileColumns} from ${fileJoin} where f.project_id = $projectId and f.path = $path`,
  { replica: true },
);

/** The versions at some paths; paths without a file are omitted. */
export const selectVersions = statement<{ path: string; version: string }, { projectId: string; paths: string[] }>(
  'files.select-versions',
  `select path, encode(hash, 'hex') as version from files where project_id = $projectId and path = any ($paths::text[])`,
);

/**
 * A lateral subquery of the newest version of a file before a change. The order makes the index by path the only one that serves: by the
 * statistics of a young project, the index by number looks as good, and PostgreSQL would read all of it for each path.
 * @param before `<` or `<=`
 */
export const lastVersion = (columns: string, project: string, path: string, before: '<' | '<=', number: string) => `lateral (
     select ${columns} from versions
     where project_id = ${project} and path >= ${path} and (path, number) ${before} (${path}, ${number}) order by path desc, number desc limit 1
   )`;

interface ContentRow {
  version: string;
  size: number;
  /** Null if the reader already has this version, or it is larger than requested. */
  content: Buffer | null;
}

/** @param known versions whose contents are not needed */
export const selectContent = statement<ContentRow, { projectId: string; path: string; known: string[]; most: number }>(
  'files.select-content',
  `select encode(f.hash, 'hex') as version, f.size,
     case when encode(f.hash, 'hex') <> all ($known::text[]) and f.size <= $most then (
       select b.content from blobs b where b.project_id = f.project_id and b.hash = f.hash
     ) end as content
   from files f
   where f.project_id = $projectId and f.path = $path`,
  slow,
);

export const selectContentAt = statement<ContentRow, { projectId: string; path: string; number: number; most: number }>(
  'files.select-content-at',
  `select encode(v.hash, 'hex') as version, b.size, case when b.size > $most then null else b.content end as content
   from (select hash from versions where project_id = $projectId and path = $path and number <= $number order by number desc limit 1) v
   join blobs b on b.project_id = $projectId and b.hash = v.hash`,
  { ...slow, replica: true },
);

export const selectSize = statement<{ size: number }, { projectId: string; version: string }>(
  'files.select-size',
  `select size from blobs where project_id = $projectId and hash = decode($version, 'hex')`,
);

/** As many whole files as fit, smallest first, sorted by path; `files` counts all files. */
export const selectContents = statement<
  { path: string; version: string; content: Buffer; files: number },
  { projectId: string; maxFiles: number; maxBytes: number }
>(
  'files.select-contents',
  `select f.path, encode(f.hash, 'hex') as version, b.content, f.files
   from (
     select path, hash, sum(size) over (order by size, path) as bytes, row_number() over (order by size, path) as place, count(*) over () as files
     from files where project_id = $projectId
   ) f
   join blobs b on b.project_id = $projectId and b.hash = f.hash
   where f.place <= $maxFiles and f.bytes <= $maxBytes order by f.path`,
  slow,
);

/**
 * Locks the project's files until the transaction ends.
 * @returns the number of its newest change, the time, and the caller's name
 */
export const lockProject = statement<{ head: number; at: string; user_name: string | null }, { projectId: string; userId: string | null }>(
  'files.lock-project',
  'select head, now() as at, (select name from users where id = $userId) as user_name from projects where id = $projectId for no key update',
  slow,
);

/**
 * Tells PostgreSQL how large the tables of files are, if it takes them for small ones. It would keep reading them whole for each of the
 * files that a large change brought, for minutes, until its own statistics follow.
 */
export const noteGrowth = statement(
  'files.note-growth',
  `do '
   begin
     if (select reltuples < 10000 from pg_class where oid = ''files''::regclass) then
       analyze (skip_locked) files, versions, blobs (project_id, hash, size);
     end if;
   end'`,
  slow,
);

export const insertChange = statement<
  never,
  { id: string; projectId: string; number: number; kind: Change['kind']; userId: string | null; runId: string | null; added: number }
>(
  'files.insert-change',
  `with project as (
     update projects set head = $number, changed_at = now(), stored_bytes = stored_bytes + $added where id = $projectId
   )
   insert into changes (id, project_id, number, kind, user_id, run_id) values ($id, $projectId, $number, $kind, $userId, $runId)`,
);

/** Stores a content, its version and the current file in one statement. */
export const putFile = statement<never, { projectId: string; path: string; number: number; hash: Buffer; content: Uint8Array }>(
  'files.put',
  `with blob as (
     insert into blobs (project_id, hash, size, content) values ($projectId, $hash, octet_length($content::bytea), $content::bytea)
     on conflict do nothing
   ), version as (
     insert into versions (project_id, path, number, hash, executable)
     select $projectId, $path, $number, $hash, coalesce((select executable from files where project_id = $projectId and path = $path), false)
   )
   insert into files (project_id, path, number, hash, size) values ($projectId, $path, $number, $hash, octet_length($content::bytea))
   on conflict (project_id, path) do update set number = excluded.number, hash = excluded.hash, size = excluded.size`,
  slow,
);

/** Deletes files and records it in the history. */
export const removeFiles = statement<never, { projectId: string; paths: string[]; number: number }>(
  'files.remove',
  `with version as (
     insert into versions (project_id, path, number, hash) select $projectId, path, $number, null from unnest($paths::text[]) as path
   )
   delete from files where project_id = $projectId and path = any ($paths::text[])`,
  slow,
);

/** Copies the contents of some files to other paths. */
export const copyFiles = statement<never, { projectId: string; from: string[]; to: string[]; number: number }>(
  'files.copy',
  `with moved as (
     select t.target as path, f.hash, f.size, f.executable from unnest($from::text[], $to::text[]) as t (source, target)
     cross join lateral (select hash, size, executable from files where project_id = $projectId and path = t.source limit 1) f
   ), version as (
     insert into versions (project_id, path, number, hash, executable) select $projectId, path, $number, hash, executable from moved
   )
   insert into files (project_id, path, number, hash, size, executable)
   select $projectId, path, $number, hash, size, executable from moved`,
  slow,
);

/**
 * Stores many files after a change in one statement: `hashes` null for deleted ones, `starts` null for contents that the project already
 * has; the others are in `contents`. Where `executables` is null, a file keeps its mode, and one that was deleted gets back its last.
 */
export const putFiles = statement<
  never,
  {
    projectId: string;
    number: number;
    paths: string[];
    hashes: (string | null)[];
    starts: (number | null)[];
    sizes: (number | null)[];
    executables: (boolean | null)[];
    contents: Buffer;
  }
>(
  'files.put-many',
  `with edit as materialized (
     select $projectId::uuid as project_id, path, decode(hash, 'hex') as hash, start, size,
       coalesce(
         e.executable,
         (select executable from files where project_id = $projectId and path = e.path),
         (
           select executable from versions
           where project_id = $projectId and path >= e.path and path <= e.path and hash is not null order by path desc, number desc limit 1
         ),
         false
       ) as executable
     from unnest($paths::text[], $hashes::text[], $starts::int[], $sizes::int[], $executables::boolean[]) as e (path, hash, start, size, executable)
   ), blob as (
     insert into blobs (project_id, hash, size, content)
     select distinct on (hash) $projectId, hash, size, substring($contents::bytea from start + 1 for size) from edit where start is not null
     on conflict do nothing
   ), version as (
     insert into versions (project_id, path, number, hash, executable)
     select $projectId, path, $number, hash, hash is not null and executable from edit
   ), gone as (
     delete from files f using edit e where f.project_id = e.project_id and f.path = e.path and e.hash is null
   )
   insert into files (project_id, path, number, hash, size, executable)
   select $projectId, path, $number, hash, coalesce(size, (select size from blobs where project_id = $projectId and hash = edit.hash)), executable
   from edit where hash is not null
   on conflict (project_id, path) do update
   set number = excluded.number, hash = excluded.hash, size = excluded.size, executable = excluded.executable`,
  slowest,
);

/** Files at a path where one of these needs a folder, or the other way round. */
export const selectObstacle = statement<{ path: string }, { projectId: string; folders: string[]; path: string }>(
  'files.select-obstacle',
  `select path from files
   where project_id = $projectId and (path = any ($folders::text[]) or (path > $path || '/' and path < $path || '0')) limit 1`,
);

/** The same for many paths, each with its folders, once the files in `gone` are deleted; at most 100. */
export const selectObstacles = statement<
  { path: string; taken: string },
  { projectId: string; paths: string[]; pathOfFolder: string[]; folders: string[]; gone: string[] }
>(
  'files.select-obstacles',
  `select t.path, f.path as taken from unnest($pathOfFolder::text[], $folders::text[]) as t (path, folder)
   join files f on f.project_id = $projectId and f.path = t.folder and f.path <> all ($gone::text[])
   union all
   select t.path, f.path from unnest($paths::text[]) as t (path)
   cross join lateral (
     select path from files where project_id = $projectId and path > t.path || '/' and path < t.path || '0'
       and path <> all ($gone::text[]) limit 1
   ) f
   limit 100`,
  slow,
);
