import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { saveFile } from '#features/files/contract.ts';
import { startRun } from '#features/runs/contract.ts';
import { query } from '../../../test/harness/database.ts';
import { newProject, signUp, startTestServer, type TestServer } from '../../../test/harness/test-server.ts';
import { createProject, deleteProject, getProject, listProjects, renameProject } from './contract.ts';

describe('projects', () => {
  let testServer: TestServer;
  before(async () => {
    testServer = await startTestServer();
  });
  after(() => testServer.close());

  it('are created, listed with the last changed first, renamed and deleted', async () => {
    const person = await signUp(testServer);
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
    const person = await signUp(testServer);
    const { id: projectId } = await newProject(person);
    await person.call(saveFile, { params: { projectId }, query: { path: 'a.txt' }, body: 'content' });
    await person.call(startRun, { params: { projectId }, body: { message: 'list the files' } });
    await person.call(deleteProject, { params: { projectId } });
    for (const table of ['files', 'versions', 'changes', 'blobs', 'runs']) {
      assert.deepEqual(await query(testServer.databaseUrl, `select 1 from ${table} where project_id = $1`, [projectId]), [], table);
    }
  });

  it('are listed page by page to the last one, those that were changed at the same instant included', async () => {
    const person = await signUp(testServer);
    const { organizationId } = await newProject(person, 'The newest');
    await query(
      testServer.databaseUrl,
      `insert into projects (id, organization_id, name, changed_at)
       select gen_random_uuid(), $1, 'Project ' || n, now() - (n / 500 + 1) * interval '1 minute' from generate_series(1, 2100) n`,
      [organizationId],
    );
    const listed: string[] = [];
    const pages: number[] = [];
    for (let cursor: string | undefined; ; ) {
      const { projects, nextCursor } = (await person.call(listProjects, { query: { cursor } })).body;
      listed.push(...projects.map(({ name }) => name));
      pages.push(projects.length);
      if (nextCursor === undefined) break;
      cursor = nextCursor;
    }
    assert.deepEqual(pages, [1000, 1000, 101]);
    assert.equal(listed[0], 'The newest');
    assert.equal(new Set(listed).size, 2101);
  });

  it('are not listed by a cursor that no page gave', async () => {
    const person = await signUp(testServer);
    for (const cursor of [
      '',
      'x',
      Buffer.from('["2026-01-01T00:00:00Z"]').toString('base64url'),
      Buffer.from('[1,2]').toString('base64url'),
    ])
      await assert.rejects(person.call(listProjects, { query: { cursor } }), { status: 422, code: 'invalid_input' });
  });

  it('of another organization are not there', async () => {
    const [ada, eve] = [await signUp(testServer), await signUp(testServer)];
    const { id: projectId, organizationId } = await newProject(ada);
    await assert.rejects(eve.call(getProject, { params: { projectId } }), { status: 404 });
    await assert.rejects(eve.call(createProject, { body: { name: 'Mine', organizationId } }), { status: 404 });
    assert.deepEqual((await eve.call(listProjects, {})).body.projects, []);
  });

  it('tell what the asking member may do, and hold them to it', async () => {
    const [ada, bob] = [await signUp(testServer), await signUp(testServer)];
    const { id: projectId, organizationId } = await newProject(ada);
    await query(testServer.databaseUrl, `insert into members (organization_id, user_id, role) values ($1, $2, 'viewer')`, [
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
    const person = await signUp(testServer);
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
    const person = await signUp(testServer);
    await newProject(person);
    const first = await person.browser.fetch(listProjects.path);
    const etag = first.headers.get('etag') ?? '';
    const second = await person.browser.fetch(listProjects.path, { headers: { 'if-none-match': etag } });
    assert.equal(second.status, 304);
    await newProject(person);
    assert.equal((await person.browser.fetch(listProjects.path, { headers: { 'if-none-match': etag } })).status, 200);
  });
});
