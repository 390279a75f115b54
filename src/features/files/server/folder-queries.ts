import { statement } from '#kernel/database/statement.ts';

/** Folders at a path and below it; all for ''. */
const below = `($path = '' or path = $path or (path > $path || '/' and path < $path || '0'))`;

export const insertFolder = statement<never, { projectId: string; path: string }>(
  'files.insert-folder',
  'insert into folders (project_id, path) values ($projectId, $path) on conflict do nothing',
);

export const selectFolders = statement<{ path: string }, { projectId: string; path: string; limit: number }>(
  'files.select-folders',
  `select path from folders where project_id = $projectId and ${below} order by path limit $limit`,
  { replica: true },
);

export const deleteFolders = statement<{ path: string }, { projectId: string; path: string }>(
  'files.delete-folders',
  `delete from folders where project_id = $projectId and ${below} returning path`,
);

export const moveFolders = statement<never, { projectId: string; from: string; to: string }>(
  'files.move-folders',
  `with moved as (
     delete from folders where project_id = $projectId and (path = $from or (path > $from || '/' and path < $from || '0')) returning path
   )
   insert into folders (project_id, path) select $projectId, $to || substr(path, length($from) + 1) from moved on conflict do nothing`,
);
