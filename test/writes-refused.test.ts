/** While PostgreSQL takes no writes: what can be read is read, what cannot be saved says why, and all goes on by itself afterwards. */
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
import { createBrowser, type House, newProject, openHouse, type Person, signUp, visit } from './harness/test-server.ts';

const large = Buffer.alloc(3_000_000, 'incompressible? no, but large enough');

interface Written {
  person: Person;
  projectId: string;
  runId: string;
}

/** Somebody with a file, and a run at work. */
async function write(house: House): Promise<Written> {
  const person = await signUp(house);
  const { id: projectId } = await newProject(person);
  await person.call(saveFile, { params: { projectId }, query: { path: 'notes.md' }, body: 'Read me.' });
  const message = 'write a.md: one, then write b.md: two, then write c.md: three';
  const { run } = (await person.call(startRun, { params: { projectId }, body: { message, model: 'practice', level: 'autonomous' } })).body;
  return { person, projectId, runId: run.id };
}

const readHealth = async (house: House) => {
  const response = await fetch(`${house.origin}/api/health`);
  return { httpStatus: response.status, ...healthReply.parse(await response.json()) };
};
const untilHealth = (house: House, status: string) =>
  eventually(`health says ${status}`, async () => {
    const found = await readHealth(house);
    return found.status === status && found;
  });

async function assertReadable(house: House, { person, projectId, runId }: Written): Promise<void> {
  assert.equal((await person.call(currentUser, {})).body.user.id, person.id);
  assert.equal((await person.call(listProjects, {})).body.projects.length, 1);
  const { body } = await person.call(readFile, { params: { projectId }, query: { path: 'notes.md' } });
  assert.equal(Buffer.from(body).toString(), 'Read me.');
  assert.equal((await person.call(getRun, { params: { runId } })).body.run.id, runId);
  assert.equal((await fetch(`${house.origin}/api/health/ready`)).status, 200);
}

/** A write of each kind, all of them refused alike. */
async function assertRefused(house: House, { person, projectId }: Written, code: string, writes: readonly string[]): Promise<void> {
  const stranger = createBrowser(house.origin);
  const attempts: Record<string, () => Promise<unknown>> = {
    save: () => person.call(saveFile, { params: { projectId }, query: { path: 'large.bin' }, body: large }),
    create: () => person.call(createProject, { body: { name: 'Another' } }),
    start: () => person.call(startRun, { params: { projectId }, body: { message: 'x', level: 'supervised', model: 'practice' } }),
    signIn: () => stranger.call(login, { body: { email: person.email, password: person.password } }),
    guess: () => stranger.call(login, { body: { email: person.email, password: 'wrong password' } }),
    signUp: () => stranger.call(signup, { body: { name: 'X', email: 'x@example.com', password: 'correct horse battery' } }),
    signOut: () => visit(person, house).call(logout, {}),
  };
  for (const name of writes) await assert.rejects(attempts[name] ?? assert.fail, { status: 503, code }, name);
  assert.equal(stranger.cookies.size, 0);
}

async function assertGoesOn(house: House, { person, projectId, runId }: Written): Promise<void> {
  await person.call(saveFile, { params: { projectId }, query: { path: 'large.bin' }, body: large });
  await createBrowser(house.origin).call(login, { body: { email: person.email, password: person.password } });
  const { events } = await eventually('the run is done', async () => {
    const found = (await person.call(getRun, { params: { runId } })).body;
    return found.run.status === 'done' && found;
  });
  const changed = events.flatMap((event) => (event.type === 'tool_result' ? [event.data.change?.paths] : []));
  assert.deepEqual(changed, [['a.md'], ['b.md'], ['c.md']]);
}

const readMetrics = async (house: House) => (await fetch(`${house.origin}/metrics`)).text();

describe('a database that is read-only', () => {
  let house: House;
  before(async () => {
    house = await openHouse({ databaseUrl: await createTestDatabase(), practicePace: 50 });
  });
  after(() => house.close());

  /** As a provider does when a disk runs full, or somebody who moves the database away. */
  async function setReadOnly(on: boolean): Promise<void> {
    const name = new URL(house.databaseUrl).pathname.slice(1);
    await query(process.env['TEST_DATABASE_URL'] ?? '', `alter database ${name} set default_transaction_read_only = ${on ? 'on' : 'off'}`);
    const others = 'select pg_terminate_backend(pid) from pg_stat_activity where datname = $1';
    await query(process.env['TEST_DATABASE_URL'] ?? '', others, [name]);
  }

  it('serves what can be read, refuses the rest as database_read_only, and goes on where it was', async () => {
    const written = await write(house);
    await setReadOnly(true);
    const { httpStatus, checks } = await untilHealth(house, 'degraded');
    assert.equal(httpStatus, 200);
    assert.equal(checks['writes']?.ok, false);
    assert.match(checks['writes']?.detail ?? '', /takes no changes/);
    await assertReadable(house, written);
    await assertRefused(house, written, 'database_read_only', ['save', 'create', 'start', 'signIn', 'guess', 'signUp', 'signOut']);
    assert.match(await readMetrics(house), /^database_writes_refused\{reason="database_read_only"\} 1/m);
    const refused = await written.person.browser.fetch('/api/projects', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"name":"x"}',
    });
    assert.equal(refused.headers.get('retry-after'), '30');
    const later = await openHouse({ databaseUrl: house.databaseUrl });
    await assertReadable(later, { ...written, person: visit(written.person, later) });
    await later.close();

    await setReadOnly(false);
    await untilHealth(house, 'ok');
    await assertGoesOn(house, written);
    assert.match(await readMetrics(house), /^database_writes_refused\{reason="database_read_only"\} 0/m);
  });
});

describe('a disk that is full', async () => {
  const disk = await openSmallDisk();
  after(() => disk?.close());

  it('serves what can be read, refuses the rest as storage_full, and goes on once there is room', {
    skip: disk ? false : 'mount not permitted',
  }, async () => {
    assert.ok(disk);
    const house = await openHouse({ databaseUrl: disk.databaseUrl, practicePace: 50 });
    try {
      const written = await write(house);
      disk.fill();
      // Nobody writes anything: the server finds out by itself.
      const { httpStatus, checks } = await untilHealth(house, 'degraded');
      assert.equal(httpStatus, 200);
      assert.match(checks['writes']?.detail ?? '', /disk of the database is full/);
      await assertReadable(house, written);
      await assertRefused(house, written, 'storage_full', ['save']);
      await untilHealth(house, 'degraded');
      assert.match(await readMetrics(house), /^database_writes_refused\{reason="storage_full"\} 1/m);
      disk.makeRoom();
      await untilHealth(house, 'ok');
      await assertGoesOn(house, written);
    } finally {
      await house.close();
    }
  });
});
