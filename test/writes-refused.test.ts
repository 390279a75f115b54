/** While PostgreSQL accepts no writes: reads work, saves fail with an explanation, and everything resumes by itself afterwards. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { currentUser, login, logout, signup } from '#features/accounts/contract.ts';
import { readFile, saveFile } from '#features/files/contract.ts';
import { health as healthReply } from '#features/monitor/contract.ts';
import { createProject, listProjects } from '#features/projects/contract.ts';
import { getRun, startRun } from '#features/runs/contract.ts';
import { createTestDatabase, query } from './harness/database.ts';
import { eventually } from './harness/eventually.ts';
import { openSmallDisk } from './harness/small-disk.ts';
import { createBrowser, newProject, type Person, signedInOn, signUp, startTestServer, type TestServer } from './harness/test-server.ts';

const large = Buffer.alloc(3_000_000, 'incompressible? no, but large enough');

interface Written {
  person: Person;
  projectId: string;
  runId: string;
}

/** A person with a file, and a run in progress. */
async function write(testServer: TestServer): Promise<Written> {
  const person = await signUp(testServer);
  const { id: projectId } = await newProject(person);
  await person.call(saveFile, { params: { projectId }, query: { path: 'notes.md' }, body: 'Read me.' });
  const message = 'write a.md: one, then write b.md: two, then write c.md: three';
  const { run } = (await person.call(startRun, { params: { projectId }, body: { message, model: 'practice', level: 'autonomous' } })).body;
  return { person, projectId, runId: run.id };
}

const readHealth = async (testServer: TestServer) => {
  const response = await fetch(`${testServer.origin}/api/health`);
  return { httpStatus: response.status, ...healthReply.parse(await response.json()) };
};
const untilHealth = (testServer: TestServer, status: string) =>
  eventually(`health says ${status}`, async () => {
    const found = await readHealth(testServer);
    return found.status === status && found;
  });

async function assertReadable(testServer: TestServer, { person, projectId, runId }: Written): Promise<void> {
  assert.equal((await person.call(currentUser, {})).body.user.id, person.id);
  assert.equal((await person.call(listProjects, {})).body.projects.length, 1);
  const { body } = await person.call(readFile, { params: { projectId }, query: { path: 'notes.md' } });
  assert.equal(Buffer.from(body).toString(), 'Read me.');
  assert.equal((await person.call(getRun, { params: { runId } })).body.run.id, runId);
  assert.equal((await fetch(`${testServer.origin}/api/health/ready`)).status, 200);
}

/** A write of each kind, all rejected with the same problem. */
async function assertRejected(
  testServer: TestServer,
  { person, projectId }: Written,
  code: string,
  writes: readonly string[],
): Promise<void> {
  const outsider = createBrowser(testServer.origin);
  const attempts: Record<string, () => Promise<unknown>> = {
    save: () => person.call(saveFile, { params: { projectId }, query: { path: 'large.bin' }, body: large }),
    create: () => person.call(createProject, { body: { name: 'Another' } }),
    start: () => person.call(startRun, { params: { projectId }, body: { message: 'x', level: 'supervised', model: 'practice' } }),
    signIn: () => outsider.call(login, { body: { email: person.email, password: person.password } }),
    guess: () => outsider.call(login, { body: { email: person.email, password: 'wrong password' } }),
    signUp: () => outsider.call(signup, { body: { name: 'X', email: 'x@example.com', password: 'correct horse battery' } }),
    signOut: () => signedInOn(person, testServer).call(logout, {}),
  };
  for (const name of writes) await assert.rejects(attempts[name] ?? assert.fail, { status: 503, code }, name);
  assert.equal(outsider.cookies.size, 0);
}

async function assertGoesOn(testServer: TestServer, { person, projectId, runId }: Written): Promise<void> {
  await person.call(saveFile, { params: { projectId }, query: { path: 'large.bin' }, body: large });
  await createBrowser(testServer.origin).call(login, { body: { email: person.email, password: person.password } });
  const { events } = await eventually('the run is done', async () => {
    const found = (await person.call(getRun, { params: { runId } })).body;
    return found.run.status === 'done' && found;
  });
  const changed = events.flatMap((event) => (event.type === 'tool_result' ? [event.data.change?.paths] : []));
  assert.deepEqual(changed, [['a.md'], ['b.md'], ['c.md']]);
}

const readMetrics = async (testServer: TestServer) => (await fetch(`${testServer.origin}/metrics`)).text();

describe('a database that is read-only', () => {
  let testServer: TestServer;
  before(async () => {
    testServer = await startTestServer({ databaseUrl: await createTestDatabase(), demoPace: 50 });
  });
  after(() => testServer.close());

  /** Like a provider whose disk runs full, or an operator who is moving the database. */
  async function setReadOnly(on: boolean): Promise<void> {
    const name = new URL(testServer.databaseUrl).pathname.slice(1);
    await query(process.env['TEST_DATABASE_URL'] ?? '', `alter database ${name} set default_transaction_read_only = ${on ? 'on' : 'off'}`);
    const others = 'select pg_terminate_backend(pid) from pg_stat_activity where datname = $1';
    await query(process.env['TEST_DATABASE_URL'] ?? '', others, [name]);
  }

  it('serves reads, rejects the rest as database_read_only, and resumes where it was', async () => {
    const written = await write(testServer);
    await setReadOnly(true);
    const { httpStatus, checks } = await untilHealth(testServer, 'degraded');
    assert.equal(httpStatus, 200);
    assert.equal(checks['writes']?.ok, false);
    assert.match(checks['writes']?.detail ?? '', /takes no changes/);
    await assertReadable(testServer, written);
    await assertRejected(testServer, written, 'database_read_only', ['save', 'create', 'start', 'signIn', 'guess', 'signUp', 'signOut']);
    assert.match(await readMetrics(testServer), /^database_writes_refused\{reason="database_read_only"\} 1/m);
    const refused = await written.person.browser.fetch('/api/projects', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"name":"x"}',
    });
    assert.equal(refused.headers.get('retry-after'), '30');
    const later = await startTestServer({ databaseUrl: testServer.databaseUrl });
    await assertReadable(later, { ...written, person: signedInOn(written.person, later) });
    await later.close();

    await setReadOnly(false);
    await untilHealth(testServer, 'ok');
    await assertGoesOn(testServer, written);
    assert.match(await readMetrics(testServer), /^database_writes_refused\{reason="database_read_only"\} 0/m);
  });
});

describe('a disk that is full', async () => {
  const disk = await openSmallDisk();
  after(() => disk?.close());

  it('serves reads, rejects the rest as storage_full, and resumes once there is space', {
    skip: disk ? false : 'mount not permitted',
  }, async () => {
    assert.ok(disk);
    const testServer = await startTestServer({ databaseUrl: disk.databaseUrl, demoPace: 50 });
    try {
      const written = await write(testServer);
      disk.fill();
      // Nobody writes anything: the server notices by itself.
      const { httpStatus, checks } = await untilHealth(testServer, 'degraded');
      assert.equal(httpStatus, 200);
      assert.match(checks['writes']?.detail ?? '', /disk of the database is full/);
      await assertReadable(testServer, written);
      await assertRejected(testServer, written, 'storage_full', ['save']);
      await untilHealth(testServer, 'degraded');
      assert.match(await readMetrics(testServer), /^database_writes_refused\{reason="storage_full"\} 1/m);
      disk.makeRoom();
      await untilHealth(testServer, 'ok');
      await assertGoesOn(testServer, written);
    } finally {
      await testServer.close();
    }
  });
});
