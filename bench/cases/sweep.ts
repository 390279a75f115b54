/**
 * Every GET on a large installation, one request at a time: which of them grow with what is stored? `SCALE` (0.1) is the size of the one that
 * is made; `TARGET_DATABASE_URL` is a database that is there, to which an organization is added. `SWEEP=name` asks one of them alone. Requests are those of the tests, for the largest project, its newest run and the organization with the most of
 * everything, and without what a client may leave out, so lists have their usual length.
 */
import { glob } from 'node:fs/promises';
import pg from 'pg';
import { seedLarge } from '#app/seed/large/large.ts';
import { processorTimeOf } from '#loadtest/resources/process-time.ts';
import { alignTable } from '#loadtest/table.ts';
import { describeRows } from '#loadtest/target/filled-database.ts';
import { findPostmasterOf } from '#loadtest/target/scratch-database.ts';
import type { Contract } from '#wire/contract.ts';
import type { Fixture, Sample } from '../../test/harness/fixture.ts';
import { type Findings, print } from '../figures.ts';
import type { Open, Server } from '../installation.ts';
import { cookieOf } from '../people.ts';
import { quantile } from '../rounds.ts';

const GIVEN_URL = process.env['TARGET_DATABASE_URL'];
const SCALE = Number(process.env['SCALE'] ?? 0.1);
const REQUESTS = 60;
/** A slow one is asked less often. */
const MAX_MS = 3000;
/** For as long as a person does not notice. */
const FAST_MS = 25;

/** A day in the middle of what is there. */
const QUARTER_AGO = new Date(Date.now() - 90 * 86_400_000).toISOString().slice(0, 10);

/** Streams, files of the machine, and what only machines ask. */
const leftOut = /^(?:follow|probe|download)|Events$/;

/** Queries asked as well, since screens do. */
const variants: Readonly<Record<string, (fixture: Fixture) => string[]>> = {
  getUsage: () => ['by=user', 'by=project'],
  listApprovals: () => ['mine=true', 'status=decided'],
  listChanges: ({ path }) => [`path=${path}`],
  listFiles: () => ['depth=1&limit=2000'],
  listAudit: ({ memberId, projectId }) => [
    `user=${memberId}`,
    `project=${projectId}`,
    'action=token',
    `from=${QUARTER_AGO}&to=${QUARTER_AGO}`,
  ],
};

interface Measured {
  name: string;
  status: number;
  first: number;
  p50: number;
  p95: number;
  /** CPU time of a request, of the server and PostgreSQL, in ms: the same on a machine with other work. NaN: they are not on this machine. */
  cpu: number;
  bytes: number;
}

async function findGets(): Promise<Contract[]> {
  const found = new Map<string, Contract>();
  for await (const file of glob('src/features/*/*contract.ts')) {
    const exported: unknown[] = Object.values((await import(new URL(`../../${file}`, import.meta.url).href)) as object);
    for (const value of exported) {
      const contract = value as Partial<Contract>;
      if (contract?.method === 'GET' && contract.name && contract.replies) found.set(contract.name, contract as Contract);
    }
  }
  return [...found.values()].filter(
    ({ name, path, replies }) => !leftOut.test(name) && path.startsWith('/api/') && replies[200] !== 'events',
  );
}

/** What is required of a query; the rest is left to its defaults. */
function requiredOf({ query }: Contract, given: Sample['query'] = {}): Record<string, string> {
  const isRequired = (key: string) => query?.shape[key] && !query.shape[key].safeParse(undefined).success;
  return Object.fromEntries(Object.entries(given).filter(([key]) => isRequired(key)));
}

function urlOf(contract: Contract, { params = {}, query }: Sample, more: Record<string, string> = {}): string {
  const path = contract.path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(params[name] ?? ''));
  const search = new URLSearchParams({ ...requiredOf(contract, query), ...more }).toString();
  return search ? `${path}?${search}` : path;
}

/** One small thing of each kind, in an organization of its own, for what the large one has none of. */
async function makeSmallThings(databaseUrl: string): Promise<Fixture> {
  const { startTestServer } = await import('../../test/harness/test-server.ts');
  const { seed } = await import('../../test/harness/fixture.ts');
  const testServer = await startTestServer({ databaseUrl });
  try {
    return await seed(testServer);
  } finally {
    await testServer.close();
  }
}

/** Ids of what is largest, under the names that samples use. */
async function findLarge(client: pg.Client): Promise<Partial<Fixture>> {
  const first = async (sql: string) => (await client.query<{ id: string }>(sql)).rows[0]?.id ?? '';
  const organizationId = await first('select id from organizations order by created_at limit 1');
  const projectId = await first('select project_id as id from files group by project_id order by count(*) desc limit 1');
  const path = await first(
    `select path as id from versions where project_id = '${projectId}' group by path order by count(*) desc limit 1`,
  );
  return {
    organizationId,
    projectId,
    path,
    version: await first(`select encode(hash, 'hex') as id from files where project_id = '${projectId}' and path = '${path}'`),
    changeId: await first(`select id from changes where project_id = '${projectId}' and number = 2`),
    runId: await first(`select id from runs where project_id = '${projectId}' order by created_at desc limit 1`),
    approvalId: await first(`select id from approvals where organization_id = '${organizationId}' order by asked_at desc limit 1`),
    memberId: await first(`select user_id as id from members where organization_id = '${organizationId}' and role = 'member' limit 1`),
  };
}

