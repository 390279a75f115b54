/** What the index of contents answers. */
import { statement } from '#kernel/database/statement.ts';
import { type ListedFile, MAX_SEARCHED_BYTES } from './queries.ts';

/** A search gives up on the index after this time. */
const MAX_MS = 1000;

/** In a transaction, before the index is asked: never by reading all contents instead, and by one process. */
export const planForIndex = statement<{ set: string[] }>(
  'search.plan-for-index',
  `select array[set_config('enable_seqscan', 'off', true), set_config('max_parallel_workers_per_gather', '0', true),
     set_config('jit', 'off', true)] as set`,
);

/** `like` is twice as fast as a regular expression. Without a second pattern, pass the first one twice. */
const kinds = {
  like: 'searchable(content) collate "C" like $first and $second = $first',
  'like-like': 'searchable(content) collate "C" like $first and searchable(content) collate "C" like $second',
  regex: 'searchable(content) collate "C" ~ $first and $second = $first',
  'regex-regex': 'searchable(content) collate "C" ~ $first and searchable(content) collate "C" ~ $second',
};
type Kind = keyof typeof kinds;

/**
 * The files that may match, in order: those whose contents are in the index and do, and those not indexed yet. `contents` is the number of
 * the former's contents, at most `most`. One statement, since a file moves from the one to the other at any time.
 */
const candidatesOf = (kind: Kind) =>
  statement<
    ListedFile & { contents: number },
    { projectId: string; first: string; second: string; from: string; folder: string; most: number; limit: number }
  >(
    `search.select-candidates-${kind}`,
    `with found as materialized (
       select hash from blobs where project_id::text = $projectId::uuid::text and in_search and ${kinds[kind]} limit $most
     ), candidate as (
       select f.path, f.size from found join files f on f.project_id = $projectId and f.hash = found.hash
       union
       select path, size from files
       where project_id = $projectId and indexed_hash is distinct from hash and size <= ${MAX_SEARCHED_BYTES}
     )
     select path, size, (select count(*) from found)::int as contents from candidate
     where path >= $from and ($folder = '' or path = $folder or (path > $folder || '/' and path < $folder || '0'))
     order by path limit $limit`,
    { timeout: MAX_MS, replica: true },
  );

/** How many of some files match each pattern, and both of them. */
const shareOf = (operator: 'like' | '~') =>
  statement<
    { read: number; first: number; second: number; both: number },
    { projectId: string; first: string; second: string; paths: string[] }
  >(
    `search.select-share-${operator}`,
    `select count(*)::int as read, (count(*) filter (where first))::int as first, (count(*) filter (where second))::int as second,
       (count(*) filter (where first and second))::int as both
     from files f cross join lateral (
       select case when in_search then searchable(content) collate "C" ${operator} $first end as first,
         case when in_search then searchable(content) collate "C" ${operator} $second end as second
       from blobs b where b.project_id = f.project_id and b.hash = f.hash offset 0
     ) t
     where f.project_id = $projectId and f.path = any ($paths::text[])`,
    { replica: true },
  );

export const selectCandidates = {
  like: { one: candidatesOf('like'), two: candidatesOf('like-like') },
  regex: { one: candidatesOf('regex'), two: candidatesOf('regex-regex') },
};
export const selectShare = { like: shareOf('like'), regex: shareOf('~') };
