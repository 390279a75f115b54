import { statement } from '#kernel/database/statement.ts';
import { MAX_SEARCHED_BYTES } from './queries.ts';

/** Indexing a megabyte takes 0.1 s, and much longer on a busy machine. */
const slow = { timeout: 15_000 };

export interface WaitingFile {
  project_id: string;
  path: string;
  version: string;
  size: number;
}

/**
 * The first files whose current content is not indexed, except those changed within some seconds: what is saved every few seconds never
 * enters. The limit comes before the rest, since PostgreSQL takes most files for not indexed, and would read them all.
 */
export const selectWaiting = statement<WaitingFile, { seconds: number; limit: number }>(
  'search.select-waiting',
  `select f.project_id, f.path, encode(f.hash, 'hex') as version, f.size
   from (
     select project_id, path, hash, size, number from files where indexed_hash is distinct from hash order by project_id, path limit $limit
   ) f
   join changes c on c.project_id = f.project_id and c.number = f.number
   where c.at < now() - make_interval(secs => $seconds)
   order by f.project_id, f.path`,
  slow,
);

/** One server at a time indexes a project. @returns false if another one does */
export const lockIndexOf = statement<{ locked: boolean }, { projectId: string }>(
  'search.lock-index',
  `select pg_try_advisory_xact_lock(hashtextextended('search of ' || $projectId::uuid, 0)) as locked`,
);

/**
 * Puts contents into the index, if they are text. Here and below, locked rows are skipped: whoever holds the lock may delete the project,
 * and would wait for us.
 * @returns those dealt with
 */
export const addContents = statement<{ version: string }, { projectId: string; versions: string[] }>(
  'search.add-contents',
  `with chosen as (
     select hash from blobs
     where project_id = $projectId and hash in (select decode(version, 'hex') from unnest($versions::text[]) as v (version))
       and not in_search and size <= ${MAX_SEARCHED_BYTES}
     for no key update skip locked
   ), added as (
     update blobs b set in_search = true from chosen c where b.project_id = $projectId and b.hash = c.hash and is_text(b.content)
   )
   select encode(hash, 'hex') as version from chosen`,
  slow,
);

/**
 * Marks files whose content is still one of those dealt with: in the index, too large for it, or no text (`checked`).
 * @returns the contents marked before, if any
 */
export const markIndexed = statement<{ former: string | null }, { projectId: string; paths: string[]; checked: string[] }>(
  'search.mark-indexed',
  `with chosen as (
     select f.path, f.hash, f.indexed_hash from files f join blobs b on b.project_id = f.project_id and b.hash = f.hash
     where f.project_id = $projectId and f.path = any ($paths::text[]) and f.indexed_hash is distinct from f.hash
       and (b.in_search or b.size > ${MAX_SEARCHED_BYTES} or b.hash in (select decode(version, 'hex') from unnest($checked::text[]) as v (version)))
     for no key update of f skip locked
   )
   update files f set indexed_hash = c.hash from chosen c where f.project_id = $projectId and f.path = c.path
   returning encode(c.indexed_hash, 'hex') as former`,
  slow,
);

/**
 * Takes contents out of the index. Only those that no file has, and no file is marked with: such a file may get its former content back at
 * any moment, and then counts as indexed.
 */
export const removeContents = statement<never, { projectId: string; versions: string[] }>(
  'search.remove-contents',
  `with chosen as (
     select b.hash from blobs b
     where b.project_id = $projectId and b.in_search and b.hash in (select decode(version, 'hex') from unnest($versions::text[]) as v (version))
       and not exists (select from files f where f.project_id = b.project_id and f.hash = b.hash)
       and not exists (
         select from files f where f.project_id = b.project_id and f.indexed_hash is distinct from f.hash and f.indexed_hash = b.hash
       )
     for no key update skip locked
   )
   update blobs b set in_search = false from chosen c where b.project_id = $projectId and b.hash = c.hash`,
  slow,
);

export interface IndexedContent {
  project_id: string;
  version: string;
  abandoned: boolean;
  is_last: boolean;
}

/** Contents in the index that no file has any more, among the next ones; the row with `is_last` says where those end. */
export const selectAbandoned = statement<IndexedContent, { afterVersion: string; afterProject: string; limit: number }>(
  'search.select-abandoned',
  `with next as (
     select hash, project_id, row_number() over (order by hash, project_id) = count(*) over () as is_last
     from (
       select hash, project_id from blobs where in_search and size >= 0 and (hash, project_id) > (decode($afterVersion, 'hex'), $afterProject::uuid)
       order by hash, project_id limit $limit
     ) n
   ), judged as (
     select *, not exists (select from files f where f.project_id = n.project_id and f.hash = n.hash) as abandoned from next n
   )
   select project_id, encode(hash, 'hex') as version, abandoned, is_last from judged where abandoned or is_last`,
  slow,
);

/** Merges what was added recently into the index, which searches otherwise read one by one. Needs the index’s owner. */
export const mergeAdded = statement<{ pages: number }>(
  'search.merge-added',
  `select gin_clean_pending_list(to_regclass('blobs_search'))::int as pages where to_regclass('blobs_search') is not null`,
  slow,
);