/** A session of a person, for this secret. */
async function signIn(client: pg.Client, secret: string, userId: string): Promise<string> {
  const sid = `sweep-${userId}`;
  await client.query(
    `insert into sessions (sid, sess, expire)
     select $1, sess || jsonb_build_object('userId', $2::text), now() + interval '1 day' from sessions limit 1
     on conflict (sid) do update set expire = excluded.expire`,
    [sid, userId],
  );
  return cookieOf(sid, secret);
}

async function ask(url: string, cookie: string): Promise<{ status: number; ms: number; bytes: number }> {
  const begun = performance.now();
  const response = await fetch(url, { headers: { cookie } });
  const { byteLength: bytes } = await response.arrayBuffer();
  return { status: response.status, ms: performance.now() - begun, bytes };
}

/** @param spent seconds of CPU time that everything has taken so far */
async function measure(name: string, url: string, cookie: string, spent: () => number): Promise<Measured> {
  const { status, ms: first, bytes } = await ask(url, cookie);
  const took: number[] = [];
  const [begun, before] = [performance.now(), spent()];
  while (status === 200 && took.length < REQUESTS && performance.now() - begun < MAX_MS) took.push((await ask(url, cookie)).ms);
  const cpu = ((spent() - before) * 1000) / took.length;
  return { name, status, first, p50: quantile(took, 0.5), p95: quantile(took, 0.95), cpu, bytes };
}

interface Target {
  databaseUrl: string;
  secret: string;
}

/** Asks as the owner of the large organization, and else as the one of the small. */
async function askAll({ databaseUrl, secret }: Target, { port, pid }: Server, small: Fixture): Promise<Measured[]> {
  const { samples } = await import('../../test/harness/samples.ts');
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const large: Fixture = { ...small, ...(await findLarge(client)) };
    const { rows } = await client.query<{ id: string }>('select id from users where operator order by created_at limit 1');
    const operator = await signIn(client, secret, rows[0]?.id ?? '');
    const owner = await signIn(client, secret, small.owner.id);
    const postmaster = await findPostmasterOf(databaseUrl, new URL(databaseUrl).pathname.slice(1));
    const spent = () => [pid, postmaster ?? 0].reduce((total, each) => total + (processorTimeOf(each) ?? Number.NaN), 0);
    const measured: Measured[] = [];
    for (const contract of await findGets()) {
      const { name } = contract;
      const sample = samples[name];
      if (!sample || (process.env['SWEEP'] ?? name) !== name) continue;
      const url = (fixture: Fixture, more = {}) => `http://127.0.0.1:${port}${urlOf(contract, sample(fixture), more)}`;
      const found = await measure(name, url(large), operator, spent);
      measured.push(found.status === 200 ? found : await measure(`${name} (small)`, url(small), owner, spent));
      for (const query of variants[name]?.(large) ?? [])
        measured.push(await measure(`${name}, ${query}`, url(large, Object.fromEntries(new URLSearchParams(query))), operator, spent));
    }
    return measured;
  } finally {
    await client.end();
  }
}

function printMeasured(measured: readonly Measured[], about: string): void {
  print(`\nEvery GET, one at a time, ${about}`);
  const sorted = measured.toSorted((a, b) => b.p95 - a.p95);
  const numbers = ({ first, p50, p95, cpu, bytes }: Measured) => [first, p50, p95, cpu, bytes / 1000].map((number) => number.toFixed(1));
  print(
    alignTable([
      ['', 'first ms', 'p50', 'p95', 'CPU ms', 'kB', ''],
      ...sorted.map((each) => [each.name, ...numbers(each), String(each.status)]),
    ]),
  );
  print(`  ${measured.filter(({ p95 }) => p95 < FAST_MS).length} of ${measured.length} have a p95 below ${FAST_MS} ms.`);
}

export async function sweep(open: Open): Promise<Findings> {
  await using installation = await open();
  const { secret, env } = installation;
  const databaseUrl = GIVEN_URL ?? installation.databaseUrl;
  if (GIVEN_URL === undefined) {
    const { seconds } = await seedLarge({ databaseUrl, scale: SCALE, rounds: 4, onProgress: () => undefined });
    print(`\nMade a large installation at scale ${SCALE} in ${Math.round(seconds)} s.`);
  }
  const small = await makeSmallThings(databaseUrl);
  Object.assign(env, { DATABASE_URL: databaseUrl, MODEL_SERVER_DETECT: 'false' });
  const measured = await askAll({ databaseUrl, secret }, await installation.start('guildhall'), small);
  printMeasured(measured, await describeRows(databaseUrl));
  return { figures: [], failures: measured.filter(({ status }) => status !== 200).length };
}
