import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, it } from 'node:test';
import { urlOf } from '#wire/call.ts';
import { newProject } from '../../../../test/harness/test-server.ts';
import { unzip, zipOf } from '../../../../test/harness/zip.ts';
import { createFolder, deleteFile, readFile } from '../contract.ts';
import { exportFiles, getStorage, importFiles } from '../transfer-contract.ts';
import { changes, params, person, save, tree } from './setup.ts';

const exported = async (query: { path?: string; at?: number } = {}) =>
  Buffer.from((await person.call(exportFiles, { params, query })).body);

describe('an export', () => {
  it('has all files of a project, of a folder under its name, or one file', async () => {
    await save('a.txt', 'one');
    await save('docs/deep/b.txt', 'two');
    await save('docs.md', 'three');
    assert.deepEqual(await unzip(await exported()), { 'a.txt': 'one', 'docs.md': 'three', 'docs/deep/b.txt': 'two' });
    assert.deepEqual(await unzip(await exported({ path: 'docs/deep' })), { 'deep/b.txt': 'two' });
    assert.deepEqual(await unzip(await exported({ path: 'a.txt' })), { 'a.txt': 'one' });
    await assert.rejects(exported({ path: 'nothing' }), { status: 404 });
  });

  it('has the files as of a change', async () => {
    await save('a', '1');
    await save('b', '2');
    await save('a', '3', { 'if-match': '*' });
    await person.call(deleteFile, { params, query: { path: 'b' } });
    assert.deepEqual(await unzip(await exported({ at: 2 })), { a: '1', b: '2' });
    assert.deepEqual(await unzip(await exported({ at: 3 })), { a: '3', b: '2' });
    assert.deepEqual(await unzip(await exported()), { a: '3' });
  });

  it('is identical after going out and in again, with modes and empty folders', async () => {
    const files = Array.from({ length: 300 }, (_, index) => ({ name: `f${index % 7}/${index} ü.bin`, content: randomBytes(index * 37) }));
    await person.call(importFiles, { params, query: {}, body: zipOf([...files, { name: 'run', content: 'x', mode: 0o100755 }]) });
    await person.call(createFolder, { params, body: { path: 'empty/inside' } });
    const zip = await exported();
    const other = { projectId: (await newProject(person)).id };
    await person.call(importFiles, { params: other, query: {}, body: zip });
    const again = Buffer.from((await person.call(exportFiles, { params: other, query: {} })).body);
    assert.deepEqual(await unzip(again), await unzip(zip));
    for (const { name, content } of files.slice(0, 20))
      assert.deepEqual(Buffer.from((await person.call(readFile, { params: other, query: { path: name } })).body), content);
  });

  it('has a name to be saved under', async () => {
    await save('döcs "1"/a', 'x');
    const answer = await person.browser.fetch(urlOf(exportFiles, { params, query: { path: 'döcs "1"', at: 1 } }));
    assert.equal(
      answer.headers.get('content-disposition'),
      `attachment; filename="d_cs _1_ (1).zip"; filename*=UTF-8''d%C3%B6cs%20%221%22%20%281%29.zip`,
    );
    await answer.body?.cancel();
  });

  it('ends with the reader: the next one gets its turn', async () => {
    await save('large', randomBytes(9_000_000));
    const url = urlOf(exportFiles, { params });
    for (let round = 0; round < 5; round++) {
      const leaving = new AbortController();
      const answer = await person.browser.fetch(url, { signal: leaving.signal });
      assert.equal(answer.status, 200);
      leaving.abort();
    }
    const head = await person.browser.fetch(url, { method: 'HEAD' });
    assert.equal(head.status, 200);
    assert.equal((await unzip(await exported()))['large']?.length, 9_000_000);
  });
});

describe('a folder', () => {
  it('can be created empty, moved and deleted, without a change', async () => {
    await person.call(createFolder, { params, body: { path: 'a/b' } });
    assert.deepEqual(await tree(), ['a', 'a/b']);
    assert.deepEqual(await tree(undefined, 1), ['a']);
    assert.deepEqual(await tree('a', 1), ['a/b']);
    assert.equal((await person.call(deleteFile, { params, query: { path: 'a' } })).body.change, null);
    assert.deepEqual(await tree(), []);
    assert.equal((await changes()).length, 0);
  });

  it('cannot be where a file is, or below one', async () => {
    await save('a', '1');
    for (const path of ['a', 'a/b'])
      await assert.rejects(person.call(createFolder, { params, body: { path } }), { status: 409, code: 'path_taken' }, path);
  });
});

describe('a listing of one folder', () => {
  it('has its files and folders, whatever characters their names begin with', async () => {
    const names = ['a-b', 'a.txt', 'a0', 'a/x', 'a!/y', 'b/c/d', 'ü', '~', '!', '0'];
    for (const name of names) await save(name, name);
    const top = [...new Set(names.map((name) => name.split('/')[0] ?? ''))];
    assert.deepEqual(new Set(await tree(undefined, 1)), new Set(top));
    assert.deepEqual(await tree('a', 1), ['a/x']);
    assert.deepEqual(await tree('b', 1), ['b/c']);
    await assert.rejects(tree('nothing', 1), { status: 404 });
  });
});

describe('the storage of an organization', () => {
  it('is listed by project, with what the files of now take', async () => {
    await save('a', Buffer.alloc(1000, 'a'));
    await save('a', Buffer.alloc(500, 'b'), { 'if-match': '*' });
    const { stored, projects } = (await person.call(getStorage, {})).body;
    const own = projects.find(({ id }) => id === params.projectId);
    assert.deepEqual([own?.stored, own?.current, own?.files], [1500, 500, 1]);
    assert.ok(stored >= 1500);
  });
});
