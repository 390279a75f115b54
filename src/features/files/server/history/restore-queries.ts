import { lastVersion } from '#features/files/server/queries.ts';
import { statement } from '#kernel/database/statement.ts';

/** Thousands of files, each with its version. */
const slow = { timeout: 15_000 };
/** 100,000 files take 18 s beside other work. */
const slowest = { timeout: 60_000 };

/**
 * What a restore changes at a path and below it ('': all), as `path`, `hash`, `size`, `executable` of each file as it was after the change
 * `$at`; null: there was none. Only files that changed since are looked at.
 */
const different = `select $projectId::uuid as project_id, t.path, v.hash, v.executable,
     (select size from blobs where project_id = $projectId and hash = v.hash) as size
   from (
     select distinct path from versions
     where project_id = $projectId and number > $at and ($path = '' or path = $path or (path > $path || '/' and path < $path || '0'))
   ) t
   left join ${lastVersion('hash, executable', '$projectId', 't.path', '<=', '$at')} v on true
   left join lateral (select hash, executable from files where project_id = $projectId and path = t.path limit 1) f on true
   where v.hash is distinct from f.hash or (v.hash is not null and v.executable <> f.executable)`;

export const selectToRestore = statement<{ path: string; exists: boolean }, { projectId: string; path: string; at: number; limit: number }>(
  'files.select-to-restore',
  `select path, hash is not null as exists from (${different}) d order by path limit $limit`,
  slow,
);

/** Writes what `selectToRestore` found under the same lock. Contents stay where they are. */
export const restoreFiles = statement<never, { projectId: string; path: string; at: number; number: number }>(
  'files.restore',
  `with different as materialized (
     ${different}
   ), version as (
     insert into versions (project_id, path, number, hash, executable)
     select $projectId, path, $number, hash, hash is not null and executable from different
   ), gone as (
     delete from files f using different d where f.project_id = d.project_id and f.path = d.path and d.hash is null
   )
   insert into files (project_id, path, number, hash, size, executable)
   select $projectId, path, $number, hash, size, executable from different where hash is not null
   on conflict (project_id, path) do update
   set number = excluded.number, hash = excluded.hash, size = excluded.size, executable = excluded.executable`,
  slowest,
);

/** Whether something has ever been at a path or below it. */
export const selectEverThere = statement<{ ever: boolean }, { projectId: string; path: string }>(
  'files.select-ever-there',
  `select exists (select from versions where project_id = $projectId and path = $path)
     or exists (select from versions where project_id = $projectId and path > $path || '/' and path < $path || '0') as ever`,
);
