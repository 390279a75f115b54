import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { findNames } from '../search-contract.ts';
import { params, person, testServer } from './setup.ts';

async function put(...paths: string[]): Promise<void> {
  const { db, files } = testServer.features;
  const edits = paths.map((path) => ({ path, base: null, content: Buffer.from('') }));
  await db.transaction((tx) => files.apply(tx, { projectId: params.projectId, by: { userId: person.id, runId: null }, edits }));
}
const find = async (q: string) => (await person.call(findNames, { params, query: { q } })).body;

describe('GET /api/projects/:projectId/names', () => {
  it('finds paths that contain the characters in order, without regard to case', async () => {
    await put('src/main.ts', 'src/Readme.md', 'docs/a.md', 'Ä_50%/ö.txt');
    assert.deepEqual(await find('SRCMN'), { paths: ['src/main.ts'], truncated: false });
    assert.deepEqual((await find('readme')).paths, ['src/Readme.md']);
    assert.deepEqual((await find('main ts')).paths, ['src/main.ts']);
    assert.deepEqual((await find('äÖ')).paths, ['Ä_50%/ö.txt']);
    assert.deepEqual((await find('0%/')).paths, ['Ä_50%/ö.txt']);
    assert.deepEqual((await find('sx')).paths, []);
    assert.deepEqual((await find('\\')).paths, []);
  });

  it('ranks names before folders, starts of words before their insides, neighbors before gaps, and short paths before long ones', async () => {
    await put(
      'search/other.ts',
      'lib/search.ts',
      'lib/research.ts',
      'lib/search-files.ts',
      'lib/s/e/a/r/c/h.ts',
      'deep/er/search.ts',
      'lib/file-search-contract.ts',
      'lib/FileSearchContract.tsx',
      'lib/offscreen.ts',
    );
    const { paths } = await find('search');
    assert.deepEqual(paths.slice(0, 3), ['lib/search.ts', 'deep/er/search.ts', 'lib/search-files.ts']);
    assert.ok(paths.indexOf('lib/research.ts') < paths.indexOf('search/other.ts'));
    assert.ok(paths.indexOf('search/other.ts') < paths.indexOf('lib/s/e/a/r/c/h.ts'));
    assert.deepEqual((await find('fsc')).paths.slice(0, 2), ['lib/FileSearchContract.tsx', 'lib/file-search-contract.ts']);
  });

  it('returns the best hundred of many, and says that there are more', async () => {
    await put('z/needle.ts', ...Array.from({ length: 2000 }, (_, index) => `a/n-e-e-d-l-e${index}`), `${'deep/'.repeat(200)}needle`);
    const { paths, truncated } = await find('needle');
    assert.deepEqual([paths.length, paths[0], truncated], [100, 'z/needle.ts', true]);
    assert.equal((await find('deepneedle')).paths.length, 1);
  });
});
