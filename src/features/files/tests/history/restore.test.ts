import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ProblemError } from '#wire/call.ts';
import { query } from '../../../../../test/harness/database.ts';
import { createFolder } from '../../contract.ts';
import { params, person, read, save, testServer } from '../setup.ts';
import { importZip, move, remove, restore, snapshot, undo, write } from './setup.ts';

const executable = 0o100755;

describe('restoring', () => {
  it('brings the whole project back as one change, and undoing that brings back what was there', async () => {
    await importZip([
      { name: 'a', content: 'a1' },
      { name: 'in/run.sh', content: 'r1', mode: executable },
      { name: 'in/b', content: 'b1' },
      { name: 'gone', content: 'g1' },
    ]);
    const start = await snapshot();
    await write('a', 'a2');
    await importZip([{ name: 'in/run.sh', content: 'r2', mode: 0o100644 }], 'replace');
    await write('in/run.sh', 'r1');
    await remove('gone');
    await move('in/b', 'moved/b');
    await write('new', 'n1');
    await write('a', 'a3');
    const end = await snapshot();
    const change = await restore(1);
    assert.deepEqual([change.kind, change.number], ['restore', 9]);
    assert.deepEqual(change.paths, ['a', 'gone', 'in/b', 'in/run.sh', 'moved/b', 'new']);
    assert.deepEqual(await snapshot(), start);

    const undone = await undo(change.id);
    assert.deepEqual(await snapshot(), end);
    await undo(undone.id);
    assert.deepEqual(await snapshot(), start);
    assert.deepEqual(start, { a: 'a1', gone: 'g1', 'in/b': 'b1', 'in/run.sh*': 'r1' });
  });

  it('is of a file or folder only, if asked', async () => {
    for (const path of ['a', 'in/b', 'in/deep/c']) await write(path, '1');
    for (const path of ['a', 'in/b', 'in/deep/c', 'in/new']) await write(path, '2');
    const { paths } = await restore(3, 'in');
    assert.deepEqual(paths, ['in/b', 'in/deep/c', 'in/new']);
    assert.deepEqual(await snapshot(), { a: '2', 'in/b': '1', 'in/deep/c': '1' });
    await restore(7, 'in/b');
    assert.equal(await read('in/b'), '2');
    await remove('a');
    await restore(7, 'a');
    assert.equal(await read('a'), '2');
  });

  it('puts a folder where a file is now, and the reverse, in what is restored', async () => {
    await write('a', 'file');
    await remove('a');
    await write('a/b', 'below');
    await restore(1, 'a');
    assert.deepEqual(await snapshot(), { a: 'file' });
    await restore(3);
    assert.deepEqual(await snapshot(), { 'a/b': 'below' });
  });

  it('is refused if a file is where a folder would have to be outside of it', async () => {
    await write('a/b/c', '1');
    await remove('a');
    await write('a', 'file');
    await assert.rejects(restore(1, 'a/b'), { status: 409, code: 'path_taken', message: /a is a file now/ });
    assert.deepEqual(await snapshot(), { a: 'file' });
  });

  it('is refused with a reason if nothing differs, or there is nothing to restore from', async () => {
    await write('a', '1');
    await write('b', '1');
    await assert.rejects(restore(2), { status: 409, code: 'nothing_to_restore' });
    await assert.rejects(restore(1, 'a'), { status: 409, code: 'nothing_to_restore', message: /a is as it was after change 1/ });
    await assert.rejects(restore(3), { status: 404, message: /The newest is 2/ });
    await assert.rejects(restore(1, 'c'), { status: 404, message: /never been anything at c/ });
    await restore(1, 'b');
    assert.deepEqual(await snapshot(), { a: '1' });
  });

  it('keeps empty folders, which are not part of the history', async () => {
    await write('a', '1');
    await person.call(createFolder, { params, body: { path: 'empty' } });
    await write('a', '2');
    await restore(1);
    assert.deepEqual(await snapshot(), { a: '1' });
  });

  it('counts restored instructions as written by who restored them', async () => {
    await write('AGENTS.md', 'Be brief.');
    await write('AGENTS.md', 'Be long.');
    const { number } = await restore(1);
    const rows = await query<{ number: number }>(
      testServer.databaseUrl,
      'select number::int from accepted_instructions where project_id = $1 order by number desc limit 1',
      [params.projectId],
    );
    assert.equal(rows[0]?.number, number);
  });

  it('stores no content again', async () => {
    await write('a', 'x'.repeat(10_000));
    await write('a', 'y'.repeat(10_000));
    const stored = () =>
      query<{ stored: number }>(testServer.databaseUrl, 'select stored_bytes::int as stored from projects where id = $1', [
        params.projectId,
      ]);
    const before = await stored();
    await restore(1);
    assert.deepEqual(await stored(), before);
  });
});

describe('restoring at the same time', () => {
  it('as a save, either comes first, and nothing is lost', async () => {
    for (let round = 0; round < 5; round++) {
      const first = await write('a', `${round} one`);
      const second = (await save('a', `${round} two`, { 'if-match': '*' })).body;
      const version = second.file.version;
      const [restored, saved] = await Promise.allSettled([
        restore(first, 'a'),
        save('a', `${round} three`, { 'if-match': `"${version}"` }),
      ]);
      const restoredAt = restored.status === 'fulfilled' ? restored.value.number : undefined;
      assert.ok(restoredAt, 'a restore waits for its turn');
      if (saved.status === 'fulfilled') {
        assert.ok((saved.value.body.change?.number ?? 0) < restoredAt, 'a save on an old version does not overwrite what was restored');
        assert.equal(await read('a', saved.value.body.change?.number), `${round} three`);
      } else assert.ok(saved.reason instanceof ProblemError && saved.reason.status === 412);
      assert.equal(await read('a'), `${round} one`);
    }
  });

  it('as another to the same state, one of the two finds nothing to do', async () => {
    for (let n = 0; n < 20; n++) await write(`f${n}`, '1');
    const at = await write('f0', '2');
    for (let n = 0; n < 20; n++) await save(`f${n}`, '3', { 'if-match': '*' });
    const results = await Promise.allSettled([restore(at), restore(at), restore(at)]);
    assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 1);
    for (const result of results)
      if (result.status === 'rejected') assert.deepEqual([result.reason.status, result.reason.code], [409, 'nothing_to_restore']);
    assert.equal((await snapshot())['f0'], '2');
  });

  it('as another to an other state, the project is in one of them as a whole', async () => {
    for (const name of ['a', 'b', 'c']) await write(name, '1');
    const one = await snapshot();
    for (const name of ['a', 'b', 'c']) await write(name, '2');
    const two = await snapshot();
    for (const name of ['a', 'b', 'c']) await write(name, '3');
    const done = await Promise.all([restore(3), restore(6)]);
    const last = (done[0]?.number ?? 0) > (done[1]?.number ?? 0) ? one : two;
    assert.deepEqual(await snapshot(), last);
  });
});
