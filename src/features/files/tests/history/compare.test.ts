import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { compareStates } from '../../history-contract.ts';
import { params, person } from '../setup.ts';
import { editByRun, move, newRun, remove, write } from './setup.ts';

const compare = async (from: number, { to, path, offset = 0 }: { to?: number; path?: string; offset?: number } = {}) =>
  (await person.call(compareStates, { params, query: { from, to, path, offset } })).body;
const kinds = async (...given: Parameters<typeof compare>) =>
  Object.fromEntries((await compare(...given)).files.map(({ path, kind }) => [path, kind]));

describe('a comparison of two states', () => {
  it('shows each file that differs, whatever happened in between', async () => {
    await write('a', 'one\ntwo\n');
    await write('b', 'b\n');
    await write('in/c', 'c\n');
    await write('a', 'one\nTWO\n');
    await remove('b');
    await write('d', 'd\n');
    await write('in/c', 'other\n');
    await write('in/c', 'c\n');
    assert.deepEqual(await kinds(3), { a: 'changed', b: 'deleted', d: 'created' });
    const [file] = (await compare(3, { path: 'a' })).files;
    assert.deepEqual([file?.diff, file?.added, file?.removed], ['@@ -1,2 +1,2 @@\n one\n-two\n+TWO\n', 1, 1]);
    assert.deepEqual(await kinds(3, { to: 4 }), { a: 'changed' });
    assert.deepEqual(await kinds(0), { a: 'created', d: 'created', 'in/c': 'created' });
    assert.deepEqual(await kinds(0, { to: 2 }), { a: 'created', b: 'created' });
    assert.deepEqual(await kinds(7, { path: 'in' }), { 'in/c': 'changed' });
    assert.deepEqual(await kinds(3, { path: 'in/c' }), {});
    assert.deepEqual(await kinds(8), {});
  });

  it('goes back in time, too', async () => {
    await write('a', 'one\n');
    await write('a', 'two\n');
    const [file] = (await compare(2, { to: 1 })).files;
    assert.equal(file?.diff, '@@ -1,1 +1,1 @@\n-two\n+one\n');
  });

  it('shows a moved file in both places', async () => {
    await write('a', 'one\n');
    await move('a', 'b');
    assert.deepEqual(await kinds(1), { a: 'deleted', b: 'created' });
  });

  it('comes a hundred files at a time, also below a folder', async () => {
    await write('start', 'x');
    const files = Array.from({ length: 250 }, (_, n) => [`in/f${1000 + n}`, `${n}\n`] as const);
    await editByRun(await newRun(), Object.fromEntries(files));
    for (const path of [undefined, 'in'])
      for (const [offset, count, more] of [
        [0, 100, true],
        [100, 100, true],
        [200, 50, false],
        [300, 0, false],
      ] as const) {
        const found = await compare(1, { offset, ...(path && { path }) });
        assert.deepEqual([found.files.length, found.more], [count, more]);
        assert.equal(found.files[0]?.path, files[offset]?.[0]);
      }
  });

  it('answers 404 for a change that does not exist yet', async () => {
    await write('a', 'one\n');
    for (const states of [() => compare(2), () => compare(0, { to: 2 })])
      await assert.rejects(states, { status: 404, message: /The newest is 1/ });
  });
});
