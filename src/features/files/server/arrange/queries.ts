import { statement } from '#kernel/database/statement.ts';

/** The files at some paths and below them, each with the path that it was found for. */
export const selectFilesBelow = statement<{ path: string; base: string }, { projectId: string; paths: string[]; limit: number }>(
  'files.select-below-many',
  `select f.path, t.base from unnest($paths::text[]) as t (base)
   join files f on f.project_id = $projectId and (f.path = t.base or (f.path > t.base || '/' and f.path < t.base || '0'))
   order by f.path limit $limit`,
  { timeout: 15_000 },
);
