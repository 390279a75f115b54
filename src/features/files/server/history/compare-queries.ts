import { lastVersion } from '#features/files/server/queries.ts';
import { statement } from '#kernel/database/statement.ts';
import { FEW } from './change-queries.ts';

/** Large states differ in thousands of files. */
const slow = { timeout: 15_000, replica: true };

/** The number of a project's newest change; 0 before the first. */
export const selectHead = statement<{ head: number }, { projectId: string }>(
  'files.select-head',
  'select head from projects where id = $projectId',
  { replica: true },
);

/** A file before and after; null: there is none. SHA-256 in hex. */
interface DifferenceRow {
  path: string;
  before: string | null;
  after: string | null;
}

interface Page {
  projectId: string;
  /** Numbers of changes; 0: before the first. */
  from: number;
  to: number;
  offset: number;
  limit: number;
}

const between = 'number > least($from::bigint, $to::bigint) and number <= greatest($from::bigint, $to::bigint)';

/**
 * Not `is distinct from`, of which PostgreSQL believes that it is hardly ever true, so that it would compare all files for the first page.
 * @param touched selects the paths that may differ
 */
const differencesOf = (touched: string) => `select t.path, encode(b.hash, 'hex') as before, encode(a.hash, 'hex') as after
   from (${touched}) t
   left join ${lastVersion('hash', '$projectId', 't.path', '<=', '$from')} b on true
   left join ${lastVersion('hash', '$projectId', 't.path', '<=', '$to')} a on true
   where coalesce(b.hash <> a.hash, b.hash is not null or a.hash is not null) order by t.path offset $offset limit $limit`;

/** The files that differ between two states, sorted by path. */
export const selectDifferences = statement<DifferenceRow, Page>(
  'files.select-differences',
  differencesOf(`select distinct path from versions where project_id = $projectId and ${between}`),
  slow,
);

const below = `path > $path || '/' and path < $path || '0'`;

/** The same at a path and below it. */
export const selectDifferencesAt = statement<DifferenceRow, Page & { path: string }>(
  'files.select-differences-at',
  `with inside as (
     select path, number from versions where project_id = $projectId and ${below} limit ${FEW + 1}
   ), few as (
     select count(*) <= ${FEW} as few from inside
   )
   ${differencesOf(`
     select $path as path
     union
     select path from inside where (select few from few) and ${between}
     union
     (select distinct path from versions where project_id = $projectId and ${between} and ${below} and not (select few from few))`)}`,
  slow,
);
