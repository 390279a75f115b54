/** Whether the database has what the servers have acknowledged: all of it, once, and nothing else. */
import { query } from '../harness/database.ts';
import { type StartedRun, WRITES } from './readers.ts';
import type { Ledger } from './work.ts';

/** @returns what does not agree, as sentences */
export async function findDisagreements(databaseUrl: string, ledger: Ledger, runs: readonly StartedRun[]): Promise<string[]> {
  return [
    ...(await compareChanges(databaseUrl, ledger)),
    ...(await compareFiles(databaseUrl, ledger)),
    ...(await compareProjects(databaseUrl, ledger)),
    ...(await compareRuns(databaseUrl, runs)),
  ];
}

async function compareChanges(databaseUrl: string, { changes }: Ledger): Promise<string[]> {
  const stored = await query<{ project_id: string; numbers: number[] }>(
    databaseUrl,
    `select project_id, array_agg(number::int order by number) as numbers from changes where project_id = any($1) group by project_id`,
    [[...changes.keys()]],
  );
  const numbersOf = new Map(stored.map((row) => [row.project_id, row.numbers]));
  return [...changes].flatMap(([projectId, acknowledged]) => {
    const [there, said] = [numbersOf.get(projectId) ?? [], acknowledged.toSorted((a, b) => a - b)];
    return String(there) === String(said) ? [] : [`project ${projectId} has changes ${there}, and ${said} were acknowledged`];
  });
}

async function compareFiles(databaseUrl: string, { files }: Ledger): Promise<string[]> {
  const stored = await query<{ project_id: string; path: string; version: string }>(
    databaseUrl,
    `select project_id, path, encode(hash, 'hex') as version from files where project_id = any($1)`,
    [[...files.keys()]],
  );
  const versionOf = new Map(stored.map((row) => [`${row.project_id} ${row.path}`, `"${row.version}"`]));
  return [...files].flatMap(([projectId, byPath]) =>
    [...byPath].flatMap(([path, version]) => {
      const there = versionOf.get(`${projectId} ${path}`) ?? null;
      return there === version ? [] : [`${path} of project ${projectId} is ${there}, and ${version} was acknowledged`];
    }),
  );
}

async function compareProjects(databaseUrl: string, { projects }: Ledger): Promise<string[]> {
  const stored = await query<{ name: string; count: number }>(
    databaseUrl,
    `select name, count(*)::int as count from projects where name like 'Written by%' group by name`,
  );
  const counts = new Map(stored.map(({ name, count }) => [name, count]));
  const wrong = projects.filter((name) => counts.get(name) !== 1).map((name) => `${name} is there ${counts.get(name) ?? 0} times`);
  return counts.size === projects.length
    ? wrong
    : [...wrong, `${counts.size} projects are there, and ${projects.length} were acknowledged`];
}

/** Each has ended once, well, with a log without gaps, and has made its changes once. */
async function compareRuns(databaseUrl: string, runs: readonly StartedRun[]): Promise<string[]> {
  const stored = await query<{ id: string; status: string; ends: number; events: number; last: number; changes: number }>(
    databaseUrl,
    `select r.id, r.status, e.ends, e.events, e.last, (select count(*)::int from changes c where c.run_id = r.id) as changes
     from runs r cross join lateral (
       select count(*) filter (where type = 'end')::int as ends, count(*)::int as events, max(seq) as last
       from run_events where run_id = r.id) e`,
  );
  const byId = new Map(stored.map((row) => [row.id, row]));
  const wrong = runs.flatMap(({ id, writes }) => {
    const row = byId.get(id);
    if (!row) return [`run ${id} was lost`];
    const isRight = row.status === 'done' && row.ends === 1 && row.events === row.last && row.changes === (writes ? WRITES : 0);
    return isRight ? [] : [`run ${id} is wrong: ${JSON.stringify(row)}`];
  });
  return stored.length === runs.length ? wrong : [...wrong, `${stored.length} runs are there, and ${runs.length} were started`];
}
