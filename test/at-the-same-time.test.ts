import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { signup } from '#features/accounts/contract.ts';
import { saveFile } from '#features/files/contract.ts';
import { deleteProject } from '#features/projects/contract.ts';
import { createBrowser, newProject, type Person, signUp, startTestServer, type TestServer } from './harness/test-server.ts';

describe('concurrent requests', () => {
  let testServer: TestServer;
  let person: Person;
  before(async () => {
    testServer = await startTestServer();
    person = await signUp(testServer);
  });
  after(() => testServer.close());

  const count = (statuses: number[], status: number) => statuses.filter((each) => each === status).length;

  it('twenty sign-ups with one email create one account', async () => {
    const body = { name: 'Twin', email: 'twin@example.com', password: 'twelve chars' };
    const statuses = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        createBrowser(testServer.origin)
          .call(signup, { body: { ...body, email: index % 2 ? body.email : body.email.toUpperCase() } })
          .then(
            ({ status }) => status as number,
            ({ status, code }) => (code === 'email_taken' ? status : 0),
          ),
      ),
    );
    assert.deepEqual([count(statuses, 201), count(statuses, 409)], [1, 19]);
  });

  it('of twenty saves of one version, one wins and the others get the current version', async () => {
    const { id: projectId } = await newProject(person);
    const target = { params: { projectId }, query: { path: 'shared.txt' } };
    const made = await Promise.all(
      save(
        Array.from({ length: 20 }, (_, index) => `first ${index}`),
        { 'if-none-match': '*' },
      ),
    );
    assert.deepEqual([count(statusesOf(made), 201), count(statusesOf(made), 412)], [1, 19]);
    const version = made.find((one) => one.status === 201)?.version ?? '';
    const saved = await Promise.all(
      save(
        Array.from({ length: 20 }, (_, index) => `second ${index}`),
        { 'if-match': `"${version}"` },
      ),
    );
    assert.deepEqual([count(statusesOf(saved), 200), count(statusesOf(saved), 412)], [1, 19]);
    assert.deepEqual(new Set(saved.map((one) => one.version)).size, 1);

    function save(contents: string[], headers: Record<string, string>) {
      return contents.map((body) =>
        person.call(saveFile, { ...target, body }, { headers }).then(
          (reply) => ({ status: reply.status as number, version: reply.body.file.version }),
          ({ status, problem }) => ({ status: status as number, version: problem.current?.version as string }),
        ),
      );
    }
    function statusesOf(results: { status: number }[]): number[] {
      return results.map((result) => result.status);
    }
  });

  it('a project deleted while in use is gone, without further damage', async () => {
    for (let round = 0; round < 5; round++) {
      const { id } = await newProject(person);
      const json = { 'content-type': 'application/json' };
      const uses = Array.from({ length: 6 }, (_, index) => [
        () => person.browser.fetch(`/api/projects/${id}/file?path=${index}`, { method: 'PUT', body: 'x' }),
        () =>
          person.browser.fetch(`/api/projects/${id}/runs`, {
            method: 'POST',
            headers: json,
            body: '{"message":"hi","model":"practice"}',
          }),
        () => person.browser.fetch(`/api/projects/${id}`, { method: 'PATCH', headers: json, body: '{"name":"x"}' }),
        () => person.browser.fetch(`/api/projects/${id}/changes`),
      ]).flat();
      const work = uses.map((use) => use());
      await person.call(deleteProject, { params: { projectId: id } });
      const statuses = (await Promise.all([...work, ...uses.map((use) => use())])).map((response) => response.status);
      assert.ok(
        statuses.every((status) => status < 500),
        statuses.join(),
      );
      assert.ok(
        statuses.slice(uses.length).every((status) => status === 404),
        statuses.join(),
      );
    }
  });
});
