/** Lists of changes, each from the index that finds its numbers newest first, so that rare ones need no search through all changes. */
import { type ChangeRow, changeColumns } from '#features/files/server/history-queries.ts';
import { authorJoin } from '#features/files/server/queries.ts';
import { statement } from '#kernel/database/statement.ts';

/**
 * A file or folder with at most this many versions is read from the index by path, others from the index by number. With one of 20,000
 * files in a project of 500,000 changes, each takes below 10 ms, and at worst, if they are many but old, 80 ms.
 */
export const FEW = 5000;

/** Changes may touch many files. */
const slow = { timeout: 15_000, replica: true };

/** @param numbers selects the numbers of at least the first `$limit` changes before `$before` */
const changesIn = (numbers: string) => `select ${changeColumns}
   from (select number from (${numbers}) found order by number desc limit $limit) f
   cross join lateral (select * from changes where project_id = $projectId and number = f.number limit 1) c ${authorJoin}
   order by c.number desc`;

const below = `path > $path || '/' and path < $path || '0'`;
const pathOrBelow = `(v.path = $path or (v.path > $path || '/' and v.path < $path || '0'))`;
/** Changes `c` that touched the path, or something below it. */
const touchesPath = `exists (
     select from versions v where v.project_id = $projectId and v.number = c.number
     and ${pathOrBelow}
   )`;
const byPerson = 'c.project_id = $projectId and c.user_id = $userId and c.run_id is null and c.number < $before';

interface Page {
  projectId: string;
  /** Number of a change. */
  before: number;
  limit: number;
}

export const selectNewest = statement<ChangeRow, Page>(
  'files.select-changes',
  changesIn('select number from changes where project_id = $projectId and number < $before order by number desc limit $limit'),
  slow,
);

/** @param path '' for all */
export const selectOfRun = statement<ChangeRow, Page & { runId: string; path: string }>(
  'files.select-changes-of-run',
  changesIn(`select c.number from changes c
     where c.project_id = $projectId and c.run_id = $runId and c.number < $before and ($path = '' or ${touchesPath})`),
  slow,
);

export const selectOfPerson = statement<ChangeRow, Page & { userId: string }>(
  'files.select-changes-of-person',
  changesIn(`select c.number from changes c where ${byPerson} order by c.number desc limit $limit`),
  slow,
);

/** The numbers at the path itself are few enough, or bounded by the limit. */
export const selectAtPath = statement<ChangeRow, Page & { path: string }>(
  'files.select-changes-at-path',
  `with inside as (
     select number from versions where project_id = $projectId and ${below} limit ${FEW + 1}
   ), few as (
     select count(*) <= ${FEW} as few from inside
   )
   ${changesIn(`
     (select number from versions where project_id = $projectId and path = $path and number < $before order by number desc limit $limit)
     union
     select number from inside where number < $before and (select few from few)
     union
     (
       select distinct number from versions
       where project_id = $projectId and number < $before and ${below} and not (select few from few) order by number desc limit $limit
     )`)}`,
  slow,
);

/** If there are few at the path, those of the person among them; if few by the person, those that touched the path; else all of both. */
export const selectOfPersonAtPath = statement<ChangeRow, Page & { path: string; userId: string }>(
  'files.select-changes-of-person-at-path',
  `with inside as (
     (select number from versions where project_id = $projectId and path = $path and number < $before order by number desc limit ${FEW + 1})
     union all
     (select number from versions where project_id = $projectId and ${below} limit ${FEW + 1})
   ), theirs as (
     select c.number from changes c where ${byPerson} order by c.number desc limit ${FEW + 1}
   ), few as (
     select (select count(*) <= ${FEW} from inside) as inside, (select count(*) <= ${FEW} from theirs) as theirs
   )
   ${changesIn(`
     select c.number from inside i join changes c on c.number = i.number where ${byPerson} and (select inside from few)
     union
     select c.number from theirs c
     cross join lateral (
       select from versions v where v.project_id = $projectId and v.number = c.number and ${pathOrBelow} limit 1
     ) touched
     where (select theirs and not inside from few)
     union
     (
       select c.number from changes c where ${byPerson} and ${touchesPath} and (select not theirs and not inside from few)
       order by c.number desc limit $limit
     )`)}`,
  slow,
);
