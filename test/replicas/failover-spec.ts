/** Promotion and recovery to a point in time, and what becomes of the other replicas. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { listFiles, saveFile } from '#features/files/contract.ts';
import { migrate } from '#kernel/database/migrate.ts';
import { query } from '../harness/database.ts';
import { eventually } from '../harness/eventually.ts';
import { type Cluster, lagOf, startPrimary, startRecovered, startStandby } from '../harness/standby.ts';
import { newProject, signedInOn, signUp, startTestServer, type TestServer } from '../harness/test-server.ts';
import { allFit, keepCookies, on, openReplicated, type Replicated, startServerOn } from './cluster.ts';

const unfitOf = (server: TestServer) => server.features.replicas?.describe().map(({ unfit }) => unfit);

export function describeFailover(): void {
  describe('a promoted standby', () => {
    let replicated: Replicated;
    const others: { close?: () => Promise<void>; remove?: () => Promise<void> }[] = [];
    before(async () => {
      replicated = await openReplicated({ count: 1 });
    });
    after(async () => {
      for (const other of others.toReversed()) await (other.close ?? other.remove)?.();
      await replicated?.close();
    });

    it('is left out as a replica, and serves as the primary with new replicas', async () => {
      const [server] = replicated.servers;
      const [first, second] = replicated.standbys;
      assert.ok(server);
      const person = await signUp(server);
      const projectId = (await newProject(person)).id;
      const files = async (of: TestServer) =>
        (await signedInOn(person, of).call(listFiles, { params: { projectId }, query: {} })).body.entries.map(({ path }) => path);
      async function save(of: TestServer, path: string): Promise<void> {
        const there = on(of, person);
        await there.call(saveFile, { params: { projectId }, query: { path }, body: path });
        keepCookies(person, there);
      }
      await save(server, 'before.md');
      await eventually('the standby has all', () => lagOf(replicated.primary, 'first'), 0);

      await query(first.url, 'select pg_promote()');
      await eventually(
        'the server leaves it out',
        () => unfitOf(server),
        (unfit) => unfit?.[0] === 'promoted',
      );
      await save(server, 'on-the-old.md');
      assert.deepEqual(await files(server), ['before.md', 'on-the-old.md']);

      // The other standby still follows the old primary: it is none of this one.
      const next = await startTestServer({ databaseUrl: first.url, env: { DATABASE_URL: first.url, DATABASE_REPLICA_URLS: second.url } });
      others.push(next);
      await eventually('the standby of the old primary is left out', () => unfitOf(next), ['another timeline']);
      await save(next, 'on-the-new.md');
      assert.deepEqual(await files(next), ['before.md', 'on-the-new.md']);

      const third = await startStandby(first, 'third');
      others.push(third);
      const last = await startServerOn(first.url, [third]);
      others.push(last);
      await save(last, 'later.md');
      await eventually('a read comes from the new replica', async () => {
        assert.deepEqual(await files(last), ['before.md', 'later.md', 'on-the-new.md']);
        return (last.features.replicas?.reads().replica ?? 0) > 0;
      });
    });

    it('that is another database is left out', async () => {
      const another = await startPrimary();
      others.push(another);
      const { url } = replicated.primary;
      const server = await startTestServer({ databaseUrl: url, env: { DATABASE_URL: url, DATABASE_REPLICA_URLS: another.url } });
      others.push(server);
      await eventually('it is left out', () => unfitOf(server), ['another database']);
    });
  });

  describe('a PostgreSQL recovered to a point in time', () => {
    const opened: Cluster[] = [];
    after(async () => {
      for (const cluster of opened.toReversed()) await cluster.remove();
    });

    it('has what was saved until then, and serves with replicas of its own', async () => {
      const primary = await startPrimary({ archive: true });
      opened.push(primary);
      await migrate(primary.url);
      const server = await startTestServer({ databaseUrl: primary.url });
      const person = await signUp(server);
      const projectId = (await newProject(person)).id;
      const save = (path: string) => person.call(saveFile, { params: { projectId }, query: { path }, body: path });
      const base = await primary.copy();
      await save('kept.md');
      const [then] = await query<{ now: string }>(primary.url, 'select clock_timestamp()::text as now');
      await save('lost.md');
      await server.close();
      const recovered = await startRecovered(base, primary, then?.now ?? '');
      opened.push(recovered);
      const standby = await startStandby(recovered, 'next');
      opened.push(standby);
      const other = await startServerOn(recovered.url, [standby]);
      try {
        await allFit(other);
        const { entries } = (await signedInOn(person, other).call(listFiles, { params: { projectId }, query: {} })).body;
        assert.deepEqual(
          entries.map(({ path }) => path),
          ['kept.md'],
        );
      } finally {
        await other.close();
      }
    });
  });
}
