import type { Change } from '#features/files/contract.ts';
import { statement } from '#kernel/database/statement.ts';
import { type AuthorColumns, author, authorJoin, lastVersion } from './queries.ts';

/** Changes may touch many files, and contents are large, so these get a longer timeout than an ordinary statement. */
const slow = { timeout: 15_000 };
/** The same for what a change did, and for contents by their version. */
const past = { ...slow, replica: true };

export interface ChangeRow extends AuthorColumns {
  id: string;
  number: number;
  kind: Change['kind'];
  undone: boolean;
  at: string;
  paths: string[];
  path_count: number;
}

/** Most paths listed for a change; the others are only counted. */
export const MAX_PATHS = 100;

/** Columns of a change `c`, whose paths come from an index that has them in order, however many there are. */
export const changeColumns = `c.id, c.number, c.kind, c.at, c.undone_by is not null as undone, ${author},
     array(
       select path from versions v where v.project_id = c.project_id and v.number = c.number
       order by c.kind = 'move' and v.hash is not null, path limit ${MAX_PATHS}
     ) as paths,
     (select count(*)::int from versions v where v.project_id = c.project_id and v.number = c.number) as path_count`;

export const selectChange = statement<ChangeRow & { project_id: string }, { changeId: string }>(
  'files.select-change',
  `select c.project_id, ${changeColumns} from changes c ${authorJoin} where c.id = $changeId`,
  past,
);

export const selectProjectOf = statement<{ project_id: string }, { changeId: string }>(
  'files.select-project-of',
  'select project_id from changes where id = $changeId',
);

export interface StepRow {
  change_id: string;
  path: string;
  number: number;
  before: string | null;
  after: string | null;
  /** The number of the change that `before` is from. */
  previous: number | null;
  /** The current version. */
  current: string | null;
  /** Git's mode; null where there is no file. */
  executable_before: boolean | null;
  executable_after: boolean | null;
  executable: boolean | null;
}

/**
 * What changes did to each file. Each part is read by the one index that serves; without it, PostgreSQL would go by the statistics of a young
 * project, which say that it has a handful of files.
 * @param changes selects id, project_id and number of changes
 */
const touchedBy = (changes: string) => `select c.id as change_id, c.project_id, v.path, v.number, v.hash, v.executable
   from (${changes}) c
   cross join lateral (
     select path, number, hash, executable from versions
     where project_id = c.project_id and number >= c.number and number <= c.number order by number, path
   ) v`;

/** @param touched as from `touchedBy` */
const stepsOf = (touched: string) => `select t.path, t.number, t.change_id, encode(t.hash, 'hex') as after, encode(p.hash, 'hex') as before,
     p.number as previous, encode(f.hash, 'hex') as current, f.executable,
     case when p.hash is not null then p.executable end as executable_before,
     case when t.hash is not null then t.executable end as executable_after
   from (${touched}) t
   left join ${lastVersion('number, hash, executable', 't.project_id', 't.path', '<', 't.number')} p on true
   left join lateral (select hash, executable from files where project_id = t.project_id and path = t.path limit 1) f on true`;

/** What a change did to each file, or to one. */
export const selectStepsOfChange = statement<StepRow, { changeId: string; path: string | null; from: number; limit: number }>(
  'files.select-steps-of-change',
  `${stepsOf(`
     ${touchedBy('select id, project_id, number from changes where id = $changeId')}
     where $path::text is null or v.path = $path order by v.path offset $from limit $limit`)}
   order by t.path`,
  past,
);

/** What a run did to each file at and below a path ('': all), by path, newest first. */
export const selectStepsOfRun = statement<StepRow, { projectId: string; runId: string; path: string; limit: number }>(
  'files.select-steps-of-run',
  `${stepsOf(`
     ${touchedBy('select id, project_id, number from changes where project_id = $projectId and run_id = $runId')}
     where $path = '' or v.path = $path or (v.path > $path || '/' and v.path < $path || '0')
     order by v.path, v.number desc limit $limit`)}
   order by t.path, t.number desc`,
  past,
);

/** The same for a change or a run, without changes already undone. */
export const selectStepsToUndo = statement<StepRow, { projectId: string; changeId: string | null; runId: string | null; limit: number }>(
  'files.select-steps-to-undo',
  `${stepsOf(`
     ${touchedBy(`
       select id, project_id, number from changes where project_id = $projectId and undone_by is null and id = $changeId
       union all
       select id, project_id, number from changes where project_id = $projectId and undone_by is null and run_id = $runId`)}
     order by v.path, v.number desc limit $limit`)}
   order by t.path, t.number desc`,
  slow,
);

/** Undoing an undo restores the changes it had undone. */
export const markUndone = statement<never, { projectId: string; changeIds: string[]; by: string }>(
  'files.mark-undone',
  `update changes set undone_by = case when id = any ($changeIds::uuid[]) then $by::uuid end
   where project_id = $projectId and (id = any ($changeIds::uuid[]) or undone_by = any ($changeIds::uuid[]))`,
  slow,
);

export const selectBlobSizes = statement<{ version: string; size: number }, { projectId: string; versions: string[] }>(
  'files.select-blob-sizes',
  `select encode(hash, 'hex') as version, size from blobs
   where project_id = $projectId and hash in (select decode(version, 'hex') from unnest($versions::text[]) as version)`,
);

/** Contents by their versions, smallest first: null above a size, and once all of them together grow too large. */
export const selectBlobs = statement<
  { version: string; content: Buffer | null },
  { projectId: string; versions: string[]; maxBytes: number; maxTotal: number }
>(
  'files.select-blobs',
  `select encode(hash, 'hex') as version, case when size <= $maxBytes and total <= $maxTotal then content end as content
   from (
     select hash, size, content, sum(size) over (order by size, hash) as total from blobs
     where project_id = $projectId and hash in (select decode(version, 'hex') from unnest($versions::text[]) as version)
   ) b`,
  past,
);

/** The author of the last change at each of some paths. */
export const selectLastAuthors = statement<AuthorColumns & { path: string; at: string }, { projectId: string; paths: string[] }>(
  'files.select-last-authors',
  `select t.path, c.at, ${author} from unnest($paths::text[]) as t (path)
   cross join lateral (select number from versions where project_id = $projectId and path = t.path order by number desc limit 1) v
   join changes c on c.project_id = $projectId and c.number = v.number ${authorJoin}`,
  slow,
);
