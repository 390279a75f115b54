/** Backups and restores that are killed, and backups of a database that people are writing to. */
import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import pg from 'pg';
import { readFile, saveFile } from '#features/files/contract.ts';
import { runCommand, startCommand } from '../../../../test/harness/backup-commands.ts';
import { query } from '../../../../test/harness/database.ts';
import { eventually } from '../../../../test/harness/eventually.ts';
import { newProject, type Person, signUp, startTestServer, type TestServer } from '../../../../test/harness/test-server.ts';
import { requireNoServers } from '../server/restore.ts';
import { createEmptyDatabase, digestsOf } from './setup.ts';

describe('a killed process', () => {
  let folder: string;
  let url: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'guildhall-killed-test-'));
    const testServer = await startTestServer();
    const ada = await signUp(testServer);
    const { id } = await newProject(ada);
    await testServer.close();
    url = testServer.databaseUrl;
    // Enough that each step takes a while.
    await query(
      url,
      `insert into blobs (project_id, hash, size, content)
       select $1, sha256(n::text::bytea), 65536, string_agg(sha256((n || ' ' || k)::bytea), ''::bytea)
       from generate_series(1, 300) n, generate_series(1, 2048) k group by n`,
      [id],
    );
  });
  after(() => rm(folder, { recursive: true }));
  const env = (database: string) => ({ DATABASE_URL: database, DATA_DIR: folder });
  const list = (path: string) => readdir(path).catch(() => []);

  it('leaves nothing that looks like a backup', async () => {
    const to = join(folder, 'killed');
    const { child, ended } = startCommand('backup', ['--to', to], env(url));
    await eventually('it writes', async () => {
      for (const name of await list(to)) if ((await stat(join(to, name)).catch(() => undefined))?.size) return true;
      return false;
    });
    child.kill('SIGKILL');
    await ended;
    assert.deepEqual(
      (await list(to)).filter((name) => !name.startsWith('.')),
      [],
    );
    assert.equal((await runCommand('backup', ['--to', to], env(url))).code, 0);
  });

  describe('while it restores', () => {
    let file: string;
    let target: string;
    let was: Record<string, string>;
    let complete: Record<string, string>;
    const changeIt = `update projects set name = 'What was there'`;
    before(async () => {
      const made = await runCommand('backup', ['--to', join(folder, 'whole'), '--json'], env(url));
      file = JSON.parse(made.stdout).file;
      target = await createEmptyDatabase();
      await runCommand('restore', [file, '--yes'], env(target));
      complete = await digestsOf(target);
      await query(target, changeIt);
      was = await digestsOf(target);
    });

    // It may have committed before the signal arrived: then it is complete.
    for (const step of ['Reading the backup', 'Saving what is here', 'Restoring', 'Applying later migrations', 'Checking', 'Committing'])
      it(`leaves everything as it was, or is complete: ${step}`, async () => {
        const { child, said, ended } = startCommand('restore', [file, '--yes'], env(target));
        await eventually(step, () => said.stderr.includes(step));
        child.kill('SIGKILL');
        await ended;
        const text = `select from pg_stat_activity where datname = current_database() and application_name = 'restore of guildhall'`;
        await eventually('PostgreSQL has noticed', async () => (await query(target, text)).length, 0);
        const now = await digestsOf(target);
        assert.deepEqual(now, isDeepStrictEqual(now, complete) ? complete : was);
        await query(target, changeIt);
      });

    it('can be started again', async () => {
      const { code, stderr } = await runCommand('restore', [file, '--yes'], env(target));
      assert.equal(code, 0, stderr);
      assert.deepEqual(await digestsOf(target), await digestsOf(url));
    });
  });
});

describe('a backup while people work', () => {
  let testServer: TestServer;
  let folder: string;
  let people: Person[];
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'guildhall-load-test-'));
    testServer = await startTestServer();
    people = await Promise.all(Array.from({ length: 5 }, (_, index) => signUp(testServer, `Person ${index}`)));
  });
  after(async () => {
    await testServer.close();
    await rm(folder, { recursive: true });
  });

  it('fails none of their requests, and holds every save that was answered before it began', async () => {
    const stop = new AbortController();
    const saved: { projectId: string; path: string; content: string }[] = [];
    async function work(person: Person): Promise<number> {
      const { id: projectId } = await newProject(person);
      for (let number = 1; ; number++) {
        if (stop.signal.aborted) return number;
        const [path, content] = [`notes/${number}.md`, `Note ${number} of ${person.id}`];
        const given = { params: { projectId }, query: { path }, body: content };
        await person.call(saveFile, given, { headers: { 'if-none-match': '*' } });
        await person.call(readFile, { params: { projectId }, query: { path } });
        saved.push({ projectId, path, content });
      }
    }
    const working = Promise.all(people.map(work));
    await eventually('some files are saved', () => saved.length > 50);
    const before = [...saved];
    const made = await runCommand('backup', ['--to', folder, '--json'], { DATABASE_URL: testServer.databaseUrl, DATA_DIR: folder });
    assert.equal(made.code, 0, made.stderr);
    stop.abort();
    await working;
    const target = await createEmptyDatabase();
    const restored = await runCommand('restore', [JSON.parse(made.stdout).file, '--yes'], { DATABASE_URL: target, DATA_DIR: folder });
    assert.equal(restored.code, 0, restored.stderr);
    const text = `select f.project_id || ' ' || f.path || ' ' || convert_from(b.content, 'UTF8') as file
      from files f join blobs b on b.project_id = f.project_id and b.hash = f.hash`;
    const files = new Set((await query<{ file: string }>(target, text)).map(({ file }) => file));
    const missing = before.filter(({ projectId, path, content }) => !files.has(`${projectId} ${path} ${content}`));
    assert.deepEqual(missing, []);
  });

  it('is not restored over them: the restore names the servers that are connected', async () => {
    const made = await runCommand('backup', ['--to', folder, '--json'], { DATABASE_URL: testServer.databaseUrl, DATA_DIR: folder });
    const env = { DATABASE_URL: testServer.databaseUrl, DATA_DIR: folder };
    const { code, stderr } = await runCommand('restore', [JSON.parse(made.stdout).file, '--yes'], env);
    assert.equal(code, 1);
    assert.match(
      stderr,
      /Servers are connected to this database\. Stop them all, then restore\. Their connections:\n {2}- guildhall on this machine: \d+\n/,
    );
    const [person] = people;
    assert.ok(person && (await newProject(person)));
  });

  it('is not restored over servers to which DATABASE_URL gives a name of its own', async () => {
    const named = new URL(testServer.databaseUrl);
    named.searchParams.set('application_name', 'erp');
    const server = await startTestServer({ databaseUrl: named.href });
    const client = new pg.Client({ connectionString: testServer.databaseUrl });
    await client.connect();
    try {
      await assert.rejects(requireNoServers(client), /\n {2}- erp on this machine: 1/);
    } finally {
      await client.end();
      await server.close();
    }
  });
});
