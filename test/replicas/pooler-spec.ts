/** Guildhall on PgBouncer in transaction mode, with a direct address for what needs connections of its own. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { login, logout } from '#features/accounts/contract.ts';
import { listFiles, readFile, saveFile } from '#features/files/contract.ts';
import { listChanges } from '#features/files/history-contract.ts';
import { searchFiles } from '#features/files/search-contract.ts';
import { exportFiles } from '#features/files/transfer-contract.ts';
import { startRun } from '#features/runs/contract.ts';
import { createDatabase } from '#kernel/database/pool.ts';
import { requireSuitable } from '#kernel/database/requirements.ts';
import { statement } from '#kernel/database/statement.ts';
import { createLog } from '#kernel/log.ts';
import { createTestDatabase, query } from '../harness/database.ts';
import { eventually } from '../harness/eventually.ts';
import { openPooler } from '../harness/pooler.ts';
import { without } from '../harness/programs.ts';
import { readRun } from '../harness/run-stream.ts';
import { newProject, type Person, signedInOn, signUp, startTestServer, type TestServer } from '../harness/test-server.ts';

const wait = statement<{ pid: number }, { seconds: number }>('pooler-spec.wait', 'select pg_backend_pid() as pid, pg_sleep($seconds)');
const longWait = statement<{ timeout: string }>('pooler-spec.long', `select current_setting('statement_timeout') as timeout`, {
  timeout: 40_000,
});
const timeouts = statement<{ timeout: string; timezone: string }>(
  'pooler-spec.timeouts',
  `select current_setting('statement_timeout') as timeout, current_setting('timezone') as timezone`,
);

export function describePooler(): void {
  describe('PgBouncer in transaction mode', { skip: without('pgbouncer') }, () => {
    let directUrl: string;
    let pooler: Awaited<ReturnType<typeof openPooler>>;
    let servers: TestServer[];
    before(async () => {
      directUrl = await createTestDatabase();
      // Fewer connections than the servers' pools have.
      pooler = await openPooler(directUrl, 'transaction', 6);
      const env = { DATABASE_URL: pooler.url, DATABASE_DIRECT_URL: directUrl };
      servers = [await startTestServer({ databaseUrl: pooler.url, env }), await startTestServer({ databaseUrl: pooler.url, env })];
    });
    after(async () => {
      for (const server of servers ?? []) await server.close();
      await pooler?.close();
    });

    it('suits with a direct address, and not with that of another database or of the pooler itself', async () => {
      await requireSuitable(directUrl, { pooler: pooler.url });
      await assert.rejects(requireSuitable(await createTestDatabase(), { pooler: pooler.url }), {
        message: /^DATABASE_URL leads to the database .* Both must lead to the same one\.$/,
      });
      await assert.rejects(requireSuitable(pooler.url, { pooler: pooler.url }), {
        message: /^The address in DATABASE_DIRECT_URL is that of a connection pooler .* It must be that of PostgreSQL itself\.$/,
      });
      await assert.rejects(requireSuitable(pooler.url), { message: /set DATABASE_DIRECT_URL to PostgreSQL itself/ });
    });

    it('carries the essential journey, on two servers', async () => {
      const [here, there] = servers;
      assert.ok(here && there);
      const person = await signUp(here);
      const other = signedInOn(person, there);
      const { id: projectId } = await newProject(person);
      const params = { projectId };
      const save = (by: Person, path: string, body: string | Buffer) => by.call(saveFile, { params, query: { path }, body });
      await Promise.all(Array.from({ length: 40 }, (_, index) => save(index % 2 ? person : other, `file-${index}.md`, `text ${index}`)));
      assert.equal((await other.call(listFiles, { params, query: {} })).body.entries.length, 40);
      const large = Buffer.alloc(3_000_000, 'large ');
      await save(person, 'large.txt', large);
      assert.ok(Buffer.from((await other.call(readFile, { params, query: { path: 'large.txt' } })).body).equals(large));
      assert.equal((await other.call(searchFiles, { params, query: { q: 'text 39' } })).body.matches.length, 1);
      assert.equal((await person.call(listChanges, { params, query: { limit: 100 } })).body.changes.length, 41);
      assert.ok((await person.call(exportFiles, { params, query: {} })).body.length > 1000);
      const { run } = (await person.call(startRun, { params, body: { message: 'Write a file named from-run.md.' } })).body;
      assert.equal((await readRun(other, run.id)).at(-1)?.type, 'end');
      await person.call(logout, {});
      await eventually('the session is over on both', () =>
        other.call(listFiles, { params, query: {} }).then(
          () => false,
          (error: { status: number }) => error.status === 401,
        ),
      );
      const { email, password } = person;
      await assert.rejects(person.call(login, { body: { email, password: 'wrong' } }), { status: 401 });
      await person.call(login, { body: { email, password } });
    });

    const openPooled = async () =>
      createDatabase({ url: pooler.url, max: 4, log: await createLog({ level: 'silent', readable: false }), pooled: true, named: false });

    it('leaves no setting with a connection that others use', async () => {
      const db = await openPooled();
      try {
        assert.deepEqual(await Promise.all(Array.from({ length: 8 }, () => longWait(db))), Array(8).fill([{ timeout: '41s' }]));
        for (const [row] of await Promise.all(Array.from({ length: 40 }, () => timeouts(db)))) {
          assert.equal(row?.timezone, 'UTC');
          assert.notEqual(row?.timeout, '41s');
        }
      } finally {
        await db.close();
      }
    });

    it('cancels a statement that takes too long, and that one alone', async () => {
      const db = await openPooled();
      const sleeping = () =>
        query(directUrl, `select from pg_stat_activity where state = 'active' and query like '%pg_sleep%' and pid <> pg_backend_pid()`);
      try {
        const patient = db.query({ name: 'pooler-spec.patient', text: 'select pg_sleep(4)', values: [], query_timeout: 14_000 });
        await Promise.all([1, 2, 3].map(() => assert.rejects(wait(db, { seconds: 60 }), { code: 'database_unavailable' })));
        await patient;
        await eventually('nothing sleeps on the server', async () => (await sleeping()).length, 0);
        assert.equal((await Promise.all([1, 2, 3, 4].map(() => wait(db, { seconds: 0 })))).length, 4);
      } finally {
        await db.close();
      }
    });
  });
}
