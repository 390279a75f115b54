import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ProblemError } from '#wire/call.ts';
import { arrangeFiles } from '../arrange-contract.ts';
import { createFolder, revertChange } from '../contract.ts';
import { changes, params, person, read, save, tree } from './setup.ts';

type Body = Parameters<typeof person.call<typeof arrangeFiles>>[1]['body'];
const arrange = (body: Body) => person.call(arrangeFiles, { params, body });

const files = ['a.md', 'docs/b.md', 'docs/deep/c.md', 'other/d.md'];
const addFiles = async () => {
  for (const path of files) await save(path, `This is ${path}`, { 'if-none-match': '*' });
};

describe('several files and folders at once', () => {
  it('are moved, copied and deleted as one change, which can be undone', async () => {
    await addFiles();
    const { change } = (
      await arrange({
        moves: [
          { from: 'a.md', to: 'new/a.md' },
          { from: 'docs', to: 'new/docs' },
        ],
        copies: [],
        deletes: ['other'],
      })
    ).body;
    assert.deepEqual(await tree(), ['new', 'new/a.md', 'new/docs', 'new/docs/b.md', 'new/docs/deep', 'new/docs/deep/c.md']);
    assert.equal(await read('new/docs/deep/c.md'), 'This is docs/deep/c.md');
    assert.equal(change?.kind, 'batch');
    assert.equal((await changes()).length, files.length + 1);
    await person.call(revertChange, { params: { changeId: change?.id ?? '' } });
    assert.deepEqual(
      (await tree()).filter((path) => path.endsWith('.md')),
      files,
    );
  });

  it('keep what was copied', async () => {
    await addFiles();
    await arrange({ copies: [{ from: 'docs', to: 'docs copy' }] });
    assert.equal(await read('docs/deep/c.md'), await read('docs copy/deep/c.md'));
  });

  it('are recorded as a move or a deletion if that is all', async () => {
    await addFiles();
    await arrange({ moves: [{ from: 'a.md', to: 'b.md' }] });
    await arrange({ deletes: ['b.md', 'docs'] });
    const [deletion, move] = await changes();
    assert.deepEqual([deletion?.kind, deletion?.paths], ['delete', ['b.md', 'docs/b.md', 'docs/deep/c.md']]);
    assert.deepEqual([move?.kind, move?.paths], ['move', ['a.md', 'b.md']]);
  });

  it('stay as they are if one of them cannot go', async () => {
    await addFiles();
    const before = await tree();
    const refused: [Body, number, string][] = [
      [{ moves: [{ from: 'a.md', to: 'docs/b.md' }] }, 409, 'path_taken'],
      [{ moves: [{ from: 'a.md', to: 'docs' }] }, 409, 'path_taken'],
      [{ moves: [{ from: 'other', to: 'a.md/other' }] }, 409, 'path_taken'],
      [{ moves: [{ from: 'docs', to: 'docs/deep/docs' }] }, 409, 'path_taken'],
      [
        {
          moves: [
            { from: 'a.md', to: 'x' },
            { from: 'other/d.md', to: 'x' },
          ],
        },
        409,
        'path_taken',
      ],
      [{ deletes: ['a.md', 'nowhere'] }, 404, 'not_found'],
      [{ deletes: ['docs', 'docs/b.md'] }, 422, 'invalid_input'],
      [{ deletes: ['a.md'], moves: [{ from: 'a.md', to: 'x' }] }, 422, 'invalid_input'],
      [{ copies: [{ from: 'docs', to: 'x'.repeat(1020) }] }, 422, 'path_too_long'],
      [{}, 422, 'invalid_input'],
    ];
    for (const [body, status, code] of refused) {
      const error = await arrange(body).catch((error: unknown) => error);
      assert.ok(error instanceof ProblemError, JSON.stringify(body).slice(0, 80));
      assert.deepEqual([error.status, error.code], [status, code], JSON.stringify(body).slice(0, 80));
    }
    assert.deepEqual(await tree(), before);
  });

  it('include empty folders, which leave no trace in the history', async () => {
    await addFiles();
    for (const path of ['empty', 'docs/hollow']) await person.call(createFolder, { params, body: { path } });
    const recorded = (await changes()).length;
    assert.equal((await arrange({ moves: [{ from: 'empty', to: 'x/empty' }] })).body.change, null);
    assert.equal((await changes()).length, recorded);
    await arrange({ copies: [{ from: 'docs', to: 'copy' }], deletes: ['x/empty'] });
    assert.deepEqual(
      (await tree()).filter((path) => !path.endsWith('.md')),
      ['copy', 'copy/deep', 'copy/hollow', 'docs', 'docs/deep', 'docs/hollow', 'other'],
    );
  });

  it('may take the place of what goes in the same change', async () => {
    await addFiles();
    await arrange({ deletes: ['docs'], moves: [{ from: 'other/d.md', to: 'docs' }] });
    assert.deepEqual(await tree(), ['a.md', 'docs']);
  });
});
