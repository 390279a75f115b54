import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, beforeEach, describe, it } from 'node:test';
import type { Transaction } from '#kernel/database/pool.ts';
import { query } from '../../../test/harness/database.ts';
import { newProject, type Person, signUp, startTestServer, type TestServer } from '../../../test/harness/test-server.ts';
import { listChanges } from './history-contract.ts';
import type { Edit, Files } from './server/files.ts';

const text = (content: string) => Buffer.from(content);

describe('many files', () => {
  let testServer: TestServer;
  let person: Person;
  let files: Files;
  let projectId: string;
  before(async () => {
    testServer = await startTestServer();
    person = await signUp(testServer);
    files = testServer.features.files;
  });
  beforeEach(async () => {
    projectId = (await newProject(person)).id;
  });
  after(() => testServer.close());

  const apply = (edits: Edit[]) =>
    testServer.features.db.transaction((tx) => files.apply(tx, { projectId, by: { userId: person.id, runId: null }, edits }));
  const all = async () => {
    const { files: read } = await files.readAll(projectId, { maxFiles: 100, maxBytes: 1e6 });
    return Object.fromEntries(read.map(({ path, content }) => [path, content.toString()]));
  };
  const versionOf = async (path: string) => (await files.read(projectId, path)).version;
  const changes = async () => (await person.call(listChanges, { params: { projectId } })).body.changes;

  it('are created, written and deleted as one change', async () => {
    await apply([
      { path: 'a', base: null, content: text('1') },
      { path: 'b/c', base: null, content: text('2') },
      { path: 'd', base: null, content: text('1') },
    ]);
    const change = await apply([
      { path: 'a', base: await versionOf('a'), content: null },
      { path: 'b/c', base: await versionOf('b/c'), content: text('3') },
      { path: 'empty', base: null, content: text('') },
      { path: 'same', base: null, content: text('1') },
    ]);
    assert.deepEqual(await all(), { 'b/c': '3', d: '1', empty: '', same: '1' });
    assert.deepEqual([change?.kind, change?.number, change?.pathCount], ['batch', 2, 4]);
    assert.deepEqual((await changes())[0], change);
    assert.deepEqual((await files.read(projectId, 'a', { at: 1 })).content, text('1'));
    assert.equal((await files.list(projectId)).entries.find(({ path }) => path === 'same')?.size, 1);
  });

  it('are all left unchanged if one is not as expected', async () => {
    await apply([{ path: 'a', base: null, content: text('1') }]);
    const before = await versionOf('a');
    await apply([{ path: 'a', base: before, content: text('2') }]);
    const attempt = apply([
      { path: 'new', base: null, content: text('x') },
      { path: 'a', base: before, content: text('3') },
      { path: 'gone', base: before, content: null },
    ]);
    await assert.rejects(attempt, (error: { status: number; code: string; members: unknown }) => {
      assert.deepEqual([error.status, error.code, error.members], [412, 'changed_meanwhile', { paths: ['a', 'gone'] }]);
      return true;
    });
    await assert.rejects(apply([{ path: 'a', base: null, content: text('3') }]), { status: 412 });
    assert.deepEqual(await all(), { a: '2' });
    assert.equal((await changes()).length, 2);
  });

  it('get no new deceptive name, and keep one when moved', async () => {
    await apply([{ path: 'a', base: null, content: text('1') }]);
    for (const path of ['b\u202e', 'b\u200b/c', 'b '])
      await assert.rejects(
        apply([
          { path: 'good', base: null, content: text('2') },
          { path, base: null, content: text('2') },
        ]),
        { status: 422, code: 'invalid_path', message: /^The name “b⟨U\+\w{4}⟩” .+ Leave it out\.$/ },
      );
    assert.deepEqual(await all(), { a: '1' });
    // As it could be created before this rule existed.
    const rename = 'with v as (update versions set path = $2 where project_id = $1) update files set path = $2 where project_id = $1';
    await query(testServer.databaseUrl, rename, [projectId, 'odd\u200b/a']);
    const version = await versionOf('odd\u200b/a');
    await apply([
      { path: 'odd\u200b/a', base: version, content: null },
      { path: 'moved/odd\u200b/a', base: null, content: { version } },
    ]);
    assert.deepEqual(await all(), { 'moved/odd\u200b/a': '1' });
  });

  it('that match the current content make no change', async () => {
    await apply([{ path: 'a', base: null, content: text('1') }]);
    const edits = [
      { path: 'a', base: await versionOf('a'), content: text('1') },
      { path: 'nowhere', base: null, content: null },
    ];
    assert.equal(await apply(edits), null);
    assert.equal((await changes()).length, 1);
  });

  it('are never a file and a folder at once', async () => {
    await apply([{ path: 'a/b', base: null, content: text('1') }]);
    const wrong: Edit[][] = [
      [{ path: 'a', base: null, content: text('x') }],
      [{ path: 'a/b/c', base: null, content: text('x') }],
      [
        { path: 'n/m', base: null, content: text('x') },
        { path: 'n', base: null, content: text('x') },
      ],
    ];
    for (const edits of wrong) await assert.rejects(apply(edits), { status: 409, code: 'path_taken' });
    await apply([
      { path: 'a/b', base: await versionOf('a/b'), content: null },
      { path: 'a', base: null, content: text('a file now') },
    ]);
    await apply([
      { path: 'a', base: await versionOf('a'), content: null },
      { path: 'a/b/c', base: null, content: text('a folder again') },
    ]);
    assert.deepEqual(await all(), { 'a/b/c': 'a folder again' });
  });

  it('are limited in number and size, and by the rules for paths', async () => {
    const many = (count: number, content: Buffer) =>
      Array.from({ length: count }, (_, index) => ({ path: `${index}`, base: null, content }));
    await assert.rejects(apply(many(1, Buffer.alloc(10 * 1024 * 1024 + 1))), { status: 413, code: 'too_large' });
    await assert.rejects(apply(many(6, Buffer.alloc(9 * 1024 * 1024))), { status: 413, code: 'too_large' });
    await assert.rejects(apply(many(5001, text(''))), { status: 422, code: 'too_many_files' });
    for (const path of ['../x', '/x', 'a\nb', 'a\\b', ''])
      await assert.rejects(apply([{ path, base: null, content: text('x') }]), { status: 422, code: 'invalid_path' }, path);
    assert.deepEqual(await all(), {});
  });

  it('are written with one statement, however many there are', async () => {
    const edits = Array.from({ length: 5000 }, (_, index) => ({
      path: `folder-${index % 50}/${index}`,
      base: null,
      content: randomBytes(index % 2000),
    }));
    const sent: string[] = [];
    await testServer.features.db.transaction((tx) => {
      const counting: Transaction = {
        ...tx,
        query: (config) => {
          sent.push(config.name);
          return tx.query(config);
        },
      };
      return files.apply(counting, { projectId, by: { userId: person.id, runId: null }, edits });
    });
    assert.deepEqual(sent, [
      'files.lock-project',
      'files.select-versions',
      'files.select-obstacles',
      'files.select-stored',
      'files.insert-change',
      'files.put-many',
      'files.note-growth',
    ]);
    const stored = await files.readAll(projectId, { maxFiles: 5000, maxBytes: 50e6 });
    const written = new Map(edits.map(({ path, content }) => [path, content]));
    assert.ok(stored.files.every(({ path, content }) => written.get(path)?.equals(content)));
    assert.deepEqual([stored.files.length, stored.truncated], [5000, false]);
    assert.equal((await query(testServer.databaseUrl, 'select from versions where project_id = $1', [projectId])).length, 5000);
  });

  it('applied to one project concurrently leave it in the state of one of them', async () => {
    const attempts = await Promise.allSettled(
      Array.from({ length: 10 }, (_, index) => apply(['a', 'b', 'c'].map((path) => ({ path, base: null, content: text(`${index}`) })))),
    );
    assert.equal(attempts.filter(({ status }) => status === 'fulfilled').length, 1);
    assert.equal(new Set(Object.values(await all())).size, 1);
  });

  it('are read together, as many complete ones as fit, smallest first', async () => {
    await apply([
      { path: 'a-large', base: null, content: Buffer.alloc(500) },
      { path: 'b', base: null, content: text('12') },
      { path: 'c', base: null, content: text('1') },
    ]);
    const read = async (maxFiles: number, maxBytes: number) => {
      const { files: found, truncated } = await files.readAll(projectId, { maxFiles, maxBytes });
      return [found.map(({ path }) => path), truncated];
    };
    assert.deepEqual(await read(10, 503), [['a-large', 'b', 'c'], false]);
    assert.deepEqual(await read(10, 502), [['b', 'c'], true]);
    assert.deepEqual(await read(1, 502), [['c'], true]);
    assert.deepEqual(await read(10, 0), [[], true]);
    projectId = (await newProject(person)).id;
    assert.deepEqual(await read(10, 0), [[], false]);
  });
});
