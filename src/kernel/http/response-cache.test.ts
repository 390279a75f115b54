import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { saveFile } from '#features/files/contract.ts';
import { createProject, deleteProject, listProjects, renameProject } from '#features/projects/contract.ts';
import { createEventBus } from '#kernel/event-bus.ts';
import { createLog } from '#kernel/log.ts';
import { query } from '../../../test/harness/database.ts';
import { eventually } from '../../../test/harness/eventually.ts';
import {
  createBrowser,
  newProject,
  type Person,
  signedInOn,
  signUp,
  startTestServer,
  type TestServer,
} from '../../../test/harness/test-server.ts';
import { createResponseCache } from './response-cache.ts';

/** The same person, on another device or without recent changes. */
function unmarked(person: Person, testServer: TestServer): Person {
  const other = signedInOn(person, testServer);
  other.browser.cookies.delete('guildhall.changed');
  return other;
}

const names = async (person: Person) => (await person.call(listProjects, {})).body.projects.map(({ name }) => name);

describe('cached responses', () => {
  const testServers: TestServer[] = [];
  let here: TestServer;
  let there: TestServer;
  before(async () => {
    here = await startTestServer();
    there = await startTestServer({ databaseUrl: here.databaseUrl });
    testServers.push(here, there);
  });
  after(() => Promise.all(testServers.map((testServer) => testServer.close())));

  it('cost no query, and no transfer if the browser has them', async () => {
    const person = unmarked(await signUp(here), here);
    await newProject(person);
    const reader = unmarked(person, here);
    const queriesOfARead = async () => {
      await reader.call(listProjects, {});
      const before = here.features.db.stats().queries;
      await reader.call(listProjects, {});
      return here.features.db.stats().queries - before;
    };
    await eventually('a read costs no query', queriesOfARead, 0);
    const first = await reader.browser.fetch('/api/projects');
    const etag = first.headers.get('etag') ?? '';
    const again = await reader.browser.fetch('/api/projects', { headers: { 'if-none-match': etag } });
    assert.deepEqual([again.status, await again.text()], [304, '']);
  });

  it('are never served stale to the author of a change, on any server', async () => {
    const person = await signUp(here);
    const elsewhere = signedInOn(person, there);
    await elsewhere.call(listProjects, {});
    for (let i = 0; i < 30; i++) {
      const name = `project ${i}`;
      const { body } = await person.call(createProject, { body: { name } });
      assert.equal((await names(signedInOn(person, there)))[0], name);
      await person.call(renameProject, { params: { projectId: body.project.id }, body: { name: `${name} again` } });
      assert.equal((await names(signedInOn(person, there)))[0], `${name} again`);
      await person.call(deleteProject, { params: { projectId: body.project.id } });
      assert.deepEqual(await names(signedInOn(person, there)), []);
    }
  });

  it('reflect other people’s changes, including to files, within moments', async () => {
    const person = await signUp(here);
    const [older, newer] = [await newProject(person, 'older'), await newProject(person, 'newer')];
    const reader = unmarked(person, there);
    await eventually('the list is as it was changed', () => names(reader), ['newer', 'older']);
    await person.call(saveFile, { params: { projectId: older.id }, query: { path: 'a.txt' }, body: 'a' });
    await eventually('the list is as it was changed', () => names(reader), ['older', 'newer']);
    await query(here.databaseUrl, `delete from projects where id = $1`, [newer.id]);
    await eventually('the list is as it was changed', () => names(reader), ['older']);
    await query(here.databaseUrl, `update members set role = 'viewer' where user_id = $1`, [person.id]);
    await eventually('the role has changed', async () => (await reader.call(listProjects, {})).body.projects[0]?.role, 'viewer');
    await query(here.databaseUrl, `delete from members where user_id = $1`, [person.id]);
    await eventually('the list is as it was changed', () => names(reader), []);
  });

  it('are correct after a storm of changes and reads on two servers', async () => {
    const person = await signUp(here);
    const project = await newProject(person, 'storm');
    const readers = [unmarked(person, here), unmarked(person, there)];
    let over = false;
    const reading = readers.map(async (reader) => {
      while (!over) {
        const [name = ''] = await names(reader);
        assert.match(name, /^storm/);
      }
    });
    for (let i = 1; i <= 100; i++) await query(here.databaseUrl, 'update projects set name = $2 where id = $1', [project.id, `storm ${i}`]);
    over = true;
    await Promise.all(reading);
    for (const reader of readers) await eventually('the list is as it was changed', () => names(reader), ['storm 100']);
  });

  it('of one person are never served to another', async () => {
    const people = await Promise.all(Array.from({ length: 8 }, () => signUp(here)));
    await Promise.all(people.map((person) => newProject(person, person.email)));
    const hunts = people.flatMap((person) =>
      testServers.map(async (testServer) => {
        const reader = unmarked(person, testServer);
        for (let i = 0; i < 40; i++) assert.ok((await names(reader)).every((name) => name === person.email));
      }),
    );
    await Promise.all(hunts);
    await assert.rejects(createBrowser(here.origin).call(listProjects, {}), { status: 401 });
  });

  it('are dropped when notifications may have been missed', async () => {
    const person = await signUp(here);
    const project = await newProject(person, 'before');
    const reader = unmarked(person, there);
    await eventually('the list is as it was changed', () => names(reader), ['before']);
    await query(
      here.databaseUrl,
      `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'guildhall live' and datname = current_database()`,
    );
    await query(here.databaseUrl, 'alter table projects disable trigger user');
    await query(here.databaseUrl, `update projects set name = 'after' where id = $1`, [project.id]);
    await query(here.databaseUrl, 'alter table projects enable trigger user');
    await eventually('the server is connected again', () => there.features.eventBus.connected());
    assert.deepEqual(await names(reader), ['after']);
  });
});

const log = await createLog({ level: 'silent', readable: false });

describe('the response cache', () => {
  const eventBus = createEventBus({ url: 'postgres://127.0.0.1:1/none', log });
  const routeWith = (invalidatedBy: object) => ({ contract: { name: 'listThings' }, cache: { key: () => 'all', invalidatedBy } });
  const create = (invalidatedBy: object) => createResponseCache({ eventBus, routes: [routeWith(invalidatedBy)] });

  it('rejects a route whose response would stay stale forever', () => {
    create({ projects: () => ['1'] });
    assert.throws(() => create({ things: () => ['1'] }), /listThings is invalidated by “things”, which is no channel of ids/);
    assert.throws(() => create({ runs: () => ['1'] }), /listThings is invalidated by “runs”/);
    assert.throws(() => create({}), /listThings is cached, and nothing invalidates it/);
  });

  it('serves no route it was not configured for', async () => {
    const never = () => assert.fail('is not made');
    await assert.rejects(create({ user: () => [] }).read('listOthers', {}, 0, never), /the replies of listOthers are not cached/);
  });
});
