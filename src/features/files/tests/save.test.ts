import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { describe, it } from 'node:test';
import { query } from '../../../../test/harness/database.ts';
import { readFile } from '../contract.ts';
import { changes, params, person, read, save, testServer, tree } from './setup.ts';

describe('files', () => {
  describe('PUT /api/projects/:projectId/file', () => {
    it('creates a file, with the SHA-256 of its content as version', async () => {
      const { status, body, headers } = await save('src/main.ts', 'hello', { 'if-none-match': '*' });
      assert.equal(status, 201);
      assert.equal(body.file.version, createHash('sha256').update('hello').digest('hex'));
      assert.equal(headers.get('etag'), `"${body.file.version}"`);
      assert.equal(await read('src/main.ts'), 'hello');
    });

    it('saves content based on the current version', async () => {
      const { version } = (await save('a.txt', 'one')).body.file;
      const { status, body } = await save('a.txt', 'two', { 'if-match': `"${version}"` });
      assert.equal(status, 200);
      assert.equal(body.change?.number, 2);
      assert.equal(await read('a.txt'), 'two');
    });

    it('rejects content based on an older version, and names the current one', async () => {
      const { version } = (await save('a.txt', 'one')).body.file;
      const newer = (await save('a.txt', 'two', { 'if-match': `"${version}"` })).body.file;
      await assert.rejects(save('a.txt', 'three', { 'if-match': `"${version}"` }), ({ status, problem }) => {
        assert.equal(status, 412);
        assert.deepEqual(problem.current, newer);
        return true;
      });
      assert.equal(await read('a.txt'), 'two');
    });

    it('requires a precondition for an existing file', async () => {
      await save('a.txt', 'one');
      await assert.rejects(save('a.txt', 'two'), { status: 428, code: 'condition_required' });
      await assert.rejects(save('a.txt', 'two', { 'if-none-match': '*' }), { status: 412 });
      await assert.rejects(save('none.txt', 'two', { 'if-match': '*' }), { status: 412 });
    });

    it('accepts a version as a weak ETag, as compressed responses and proxies send it', async () => {
      const { version } = (await save('a.txt', 'one')).body.file;
      assert.equal((await save('a.txt', 'two', { 'if-match': `W/"${version}"` })).status, 200);
      await assert.rejects(save('a.txt', 'three', { 'if-match': `W/"${version}"` }), { status: 412 });
    });

    it('stores bytes as sent, and rejects bodies wrapped as JSON or a form', async () => {
      const form = 'multipart/form-data; boundary=x';
      const wrapped = ['application/json', 'Application/JSON; charset=utf-8', form, 'multipart/mixed', 'application/x-www-form-urlencoded'];
      for (const type of wrapped)
        await assert.rejects(save('b.txt', '"wrapped"', { 'content-type': type }), ({ status, problem }) => {
          assert.equal(status, 415, type);
          return assert.match(problem.detail, /application\/octet-stream/) ?? true;
        });
      assert.deepEqual(await changes('b.txt'), []);
      const taken: [path: string, type: string][] = [
        ['data.json', 'application/json'],
        ['DATA.JSON', 'application/json; charset=utf-8'],
        ['c.md', 'text/markdown'],
        ['d.geojson', 'application/geo+json'],
        ['e.txt', 'application/octet-stream'],
      ];
      for (const [path, type] of taken) {
        await save(path, '"as sent"', { 'content-type': type });
        assert.equal(await read(path), '"as sent"', path);
      }
      await assert.rejects(save('data.json', '--x', { 'content-type': form }), { status: 415 });
      const address = `/api/projects/${params.projectId}/file?path=untyped.txt`;
      const untyped = await person.browser.fetch(address, { method: 'PUT', body: new Uint8Array([104, 105]) });
      assert.equal(untyped.status, 201);
    });

    it('accepts one of many concurrent saves', async () => {
      const { version } = (await save('a.txt', 'start')).body.file;
      const attempts = await Promise.allSettled(
        Array.from({ length: 20 }, (_, index) => save('a.txt', `by ${index}`, { 'if-match': `"${version}"` })),
      );
      assert.equal(attempts.filter((attempt) => attempt.status === 'fulfilled').length, 1);
      assert.equal((await changes()).length, 2);
    });

    it('records no change for a save that matches the current content', async () => {
      const { version } = (await save('a.txt', 'same')).body.file;
      const { body } = await save('a.txt', 'same', { 'if-match': `"${version}"` });
      assert.equal(body.change, null);
      assert.deepEqual(
        (await changes()).map((change) => change.number),
        [1],
      );
    });

    it('stores bytes unchanged, up to 10 MB', async () => {
      const bytes = randomBytes(10 * 1024 * 1024);
      await save('big.bin', bytes);
      const { body } = await person.call(readFile, { params, query: { path: 'big.bin' } });
      assert.ok(bytes.equals(body));
      await assert.rejects(save('bigger.bin', Buffer.alloc(10 * 1024 * 1024 + 1)), { status: 413, code: 'too_large' });
    });

    it('stores identical content once, including an empty file', async () => {
      await save('a.txt', 'same');
      await save('b.txt', 'same');
      await save('empty.txt', '');
      assert.equal(await read('empty.txt'), '');
      assert.equal((await query(testServer.databaseUrl, 'select 1 from blobs where project_id = $1', [params.projectId])).length, 2);
    });

    for (const path of ['../x', 'a/../../x', '/etc/passwd', 'a//b', 'a/', './a', 'a\\b', 'a\0b', 'a\nb', 'x'.repeat(1025), '']) {
      it(`rejects the path ${JSON.stringify(path.slice(0, 20))} with a sentence`, async () => {
        await assert.rejects(save(path, 'x'), ({ status, message }) => status === 422 && message.length > 20);
        assert.deepEqual(await tree(), []);
      });
    }

    it('treats equivalent Unicode paths as the same', async () => {
      await save('cafe\u0301.txt', 'one');
      assert.equal(await read('caf\u00e9.txt'), 'one');
    });

    it('never lets a path be both a file and a folder', async () => {
      await save('a/b', 'x');
      await assert.rejects(save('a', 'x'), { status: 409, code: 'path_taken' });
      await assert.rejects(save('a/b/c', 'x'), { status: 409, code: 'path_taken' });
    });
  });
});
