/** Saves with the search index, beside its filling, and in a database without it. */
import pg from 'pg';
import { headerOf, load, request } from '../client.ts';
import { type Figure, printTable } from '../figures.ts';
import { idOf, type Person, readText, runSql } from '../people.ts';
import { inTurns, median, quantile, SECONDS, WARM_UP_SECONDS, withCpu } from '../rounds.ts';
import { ms } from './latency.ts';

/** People who save at the same time, each in a project of their own. */
const CONNECTIONS = 4;

/** Each saves these in turn: PostgreSQL has to clean up after each save of the same row. */
const FILES_EACH = 50;

interface SavingServer {
  port: number;
  /** Processes of the server and of PostgreSQL. */
  pid: number;
  postmaster: number;
  databaseUrl: string;
  people: readonly Person[];
  /** Numbers of their projects, one for each connection. */
  projects: readonly number[];
}

/** Removes what the search index costs a save, and keeps servers from filling it. @returns a function that lets them */
export async function withoutIndex(databaseUrl: string, projects: readonly number[]): Promise<() => Promise<void>> {
  await runSql(databaseUrl, 'drop index blobs_search; drop index blobs_in_search; drop index files_not_indexed; drop index files_hash');
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  for (const project of projects)
    await client.query("select pg_advisory_lock(hashtextextended('search of ' || $1::uuid, 0))", [idOf(project)]);
  return () => client.end();
}

/** Marks a project as not indexed, so that servers start over. */
const startOver = (databaseUrl: string, project: number) =>
  runSql(
    databaseUrl,
    `update files set indexed_hash = null where project_id = pg_temp.id(${project});
     update blobs set in_search = false where project_id = pg_temp.id(${project})`,
  );

export async function measureSaves(
  indexed: SavingServer & { largeProject: number },
  plain: SavingServer,
): Promise<{ figures: Figure[]; failures: number }> {
  const texts = await readText();
  const [save, savePlain] = [createSaving(indexed, texts), createSaving(plain, texts)];
  await save(WARM_UP_SECONDS);
  await savePlain(WARM_UP_SECONDS);
  const found = await inTurns({
    without: () => savePlain(SECONDS),
    with: () => save(SECONDS),
  });
  await startOver(indexed.databaseUrl, indexed.largeProject);
  const beside = await inTurns({ without: () => savePlain(SECONDS), filling: () => save(SECONDS) });
  const rows = Object.entries({ ...found, ...beside, without: [...found.without, ...beside.without] }).map(([name, rounds]) => {
    const [p50, p95] = [
      median(rounds.map((round) => quantile(round.took, 0.5))),
      median(rounds.map((round) => quantile(round.took, 0.95))),
    ];
    const of = (key: 'perSecond' | 'cpu' | 'databaseCpu') => median(rounds.map((round) => round[key]));
    return { name, p50, p95, perSecond: of('perSecond'), cpu: of('cpu'), databaseCpu: of('databaseCpu') };
  });
  const titles: Record<string, string> = { without: 'without the index', with: 'with the index', filling: 'while it is filled' };
  printTable(`Saves of a 4 kB file, ${CONNECTIONS} connections`, [
    ['', 'saves/s', 'p50 ms', 'p95 ms', 'CPU ms/save', 'PostgreSQL'],
    ...rows.map(({ name, perSecond, p50, p95, cpu, databaseCpu }) => [
      titles[name] ?? name,
      Math.round(perSecond).toLocaleString('en'),
      ms(p50),
      ms(p95),
      cpu.toFixed(3),
      databaseCpu.toFixed(3),
    ]),
  ]);
  const p95 = (name: string) => rows.find((row) => row.name === name)?.p95 ?? Number.NaN;
  const ratio = p95('with') / p95('without');
  const figure = {
    number: 11,
    what: 'save p95, times that without the index',
    target: '≤ 1.1',
    measured: ratio.toFixed(2),
    met: ratio <= 1.1,
  };
  const all = [...found.without, ...found.with, ...beside.without, ...beside.filling];
  return { figures: [figure], failures: all.reduce((sum, { failures }) => sum + failures, 0) };
}

/** Each save names the version created by the one before of its file. */
function createSaving({ port, pid, postmaster, people, projects }: SavingServer, text: string) {
  const versions = new Map<string, string>();
  let saved = 0;
  return async (seconds: number) => {
    const took: number[] = [];
    const sent = new Map<number, { at: number; path: string }>();
    const saving = () =>
      load({
        port,
        connections: CONNECTIONS,
        seconds,
        next(connection) {
          const path = `/api/projects/${idOf(projects[connection] as number)}/file?path=saved${saved++ % FILES_EACH}.md`;
          const version = versions.get(path);
          const condition: Record<string, string> = version ? { 'if-match': version } : { 'if-none-match': '*' };
          sent.set(connection, { at: performance.now(), path });
          return request('PUT', path, { cookie: people[connection]?.cookie ?? '', ...condition }, Buffer.from(`${saved} ${text}`));
        },
        accept(answer, connection) {
          const { at = 0, path = '' } = sent.get(connection) ?? {};
          took.push(performance.now() - at);
          versions.set(path, headerOf(answer, 'etag'));
          return answer.status === 200 || answer.status === 201;
        },
      });
    return { ...(await withCpu(pid, postmaster, saving)), took };
  };
}
