import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { listFiles } from '../../contract.ts';
import { params, person } from '../setup.ts';
import { importZip, restore, undo, write } from './setup.ts';

const FILES = 6000;

/** Versions by path, with modes. */
async function versions(): Promise<Map<string, string>> {
  const { entries } = (await person.call(listFiles, { params, query: {} })).body;
  return new Map(
    entries.flatMap(({ path, version, executable }) => (version === null ? [] : [[path, `${version} ${executable ?? false}`]])),
  );
}

describe('a change of thousands of files', () => {
  it('in a project so young that PostgreSQL knows nothing about it, is undone, redone and restored as a whole', async () => {
    await write('kept', 'x');
    const alone = await versions();
    const entries = Array.from({ length: FILES }, (_, n) => ({
      name: `lib/${n % 50}/file ${n}.ts`,
      content: `export const a = ${n};\n`,
      mode: n % 7 === 0 ? 0o100755 : 0o100644,
    }));
    const change = await importZip(entries);
    const all = await versions();
    assert.equal(all.size, FILES + 1);

    const undone = await undo(change?.id ?? '');
    assert.equal(undone.pathCount, FILES);
    assert.deepEqual(await versions(), alone);
    await undo(undone.id);
    assert.deepEqual(await versions(), all);

    const restored = await restore(1);
    assert.equal(restored.pathCount, FILES);
    assert.deepEqual(await versions(), alone);
    const back = await restore(2);
    assert.deepEqual(await versions(), all);
    await undo(back.id);
    assert.deepEqual(await versions(), alone);
  });
});
