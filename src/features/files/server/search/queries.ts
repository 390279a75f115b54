import { statement } from '#kernel/database/statement.ts';

/** Larger contents are not searched. In bytes. */
export const MAX_SEARCHED_BYTES = 1_000_000;
/** While an operator of the index may take longer, a search gives up on it. */
const INDEX_MS = 1000;

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
);

/**
 * In a transaction, before a search by the index: a plan for these patterns, and no other than through the index, since PostgreSQL cannot
 * tell how much of a text it would have to read.
 */
export const planForIndex = statement<{ set: string[] }>(
  'search.plan-for-index',
  `select array[set_config('plan_cache_mode', 'force_custom_plan', true), set_config('enable_seqscan', 'off', true),
     set_config('enable_indexscan', 'off', true), set_config('max_parallel_workers_per_gather', '0', true)] as set`,
);

/**
 * The files that may match, in order: those whose contents are in the index and do, and those not indexed yet. `contents` is the number of
 * the former's contents, at most `most`. One statement, since a file moves from the one to the other at any time.
 */
const candidates = (name: string, conditions: string) =>
  statement<
    ListedFile & { contents: number },
    { projectId: string; first: string; second: string; from: string; folder: string; most: number; limit: number }
  >(
    name,
    `with found as materialized (
       select hash from blobs where project_id = $projectId and in_search and ${conditions} limit $most
     ), candidate as (
       select f.path, f.size from found join files f on f.project_id = $projectId and f.hash = found.hash
       union
       select path, size from files
       where project_id = $projectId and indexed_hash is distinct from hash and size <= ${MAX_SEARCHED_BYTES}
     )
     select path, size, (select count(*) from found)::int as contents from candidate
     where path >= $from and ($folder = '' or path = $folder or (path > $folder || '/' and path < $folder || '0'))
     order by path limit $limit`,
    { timeout: INDEX_MS },
  );

const matches = (pattern: string) => `searchable(content) collate "C" ~ ${pattern}`;
/** Of contents that match one pattern; `second` is not used. */
export const selectCandidates = candidates('search.select-candidates', `${matches('$first')} and $second = ''`);
export const selectCandidatesOfTwo = candidates('search.select-candidates-of-two', `${matches('$first')} and ${matches('$second')}`);

export interface TextRow {
  path: string;
  version: string;
  text: string;
}

/** The texts among some files, in order: those that contain `exact` and match `pattern`, if they are not null. */
export const selectTexts = statement<TextRow, { projectId: string; paths: string[]; exact: string | null; pattern: string | null }>(
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
   order by f.path`,
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
);
