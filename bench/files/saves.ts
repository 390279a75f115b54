/** Saves with the search index, beside its filling, and in a database without it. */
import pg from 'pg';
import { headerOf, load, request } from '../client.ts';
import { type Figure, printTable } from '../figures.ts';
import { idOf, type Person, readText, runSql } from '../people.ts';
import { inTurns, median, quantile, SECONDS, WARM_UP_SECONDS } from '../rounds.ts';
import { ms } from './latency.ts';

/** People who save at the same time, each in a project of their own. */
const CONNECTIONS = 4;

interface SavingServer {
  port: number;
  databaseUrl: string;
  people: readonly Person[];
  /** Numbers of their projects, one for each connection. */
  projects: readonly number[];
}

/** Removes what the search index costs a save, and keeps servers from filling it. @returns a function that lets them */
export async function withoutIndex(databaseUrl: string, projects: readonly number[]): Promise<() => Promise<void>> {
  await runSql(databaseUrl, 'drop index blobs_search; drop index blobs_in_search; drop index files_not_indexed');
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
    return { name, p50, p95, perSecond: median(rounds.map(({ perSecond }) => perSecond)) };
  });
  const titles: Record<string, string> = { without: 'without the index', with: 'with the index', filling: 'while it is filled' };
  printTable(`Saves of a 4 kB file, ${CONNECTIONS} connections`, [
    ['', 'saves/s', 'p50 ms', 'p95 ms'],
    ...rows.map(({ name, perSecond, p50, p95 }) => [titles[name] ?? name, Math.round(perSecond).toLocaleString('en'), ms(p50), ms(p95)]),
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

/** Each save names the version created by the one before in its project. */
function createSaving({ port, people, projects }: SavingServer, text: string) {
  const versions = new Map<number, string>();
  let saved = 0;
  return async (seconds: number) => {
    const took: number[] = [];
    const sent = new Map<number, number>();
    const outcome = await load({
      port,
      connections: CONNECTIONS,
      seconds,
      next(connection) {
        const project = projects[connection] as number;
        const version = versions.get(connection);
        const headers: Record<string, string> = {
          cookie: people[connection]?.cookie ?? '',
          ...(version ? { 'if-match': version } : { 'if-none-match': '*' }),
        };
        sent.set(connection, performance.now());
        return request('PUT', `/api/projects/${idOf(project)}/file?path=saved.md`, headers, Buffer.from(`${saved++} ${text}`));
      },
      accept(answer, connection) {
        took.push(performance.now() - (sent.get(connection) ?? 0));
        versions.set(connection, headerOf(answer, 'etag'));
        return answer.status === 200 || answer.status === 201;
      },
    });
    return { ...outcome, took };
  };
}
