import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { getChange, readFile, revertChange } from '../contract.ts';
import { previewReplacement, replaceInFiles } from '../search-contract.ts';
import { changes, params, person, read, save, testServer } from './setup.ts';

interface Wanted {
  q: string;
  replacement: string;
  regex?: boolean;
  case?: boolean;
  word?: boolean;
  glob?: string;
  path?: string;
}
const preview = async (body: Wanted) => (await person.call(previewReplacement, { params, body })).body;
async function replace(body: Wanted) {
  const { files } = await preview(body);
  const named = files.map(({ path, version }) => ({ path, version }));
  return (await person.call(replaceInFiles, { params, body: { ...body, files: named } })).body;
}

async function put(contents: Record<string, string | Buffer>): Promise<void> {
  const { db, files } = testServer.features;
  const edits = Object.entries(contents).map(([path, text]) => ({ path, base: null, content: Buffer.from(text as string) }));
  await db.transaction((tx) => files.apply(tx, { projectId: params.projectId, by: { userId: person.id, runId: null }, edits }));
}

describe('replacing in files', () => {
  it('shows what it would change, then changes it in one change that can be undone', async () => {
    await put({ 'a.ts': 'let total = 1;\nTOTAL total\n', 'b/c.md': 'Total\n', 'x.bin': 'total\0', d: 'none' });
    const wanted = { q: 'total', replacement: 'sum' };
    const { files, fileCount, matchCount } = await preview(wanted);
    assert.deepEqual(
      files.map(({ path, matches, diff }) => [path, matches, diff.diff]),
      [
        ['a.ts', 3, '@@ -1,2 +1,2 @@\n-let total = 1;\n-TOTAL total\n+let sum = 1;\n+sum sum\n'],
        ['b/c.md', 1, '@@ -1,1 +1,1 @@\n-Total\n+sum\n'],
      ],
    );
    assert.deepEqual([fileCount, matchCount, await read('a.ts')], [2, 4, 'let total = 1;\nTOTAL total\n']);

    const { change, matches } = await replace(wanted);
    assert.deepEqual([change.kind, change.paths, change.by.userId, matches], ['batch', ['a.ts', 'b/c.md'], person.id, 4]);
    assert.deepEqual([await read('a.ts'), await read('b/c.md'), await read('x.bin')], ['let sum = 1;\nsum sum\n', 'sum\n', 'total\0']);
    const shown = (await person.call(getChange, { params: { changeId: change.id } })).body.files;
    assert.deepEqual(
      shown.map(({ after }) => after),
      files.map(({ diff }) => diff.after),
    );
    await person.call(revertChange, { params: { changeId: change.id } });
    assert.deepEqual([await read('a.ts'), await read('b/c.md')], ['let total = 1;\nTOTAL total\n', 'Total\n']);
  });

  it('takes only the chosen files, case, words and places', async () => {
    await put({ 'a/x.ts': 'item Item items', 'b/x.ts': 'item', 'a/x.md': 'item' });
    await replace({ q: 'item', replacement: 'part', case: true, word: true, path: 'a', glob: '*.ts' });
    assert.deepEqual([await read('a/x.ts'), await read('b/x.ts'), await read('a/x.md')], ['part Item items', 'item', 'item']);
  });

  it('inserts groups of a regular expression, and a text as it is', async () => {
    await put({ a: 'get(one, two) get(three, four)\nget(x)\n', b: 'price' });
    await replace({ q: 'get\\((?P<first>\\w+), (\\w+)\\)', regex: true, replacement: '$2.of($<first>) /* $& $$ $3 */' });
    assert.equal(await read('a'), 'two.of(one) /* get(one, two) $ $3 */ four.of(three) /* get(three, four) $ $3 */\nget(x)\n');
    await replace({ q: 'price', replacement: '$& $1 \\n' });
    assert.equal(await read('b'), '$& $1 \\n');
  });

  it('replaces line by line, also nothing and the ends of lines', async () => {
    await put({ a: 'one\ntwo\n', b: 'aaa' });
    await replace({ q: '^', regex: true, replacement: '> ', glob: 'a' });
    await replace({ q: '$', regex: true, replacement: ';', glob: 'a' });
    await replace({ q: 'a', replacement: '', glob: 'b' });
    assert.deepEqual([await read('a'), await read('b')], ['> one;\n> two;\n', '']);
  });

  it('keeps line endings and the byte order mark', async () => {
    await put({ a: '\ufeffone\r\ntwo\r\n', b: 'one\n' });
    await replace({ q: '^one$', regex: true, replacement: '1\n1' });
    const bytes = async (path: string) => Buffer.from((await person.call(readFile, { params, query: { path } })).body).toString('latin1');
    assert.deepEqual([await bytes('a'), await bytes('b')], ['\xef\xbb\xbf1\r\n1\r\ntwo\r\n', '1\n1\n']);
  });

  it('changes nothing if one of the files has changed since', async () => {
    await put({ a: 'old', b: 'old', c: 'old' });
    const { files } = await preview({ q: 'old', replacement: 'new' });
    await save('b', 'old and older', { 'if-match': '*' });
    const named = files.map(({ path, version }) => ({ path, version }));
    const body = { q: 'old', replacement: 'new', files: [...named, { path: 'd', version: 'none' }] };
    await assert.rejects(person.call(replaceInFiles, { params, body }), (error: { status: number; problem: { paths: string[] } }) => {
      assert.deepEqual([error.status, error.problem.paths], [412, ['b', 'd']]);
      return true;
    });
    assert.deepEqual([await read('a'), await read('c'), (await changes()).length], ['old', 'old', 2]);
  });

  it('says so when nothing would change', async () => {
    await put({ a: 'same' });
    assert.deepEqual(await preview({ q: 'same', replacement: 'same' }), { files: [], fileCount: 0, matchCount: 0 });
    const [file] = (await preview({ q: 'same', replacement: 'other' })).files;
    const files = [{ path: 'a', version: file?.version ?? '' }];
    for (const q of ['same', 'absent'])
      await assert.rejects(person.call(replaceInFiles, { params, body: { q, replacement: 'same', files } }), {
        status: 422,
        code: 'no_difference',
      });
  });

  it('refuses results that are too large, and too many files', async () => {
    await put({ a: 'x'.repeat(20_000) });
    const long = { q: 'x', replacement: 'y'.repeat(1000) };
    await assert.rejects(preview(long), { status: 413, code: 'too_large' });
    const [file] = (await preview({ q: 'x', replacement: 'y' })).files;
    const files = [{ path: 'a', version: file?.version ?? '' }];
    await assert.rejects(person.call(replaceInFiles, { params, body: { ...long, files } }), { status: 413, code: 'too_large' });
    await put(Object.fromEntries(Array.from({ length: 1001 }, (_, index) => [`many/${index}`, `word ${index}`])));
    await assert.rejects(preview({ q: 'word', replacement: 'term' }), { status: 422, code: 'too_many_files' });
    const { fileCount, files: listed } = await preview({ q: 'word', replacement: 'term', glob: 'many/?{,?,??}' });
    assert.deepEqual([fileCount, listed.length, listed.filter(({ diff }) => diff.diff !== null).length], [1000, 1000, 100]);
    const { change } = await replace({ q: 'word', replacement: 'term', glob: 'many/?{,?,??}' });
    assert.equal(change.pathCount, 1000);
  });
});
