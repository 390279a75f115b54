import { statement } from '#kernel/database/statement.ts';

/** Larger contents are not searched. In bytes. */
export const MAX_SEARCHED_BYTES = 1_000_000;

/** Whether the index exists, and the database folds ASCII letters as everybody does, except in Turkish. */
export const selectIndexUsable = statement<{ usable: boolean }>(
  'search.select-index-usable',
  `select to_regclass('blobs_search') is not null and lower('I') = 'i' as usable`,
);

export interface ListedFile {
  path: string;
  size: number;
}

/** The next files to search, in order: from a path on, or after it. */
export const selectNext = statement<ListedFile, { projectId: string; from: string; folder: string; limit: number }>(
  'search.select-next',
  `select path, size from files
   where project_id = $projectId and path >= $from and size <= ${MAX_SEARCHED_BYTES}
     and ($folder = '' or path = $folder or (path > $folder || '/' and path < $folder || '0'))
   order by path limit $limit`,
  { replica: true },
);

export interface TextRow {
  path: string;
  version: string;
  text: string;
}

/** The first texts among some files, in order: those that contain `exact` and match `pattern`, if they are not null. */
export const selectTexts = statement<
  TextRow,
  { projectId: string; paths: string[]; exact: string | null; pattern: string | null; limit: number }
>(
  'search.select-texts',
  `select f.path, encode(f.hash, 'hex') as version, t.text
   from files f cross join lateral (
     select case
       when position(convert_to($exact::text, 'UTF8') in b.content) = 0 then null
       when not (b.in_search or is_text(b.content)) then null
       when $pattern::text is null or searchable(b.content) collate "C" ~ $pattern then searchable(b.content)
     end as text
     from blobs b where b.project_id = f.project_id and b.hash = f.hash offset 0
   ) t
   where f.project_id = $projectId and f.path = any ($paths::text[]) and f.size <= ${MAX_SEARCHED_BYTES} and t.text is not null
   order by f.path limit $limit`,
  { replica: true },
);

/** Some contents of a project that are text. */
export const selectTextsOfVersions = statement<{ version: string; text: string }, { projectId: string; versions: string[] }>(
  'search.select-texts-of-versions',
  `select encode(b.hash, 'hex') as version, searchable(b.content) as text
   from unnest($versions::text[]) as v (version)
   join blobs b on b.project_id = $projectId and b.hash = decode(v.version, 'hex')
   where b.size <= ${MAX_SEARCHED_BYTES} and is_text(b.content)`,
  { timeout: 15_000 },
);

/** All paths that contain these characters in this order, in one value, a line each: a row each would take much longer to read. */
export const selectPathsLike = statement<{ paths: string; count: number }, { projectId: string; pattern: string; limit: number }>(
  'search.select-paths-like',
  `select coalesce(string_agg(path, chr(10)), '') as paths, count(*)::int as count
   from (select path from files where project_id = $projectId and path ilike $pattern order by path limit $limit) f`,
  { replica: true },
);
