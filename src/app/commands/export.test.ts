import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { saveFile } from '#features/files/contract.ts';
import type { Project } from '#features/projects/contract.ts';
import { commandNamed } from '../../../test/harness/command.ts';
import { query } from '../../../test/harness/database.ts';
import { newProject, type Person, signUp, startTestServer, type TestServer } from '../../../test/harness/test-server.ts';
import { unzip } from '../../../test/harness/zip.ts';

describe('npm run export', () => {
  let testServer: TestServer;
  let ada: Person;
  let project: Project;
  let folder: string;
  const run = commandNamed('export', () => ({ DATABASE_URL: testServer.databaseUrl }));
  const save = (projectId: string, path: string, body: string) => ada.call(saveFile, { params: { projectId }, query: { path }, body });
  before(async () => {
    testServer = await startTestServer();
    ada = await signUp(testServer);
    project = await newProject(ada, 'The website');
    await save(project.id, 'index.html', '<h1>Hello</h1>');
    await save(project.id, 'docs/notes.md', 'First');
    folder = await mkdtemp(join(tmpdir(), 'guildhall-export-'));
  });
  after(async () => {
    await testServer.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('writes the files of a project that is named by its name or its id, and records it', async () => {
    for (const [file, named] of [
      ['by-name.zip', 'the WEBSITE'],
      ['by-id.zip', project.id],
    ] as const) {
      const to = join(folder, file);
      const { code, stdout, stderr } = await run([named, '--to', to, '--json']);
      assert.deepEqual([code, stderr], [0, '']);
      const { bytes, ...rest } = JSON.parse(stdout) as { bytes: number };
      assert.deepEqual(rest, { project: { id: project.id, name: 'The website', organization: 'Ada Lovelace’s team' }, file: to });
      const zip = await readFile(to);
      assert.equal(zip.byteLength, bytes);
      assert.deepEqual(await unzip(zip), { 'docs/notes.md': 'First', 'index.html': '<h1>Hello</h1>' });
    }
    const entries = await query(testServer.databaseUrl, `select user_name from audit_entries where action = 'export.files'`);
    assert.deepEqual(
      entries,
      Array.from({ length: 2 }, () => ({ user_name: 'An operator on the command line' })),
    );
  });

  it('writes one folder, or an earlier state', async () => {
    const to = join(folder, 'before.zip');
    await run(['The website', '--to', to, '--at', '1']);
    assert.deepEqual(Object.keys(await unzip(await readFile(to))), ['index.html']);
    const docs = join(folder, 'docs.zip');
    await run(['The website', '--to', docs, '--path', 'docs']);
    assert.deepEqual(Object.keys(await unzip(await readFile(docs))), ['docs/notes.md']);
  });

  it('lists the projects of a name that several have, and writes nothing', async () => {
    const twin = await newProject(ada, 'Twins');
    const other = await newProject(await signUp(testServer, 'Bob'), 'Twins');
    const to = join(folder, 'twins.zip');
    const { code, stdout, stderr } = await run(['Twins', '--to', to]);
    assert.deepEqual([code, stdout], [1, '']);
    assert.match(stderr, /^2 projects are named Twins\. Name one by its id:\n/);
    for (const { id } of [twin, other]) assert.ok(stderr.includes(id));
    assert.match(stderr, /Twins, of Bob’s team/);
    assert.ok(!(await readdir(folder)).some((name) => name.startsWith('twins')));
  });

  it('explains what it cannot do, and replaces no file', async () => {
    const taken = join(folder, 'taken.zip');
    await writeFile(taken, 'mine');
    assert.match((await run([project.id, '--to', taken])).stderr, /exists already\. Choose another file/);
    assert.equal(await readFile(taken, 'utf8'), 'mine');
    assert.match((await run(['Nothing', '--to', join(folder, 'a.zip')])).stderr, /^No project has the name or id Nothing\./);
    assert.match((await run([project.id, '--to', join(folder, 'none/a.zip')])).stderr, /cannot be written \(ENOENT\)/);
    assert.match((await run([project.id, '--to', join(folder, 'a.zip'), '--path', 'gone'])).stderr, /gone/);
    for (const given of [[], [project.id], [project.id, '--to', 'a.zip', '--at', 'now'], ['a', 'b', '--to', 'a.zip']])
      assert.equal((await run(given)).code, 2, given.join(' '));
    assert.equal((await run(['--help'])).code, 0);
  });
});
