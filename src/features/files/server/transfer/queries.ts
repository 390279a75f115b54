import { atOrBelow } from '#features/files/server/queries.ts';
import { statement } from '#kernel/database/statement.ts';

/** Contents are up to 10 MB, and an import has thousands of files. */
const slow = { timeout: 15_000 };

/** Contents start at `starts` in `contents`. @returns the bytes of those that the project did not have */
export const insertContents = statement<
  { added: number },
  { projectId: string; hashes: string[]; starts: number[]; sizes: number[]; contents: Buffer }
>(
  'files.insert-contents',
  `with added as (
     insert into blobs (project_id, hash, size, content)
     select $projectId, decode(hash, 'hex'), size, substring($contents::bytea from start + 1 for size)
     from unnest($hashes::text[], $starts::int[], $sizes::int[]) as c (hash, start, size) order by hash
     on conflict do nothing returning size
   )
   select coalesce(sum(size), 0)::bigint as added from added`,
  slow,
);

/** Files whose contents are stored. `executables`: null keeps the mode of the file that is there. */
export const putImported = statement<
  never,
  { projectId: string; number: number; paths: string[]; hashes: string[]; sizes: number[]; executables: (boolean | null)[] }
>(
  'files.put-imported',
  `with file as (
     select t.path, decode(t.hash, 'hex') as hash, t.size, coalesce(t.executable, f.executable, false) as executable
     from unnest($paths::text[], $hashes::text[], $sizes::int[], $executables::boolean[]) as t (path, hash, size, executable)
     left join files f on f.project_id = $projectId and f.path = t.path
   ), version as (
     insert into versions (project_id, path, number, hash, executable) select $projectId, path, $number, hash, executable from file
   )
   insert into files (project_id, path, number, hash, size, executable)
   select $projectId, path, $number, hash, size, executable from file
   on conflict (project_id, path) do update
   set number = excluded.number, hash = excluded.hash, size = excluded.size, executable = excluded.executable`,
  slow,
);

/** The files at some paths; paths without one are omitted. */
export const selectCurrent = statement<{ path: string; version: string; executable: boolean }, { projectId: string; paths: string[] }>(
  'files.select-current',
  `select path, encode(hash, 'hex') as version, executable from files where project_id = $projectId and path = any ($paths::text[])`,
  slow,
);

/** Files whose paths begin with one of these. */
export const selectBeginning = statement<{ path: string }, { projectId: string; beginnings: string[] }>(
  'files.select-beginning',
  `select f.path from unnest($beginnings::text[]) as t (beginning)
   join files f on f.project_id = $projectId and f.path >= t.beginning and f.path < t.beginning || chr(1114111)`,
  slow,
);

export const selectProjectName = statement<{ name: string; organization_id: string }, { projectId: string }>(
  'files.select-project-name',
  'select name, organization_id from projects where id = $projectId',
);

interface ExportedRow {
  path: string;
  /** SHA-256 in hex. */
  version: string;
  size: number;
  executable: boolean;
  changed_at: string;
}

/** The files at a path and below it ('': all) as of a change (null: now), sorted by path. */
export const selectExported = statement<ExportedRow, { projectId: string; path: string; number: number | null }>(
  'files.select-exported',
  `select f.path, encode(f.hash, 'hex') as version, f.size, f.executable, c.at as changed_at from (
     select path, hash, size, executable, number from files
     where $number::bigint is null and project_id = $projectId and ${atOrBelow}
     union all
     select v.path, v.hash, b.size, v.executable, v.number from (
       select distinct on (path) path, hash, executable, number from versions
       where $number::bigint is not null and project_id = $projectId and number <= $number
         and ${atOrBelow}
       order by path, number desc
     ) v join blobs b on b.project_id = $projectId and b.hash = v.hash
   ) f
   join changes c on c.project_id = $projectId and c.number = f.number
   order by f.path`,
  { ...slow, replica: true },
);

export const selectContentsOf = statement<{ version: string; content: Buffer }, { projectId: string; versions: string[] }>(
  'files.select-contents-of',
  `select encode(hash, 'hex') as version, content from blobs
   where project_id = $projectId and hash in (select decode(version, 'hex') from unnest($versions::text[]) as version)`,
  { ...slow, replica: true },
);

interface StorageRow {
  /** Of the organization. */
  projects: number;
  all_stored: number;
  /** Null: the viewer sees no project. */
  id: string | null;
  name: string | null;
  stored: number | null;
  current: number;
  files: number;
}

/**
 * The largest of the organization’s projects that the viewer sees, with the bytes and number of their current files, which are counted for
 * these alone; each row has the totals of all.
 */
export const selectStorage = statement<StorageRow, { organizationId: string; userId: string; limit: number }>(
  'files.select-storage',
  `with project as (
     select id, name, stored_bytes, id in (select o.project_id from project_roles o where o.user_id = $userId) as is_visible
     from projects where organization_id = $organizationId
   )
   select t.projects, t.all_stored, l.id, l.name, l.stored_bytes as stored, f.current, f.files
   from (select count(*)::int as projects, coalesce(sum(stored_bytes), 0)::bigint as all_stored from project) t
   left join (select * from project where is_visible order by stored_bytes desc, id limit $limit) l on true
   cross join lateral (
     select coalesce(sum(size), 0)::bigint as current, count(*)::int as files from files where project_id = l.id
   ) f
   order by l.stored_bytes desc, l.id`,
  slow,
);
