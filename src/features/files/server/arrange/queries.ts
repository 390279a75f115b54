import { statement } from '#kernel/database/statement.ts';

const slow = { timeout: 15_000 };

/** The files at some paths and below them, each with the path that it was found for. */
export const selectFilesBelow = statement<{ path: string; base: string }, { projectId: string; paths: string[]; limit: number }>(
  'files.select-below-many',
  `select f.path, t.base from unnest($paths::text[]) as t (base)
   join files f on f.project_id = $projectId and (f.path = t.base or (f.path > t.base || '/' and f.path < t.base || '0'))
   order by f.path limit $limit`,
  slow,
);

/** The same of folders that were created by themselves. */
export const selectFoldersBelow = statement<{ path: string; base: string }, { projectId: string; paths: string[] }>(
  'files.select-folders-below-many',
  `select f.path, t.base from unnest($paths::text[]) as t (base)
   join folders f on f.project_id = $projectId and (f.path = t.base or (f.path > t.base || '/' and f.path < t.base || '0'))
   order by f.path`,
  slow,
);

export const insertFolders = statement<never, { projectId: string; paths: string[] }>(
  'files.insert-folders',
  'insert into folders (project_id, path) select $projectId, unnest($paths::text[]) on conflict do nothing',
);

export const deleteFolders = statement<never, { projectId: string; paths: string[] }>(
  'files.delete-folders-many',
  'delete from folders where project_id = $projectId and path = any ($paths::text[])',
);
