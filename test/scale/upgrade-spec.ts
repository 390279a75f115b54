/** Three servers behind a proxy are upgraded and taken back, one after the other, while people work. */
import assert from 'node:assert/strict';
import { after, describe, it, type TestContext } from 'node:test';
import { query } from '../harness/database.ts';
import { eventually } from '../harness/eventually.ts';
import { endProcesses, type ServerProcess } from '../harness/process.ts';
import { signUp } from '../harness/test-server.ts';
import { createClient } from '../proxies/client.ts';
import type { Fleet } from '../proxies/fleet.ts';
import { failuresOf, type Load, startLoad } from '../proxies/load.ts';
import type { ProxyKind } from '../proxies/proxy.ts';
import { findDisagreements } from './books.ts';
import { countCrossings, type Hunt, startHunt } from './hunt.ts';
import { type Runs, startFollowers, startRuns } from './readers.ts';
import { openReplicatedFleet, type Reads, type ReplicatedFleet, readsFromBoth, startLagging } from './replicated.ts';
import { openNext, openPrevious, type Upgrade, type Version } from './versions.ts';
import { createRound, emptyLedger, type Ledger } from './work.ts';

/** Of all tests together: two proxies, two upgrades. */
const REQUESTS = Number(process.env['SCALE_REQUESTS'] ?? 10_000);
const TESTS = 4;
const PEOPLE = 16;
/** Two pages read each run. With the followers, 50 streams are open. */
const LANES = 20;
const FOLLOWERS = 10;

const settings = { RATE_LIMIT_AGENT: '1000000/1m' };

interface Work {
  /** Ends everything at once, so that a test that has failed ends. */
  abandon(): Promise<void>;
  ledger: Ledger;
  load: Load;
  runs: Runs;
  followers: ReturnType<typeof startFollowers>;
  hunt: Hunt;
  /** The standby follows from then on. */
  stopLagging(): Promise<void>;
  /** Of servers that have been stopped, or are about to be. */
  reads: Reads;
}

async function startWork({ fleet, standby }: ReplicatedFleet): Promise<Work> {
  const { databaseUrl } = fleet;
  const { origin } = fleet.proxy;
  const client = createClient('HTTP/1.1');
  const people = await Promise.all(Array.from({ length: PEOPLE }, (_, nth) => signUp({ origin }, `Person ${nth}`, client.fetch)));
  await client.close();
  const ledger = emptyLedger();
  const load = await startLoad(origin, people, createRound(ledger));
  const runs = await startRuns({ origin, people, lanes: LANES });
  const projects = load.clients.slice(0, FOLLOWERS).map(({ projectId }) => projectId);
  const followers = startFollowers({ origin, people, projects });
  const hunt = await startHunt({ origin, databaseUrl });
  const stopLagging = startLagging(standby, hunt);
  const abandon = async () => void (await Promise.allSettled([load, runs, followers, hunt].map((part) => part.stop())));
  return { ledger, load, runs, followers, hunt, stopLagging, abandon, reads: { replica: 0, primary: 0 } };
}

/** Waits until a server has read from both databases. */
async function noteReads(server: ServerProcess, { reads }: Work): Promise<void> {
  const { replica, primary } = await readsFromBoth(server);
  reads.replica += replica;
  reads.primary += primary;
}

/** Restarts each server with a version, while the load goes on. @param share requests between two restarts */
async function replaceAll({ servers, restart }: Fleet, work: Work, version: Version, share: number): Promise<void> {
  const { load } = work;
  for (const [index, server] of servers.entries()) {
    await load.reaches(load.outcomes.length + share);
    await load.goesOn();
    await noteReads(server, work);
    assert.equal(await server.stop(), 0);
    await restart(index, { folder: version.folder });
  }
}

/** Lets everything come to its end. @returns what went wrong, as sentences */
async function stopWork({ databaseUrl }: Fleet, { ledger, load, runs, followers, hunt, stopLagging }: Work): Promise<string[]> {
  await stopLagging();
  await hunt.stop();
  await load.stop();
  await runs.stop();
  const isCurrent = (known: Map<string, number>) =>
    [...known].every(([projectId, number]) => number === Math.max(...(ledger.changes.get(projectId) ?? [])));
  await eventually('every page that follows a project knows its newest change', followers.newest, isCurrent);
  await followers.stop();
  const failed = [...runs.failures, ...followers.failures, ...hunt.failures.map(({ what }) => what)];
  return [...hunt.found.stale, ...failed, ...(await findDisagreements(databaseUrl, ledger, runs.runs))];
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
    let replicated: ReplicatedFleet | undefined;
    let work: Work | undefined;
    after(async () => {
      const abandoned = work?.abandon();
      await replicated?.close();
      await endProcesses();
      await abandoned;
      await upgrade?.remove();
    });

    it('fail no request, lose no event and no run, and read nothing stale, neither when they are taken back', async (t: TestContext) => {
      const opened = await open();
      if (typeof opened === 'string') return t.skip(opened);
      upgrade = opened;
      const { older, newer, builds } = opened;
      replicated = await openReplicatedFleet(kind, { settings, folder: older.folder });
      const { fleet } = replicated;
      assert.equal(await appliedIn(fleet.databaseUrl), older.newestMigration);
      const first = [...fleet.servers];
      work = await startWork(replicated);
      const share = Math.ceil(REQUESTS / TESTS / 7);

      await replaceAll(fleet, work, newer, share);
      assert.equal(await appliedIn(fleet.databaseUrl), newer.newestMigration);
      const second = [...fleet.servers];
      await replaceAll(fleet, work, older, share);
      await work.load.reaches(work.load.outcomes.length + share);
      await work.load.goesOn();
      for (const server of fleet.servers) await noteReads(server, work);
      const wrong = await stopWork(fleet, work);

      const { outcomes } = work.load;
      const { runs, ledger, hunt, reads } = work;
      const { pairs, updates } = hunt.found;
      const crossings = countCrossings([first, second, fleet.servers]);
      for (const line of [
        `${outcomes.length} requests, ${runs.runs.length} runs, ${runs.resumed()} streams resumed, ${ledger.builds.size} builds`,
        `${pairs.aware} reads after a write, ${crossings.servers} on another server, ${crossings.versions} on another version`,
        `${updates.aware} reads after a live update`,
        `without a position, ${pairs.unawareStale} of ${pairs.unaware} and ${updates.unawareStale} of ${updates.unaware} were stale`,
        `${reads.replica} reads came from the replica, ${reads.primary} that it could answer from the primary`,
      ])
        t.diagnostic(line);
      assert.ok(ledger.builds.size >= builds, 'pages of both versions were to load');
      assert.deepEqual(failuresOf(outcomes), {});
      assert.deepEqual(wrong, []);
      for (const what of [pairs, updates]) assert.ok(what.unawareStale > 0, 'the hunt finds no stale read where there must be some');
      assert.ok(crossings.versions > 0, 'no read went to another version than its write');
      assert.deepEqual(errorsOf([...first, ...second, ...fleet.servers].map((server) => server.output())), []);
    });
  });
}

export function describeUpgrades(kind: ProxyKind): void {
  describeUpgrade(kind, 'to a version that changes every table', openNext);
  describeUpgrade(kind, 'from the previous release to this version', openPrevious);
}
