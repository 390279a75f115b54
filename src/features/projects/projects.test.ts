import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { saveFile } from '#features/files/contract.ts';
import { startRun } from '#features/runs/contract.ts';
import { query } from '../../../test/harness/database.ts';
import { type House, newProject, openHouse, signUp } from '../../../test/harness/test-server.ts';
import { createProject, deleteProject, getProject, listProjects, renameProject } from './contract.ts';

describe('projects', () => {
  let house: House;
  before(async () => {
    house = await openHouse();
  });
  after(() => house.close());

  it('are created, listed with the last changed first, renamed and deleted', async () => {
    const person = await signUp(house);
    const [first, second] = [await newProject(person, 'First'), await newProject(person, 'Second')];
    const names = async () => (await person.call(listProjects, {})).body.projects.map((project) => project.name);
    assert.deepEqual(await names(), ['Second', 'First']);
    const renamed = await person.call(renameProject, { params: { projectId: first.id }, body: { name: 'Renamed' } });
    assert.equal(renamed.body.project.name, 'Renamed');
    assert.deepEqual(await names(), ['Renamed', 'Second']);
    await person.call(deleteProject, { params: { projectId: second.id } });
    assert.deepEqual(await names(), ['Renamed']);
    await assert.rejects(person.call(getProject, { params: { projectId: second.id } }), { status: 404, code: 'not_found' });
  });

  it('take their files, history and runs along when they are deleted', async () => {
    const person = await signUp(house);
    const { id: projectId } = await newProject(person);
    await person.call(saveFile, { params: { projectId }, query: { path: 'a.txt' }, body: 'content' });
    await person.call(startRun, { params: { projectId }, body: { message: 'list the files' } });
    await person.call(deleteProject, { params: { projectId } });
    for (const table of ['files', 'versions', 'changes', 'blobs', 'runs']) {
      assert.deepEqual(await query(house.databaseUrl, `select 1 from ${table} where project_id = $1`, [projectId]), [], table);
    }
  });

  it('of another organization are not there', async () => {
    const [ada, eve] = [await signUp(house), await signUp(house)];
    const { id: projectId, organizationId } = await newProject(ada);
    await assert.rejects(eve.call(getProject, { params: { projectId } }), { status: 404 });
    await assert.rejects(eve.call(createProject, { body: { name: 'Mine', organizationId } }), { status: 404 });
    assert.deepEqual((await eve.call(listProjects, {})).body.projects, []);
  });

  it('tell what the asking member may do, and hold them to it', async () => {
    const [ada, bob] = [await signUp(house), await signUp(house)];
    const { id: projectId, organizationId } = await newProject(ada);
    await query(house.databaseUrl, `insert into members (organization_id, user_id, role) values ($1, $2, 'viewer')`, [
      organizationId,
      bob.id,
    ]);
    const seen = async () => (await bob.call(listProjects, {})).body.projects[0]?.role;
    for (let i = 0; i < 100 && (await seen()) !== 'viewer'; i++);
    assert.equal(await seen(), 'viewer');
    await assert.rejects(bob.call(renameProject, { params: { projectId }, body: { name: 'Bob’s' } }), {
      status: 403,
      code: 'role_too_small',
    });
    await assert.rejects(bob.call(createProject, { body: { name: 'New', organizationId } }), { status: 403 });
  });

  it('are the same under an id in upper case, and gone under it when they are deleted', async () => {
    const person = await signUp(house);
    const { id, organizationId } = await newProject(person);
    const parts = ['', '/files', '/runs', '/changes', '/schedules', '/autonomy-policy'];
    const statuses = (projectId: string) =>
      Promise.all(parts.map(async (part) => (await person.browser.fetch(`/api/projects/${projectId}${part}`)).status));
    assert.deepEqual(
      await statuses(id.toUpperCase()),
      parts.map(() => 200),
    );
    const agents = await person.browser.fetch(`/api/agents?organization=${organizationId.toUpperCase()}`);
    assert.equal(agents.status, 200);
    await person.call(deleteProject, { params: { projectId: id } });
    assert.deepEqual(
      await statuses(id.toUpperCase()),
      parts.map(() => 404),
    );
  });

  it('answer 304 to a browser that has the list already', async () => {
    const person = await signUp(house);
    await newProject(person);
    const first = await person.browser.fetch(listProjects.path);
    const etag = first.headers.get('etag') ?? '';
    const second = await person.browser.fetch(listProjects.path, { headers: { 'if-none-match': etag } });
    assert.equal(second.status, 304);
    await newProject(person);
    assert.equal((await person.browser.fetch(listProjects.path, { headers: { 'if-none-match': etag } })).status, 200);
  });
});
