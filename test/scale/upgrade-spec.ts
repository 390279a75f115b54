/** Three servers behind a proxy are upgraded and taken back, one after the other, while people work. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, describe, it, type TestContext } from 'node:test';
import { createDatabaseFrom, query } from '../harness/database.ts';
import { eventually } from '../harness/eventually.ts';
import { endProcesses } from '../harness/process.ts';
import { signUp } from '../harness/test-server.ts';
import { createClient } from '../proxies/client.ts';
import { type Fleet, openFleet } from '../proxies/fleet.ts';
import { failuresOf, type Load, startLoad } from '../proxies/load.ts';
import type { ProxyKind } from '../proxies/proxy.ts';
import { findDisagreements } from './books.ts';
import { type Runs, startFollowers, startRuns } from './readers.ts';
import { openNext, openPrevious, type Upgrade, type Version } from './versions.ts';
import { createRound, emptyLedger, type Ledger } from './work.ts';

/** Of all tests together: two proxies, two upgrades. */
const REQUESTS = Number(process.env['SCALE_REQUESTS'] ?? 10_000);
const TESTS = 4;
const PEOPLE = 16;
/** Two pages read each run. With the followers, 50 streams are open. */
const LANES = 20;
const FOLLOWERS = 10;

/** Settings of all servers, such as those of a standby. */
const settings = { RATE_LIMIT_AGENT: '1000000/1m' };

/** Not the migrated template: the older version makes its own schema. */
const emptyDatabase = () =>
  createDatabaseFrom(process.env['TEST_DATABASE_URL'] ?? '', 'template1', `scale_${randomUUID().replaceAll('-', '')}`);

interface Work {
  /** Ends everything at once, so that a test that has failed ends. */
  abandon(): Promise<void>;
  ledger: Ledger;
  load: Load;
  runs: Runs;
  followers: ReturnType<typeof startFollowers>;
}

async function startWork({ proxy: { origin } }: Fleet): Promise<Work> {
  const client = createClient('HTTP/1.1');
  const people = await Promise.all(Array.from({ length: PEOPLE }, (_, nth) => signUp({ origin }, `Person ${nth}`, client.fetch)));
  await client.close();
  const ledger = emptyLedger();
  const load = await startLoad(origin, people, createRound(ledger));
  const runs = await startRuns({ origin, people, lanes: LANES });
  const projects = load.clients.slice(0, FOLLOWERS).map(({ projectId }) => projectId);
  const followers = startFollowers({ origin, people, projects });
  const abandon = async () => void (await Promise.allSettled([load.stop(), runs.stop(), followers.stop()]));
  return { ledger, load, runs, followers, abandon };
}

/** Restarts each server with a version, while the load goes on. @param share requests between two restarts */
async function replaceAll(fleet: Fleet, { load }: Work, version: Version, share: number): Promise<void> {
  for (const index of fleet.servers.keys()) {
    await load.reaches(load.outcomes.length + share);
    await load.goesOn();
    assert.equal(await fleet.servers[index]?.stop(), 0);
    await fleet.restart(index, { folder: version.folder });
  }
}

/** Lets everything come to its end. @returns what went wrong, as sentences */
async function stopWork({ databaseUrl }: Fleet, { ledger, load, runs, followers }: Work): Promise<string[]> {
  await load.stop();
  await runs.stop();
  const isCurrent = (known: Map<string, number>) =>
    [...known].every(([projectId, number]) => number === Math.max(...(ledger.changes.get(projectId) ?? [])));
  await eventually('every page that follows a project knows its newest change', followers.newest, isCurrent);
  await followers.stop();
  return [...runs.failures, ...followers.failures, ...(await findDisagreements(databaseUrl, ledger, runs.runs))];
}

async function appliedIn(databaseUrl: string): Promise<number> {
  const [row] = await query<{ newest: number }>(databaseUrl, 'select max(number) as newest from migrations');
  return row?.newest ?? 0;
}

/** @returns lines of errors in what servers have logged */
const errorsOf = (outputs: readonly string[]): string[] =>
  outputs.flatMap((output) => output.split('\n').filter((line) => /"level":(?:50|60)/.test(line)));

function describeUpgrade(kind: ProxyKind, name: string, open: () => Promise<Upgrade | string>): void {
  describe(`servers behind ${kind.name} that are upgraded ${name}`, () => {
    let upgrade: Upgrade | undefined;
    let fleet: Fleet | undefined;
    let work: Work | undefined;
    after(async () => {
      const abandoned = work?.abandon();
      await fleet?.close();
      await endProcesses();
      await abandoned;
      await upgrade?.remove();
    });

    it('fail no request, lose no event and no run, and neither when they are taken back', async (t: TestContext) => {
      const opened = await open();
      if (typeof opened === 'string') return t.skip(opened);
      upgrade = opened;
      const { older, newer, builds } = opened;
      fleet = await openFleet(kind, { databaseUrl: await emptyDatabase(), settings, folder: older.folder });
      assert.equal(await appliedIn(fleet.databaseUrl), older.newestMigration);
      const first = [...fleet.servers];
      work = await startWork(fleet);
      const share = Math.ceil(REQUESTS / TESTS / 7);

      await replaceAll(fleet, work, newer, share);
      assert.equal(await appliedIn(fleet.databaseUrl), newer.newestMigration);
      const second = [...fleet.servers];
      await replaceAll(fleet, work, older, share);
      await work.load.reaches(work.load.outcomes.length + share);
      await work.load.goesOn();
      const wrong = await stopWork(fleet, work);

      const { outcomes } = work.load;
      const { runs, ledger } = work;
      t.diagnostic(
        `${outcomes.length} requests, ${runs.runs.length} runs, ${runs.resumed()} streams resumed, ${ledger.builds.size} builds`,
      );
      assert.ok(ledger.builds.size >= builds, 'pages of both versions were to load');
      assert.deepEqual(failuresOf(outcomes), {});
      assert.deepEqual(wrong, []);
      assert.deepEqual(errorsOf([...first, ...second, ...fleet.servers].map((server) => server.output())), []);
    });
  });
}

export function describeUpgrades(kind: ProxyKind): void {
  describeUpgrade(kind, 'to a version that changes every table', openNext);
  describeUpgrade(kind, 'from the previous release to this version', openPrevious);
}
