import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { newProject } from '../../../../test/harness/test-server.ts';
import { searchFiles } from '../search-contract.ts';
import { params, person, setParams, testServer } from './setup.ts';

type Query = Parameters<typeof search>[0];

async function put(contents: Record<string, string | Buffer>): Promise<void> {
  const { db, files } = testServer.features;
  const edits = Object.entries(contents).map(([path, text]) => ({ path, base: null, content: Buffer.from(text as string) }));
  await db.transaction((tx) => files.apply(tx, { projectId: params.projectId, by: { userId: person.id, runId: null }, edits }));
}
const search = async (query: NonNullable<Parameters<typeof person.call<typeof searchFiles>>[1]['query']>) =>
  (await person.call(searchFiles, { params, query })).body;
const places = async (query: Query) => (await search(query)).matches.map(({ path, line, column }) => `${path}:${line}:${column}`);
const shown = async (query: Query) =>
  (await search(query)).matches.map(({ text, offset, length }) => `${text.slice(0, offset)}[${text.slice(offset, offset + length)}]`);

describe('GET /api/projects/:projectId/search', () => {
  it('finds lines that contain a text, case-insensitively, and none in binary files', async () => {
    await put({ 'b.ts': 'first\nsay Hello\n', 'a/c.md': 'HELLO hello', 'x.bin': 'hello\0', 'y.bin': Buffer.from('hello\xff', 'latin1') });
    assert.deepEqual(await search({ q: 'hello' }), {
      matches: [
        { path: 'a/c.md', line: 1, column: 1, length: 5, text: 'HELLO hello', offset: 0 },
        { path: 'b.ts', line: 2, column: 5, length: 5, text: 'say Hello', offset: 4 },
      ],
      truncated: false,
    });
    assert.deepEqual(await places({ q: 'h.l' }), []);
    assert.deepEqual(await places({ q: 'hello\nfirst' }), []);
  });

  it('distinguishes upper and lower case on request', async () => {
    await put({ a: 'Word\nword\nÄrger\närger' });
    assert.deepEqual(await places({ q: 'word', case: 'true' }), ['a:2:1']);
    assert.deepEqual(await places({ q: 'ÄRGER' }), ['a:3:1', 'a:4:1']);
    assert.deepEqual(await places({ q: 'ärger', case: 'true' }), ['a:4:1']);
    assert.deepEqual(await places({ q: 'W.rd', regex: 'true' }), ['a:1:1']);
    assert.deepEqual(await places({ q: 'W.rd', regex: 'true', case: 'false' }), ['a:1:1', 'a:2:1']);
  });

  it('keeps positions right beside letters whose case changes their length', async () => {
    await put({ a: '\u0130\u0130 \u212a \u017f word ß ΟΔΟΣ' });
    assert.deepEqual(await places({ q: 'WORD' }), ['a:1:8']);
    assert.deepEqual(await places({ q: 'οδος' }), ['a:1:15']);
    assert.deepEqual(await places({ q: 'k' }), []);
    assert.deepEqual(await places({ q: '[k]', regex: 'true', case: 'false' }), []);
    assert.deepEqual(await places({ q: '\u212a', regex: 'true', case: 'false' }), ['a:1:4']);
  });

  it('finds whole words only, on request, in any script', async () => {
    await put({ a: 'format\nreformat format\nmat_ \nприветик привет\nx=>y' });
    assert.deepEqual(await places({ q: 'format', word: 'true' }), ['a:1:1', 'a:2:10']);
    assert.deepEqual(await places({ q: 'mat', word: 'true' }), []);
    assert.deepEqual(await places({ q: 'Привет', word: 'true' }), ['a:4:10']);
    assert.deepEqual(await places({ q: '=>', word: 'true' }), ['a:5:2']);
    assert.deepEqual(await places({ q: 'f\\w+t', regex: 'true', word: 'true' }), ['a:1:1', 'a:2:10']);
  });

  it('searches one folder on request', async () => {
    await put({ 'a/x': 'x', 'a/b/x': 'x', 'ab/x': 'x', x: 'x' });
    assert.deepEqual(await places({ q: 'x', path: 'a' }), ['a/b/x:1:1', 'a/x:1:1']);
    assert.deepEqual(await places({ q: 'x', path: 'a/x' }), ['a/x:1:1']);
    assert.deepEqual(await places({ q: 'x', path: 'a', glob: 'b/*' }), []);
    assert.deepEqual(await places({ q: 'x', path: 'a', glob: 'a/b/*' }), ['a/b/x:1:1']);
  });

  it('finds a text anywhere in a line of any length', async () => {
    const line = `${'x'.repeat(49_990)}across the windows${'y'.repeat(60_000)}last`;
    await put({ a: line });
    assert.deepEqual(await places({ q: 'ACROSS the windows' }), ['a:1:49991']);
    assert.deepEqual(await places({ q: 'ylast' }), [`a:1:${line.length - 4}`]);
  });

  it('matches regular expressions line by line', async () => {
    await put({ a: 'const x = 1;\r\nconst long = 22;\r\n', b: 'CONST y' });
    assert.deepEqual(await places({ q: '= \\d{2};$', regex: 'true' }), ['a:2:12']);
    assert.deepEqual(await places({ q: '^const', regex: 'true' }), ['a:1:1', 'a:2:1']);
    assert.deepEqual(await places({ q: '(?i)^const \\p{L}$', regex: 'true' }), ['b:1:1']);
    assert.deepEqual(await places({ q: '^$', regex: 'true' }), []);
  });

  it('leaves a byte order mark out of the first line', async () => {
    await put({ a: '\ufeffimport x' });
    assert.deepEqual(await search({ q: '^import', regex: 'true' }), {
      matches: [{ path: 'a', line: 1, column: 1, length: 6, text: 'import x', offset: 0 }],
      truncated: false,
    });
  });

  it('rejects invalid or oversized RE2 expressions with a sentence', async () => {
    for (const q of ['(', 'a(?=b)', '\\1', 'a{1001}', '((a{100}){100})', '[z-a]', '(?:a?){500}']) {
      await assert.rejects(search({ q, regex: 'true' }), ({ status, code, message }) => {
        assert.deepEqual([status, code, message.length > 30], [422, 'invalid_pattern', true], q);
        return true;
      });
    }
  });

  it('searches the files that match a glob', async () => {
    await put(
      Object.fromEntries(['a.ts', 'a.tsx', 'src/b.ts', 'src/deep/c.ts', 'src/deep/d.md', 'src/[x].ts', 'a+b.c'].map((path) => [path, 'x'])),
    );
    const found = async (glob: string) => (await search({ q: 'x', glob })).matches.map(({ path }) => path);
    assert.deepEqual(await found('*.ts'), ['a.ts', 'src/[x].ts', 'src/b.ts', 'src/deep/c.ts']);
    assert.deepEqual(await found('/*.{ts,tsx}'), ['a.ts', 'a.tsx']);
    assert.deepEqual(await found('src/*'), ['src/[x].ts', 'src/b.ts']);
    assert.deepEqual(await found('src/**'), ['src/[x].ts', 'src/b.ts', 'src/deep/c.ts', 'src/deep/d.md']);
    assert.deepEqual(await found('**/deep/**/*.md'), ['src/deep/d.md']);
    assert.deepEqual(await found('[!a]?ts'), ['src/b.ts', 'src/deep/c.ts']);
    assert.deepEqual(await found('[a-b].t?'), ['a.ts', 'src/b.ts']);
    assert.deepEqual(await found('a+b.c'), ['a+b.c']);
    assert.deepEqual(await found('['), []);
    assert.deepEqual(await found('{a,b'), []);
  });

  it('rejects invalid or oversized globs with a sentence', async () => {
    for (const glob of ['[z-a]', '{a,b}'.repeat(40)])
      await assert.rejects(search({ q: 'x', glob }), ({ status, code, message }) => {
        assert.deepEqual([status, code, message.length > 30], [422, 'invalid_pattern', true], glob);
        return true;
      });
  });

  it('returns a long line around the match', async () => {
    await put({
      a: `${'x'.repeat(5000)}needle${'y'.repeat(5000)}`,
      b: `${'🎉'.repeat(500)}needle${'🎉'.repeat(500)}`,
      c: 'n'.repeat(1000),
    });
    const [first, second] = (await search({ q: 'needle' })).matches;
    assert.equal(first?.column, 5001);
    assert.match(first?.text ?? '', /^…x+needley+$/);
    for (const match of [first, second]) {
      assert.ok(match && match.text.length <= 301 && match.text.isWellFormed());
      assert.equal(match.text.slice(match.offset, match.offset + match.length), 'needle');
    }
    assert.deepEqual(await shown({ q: 'nn+', regex: 'true' }), [`[${'n'.repeat(300)}]`]);
  });

  it('shows lines before and after a match on request', async () => {
    await put({ a: '1\r\n2\r\nneedle\r\n4\n\n6\n', b: 'needle' });
    const { matches } = await search({ q: 'needle', context: '2' });
    assert.deepEqual(
      matches.map(({ before, after }) => ({ before, after })),
      [
        { before: ['1', '2'], after: ['4', ''] },
        { before: [], after: [] },
      ],
    );
    assert.deepEqual((await search({ q: '6', context: '5' })).matches[0]?.after, []);
  });

  it('pages by path and line, while files change', async () => {
    await put({ a: 'needle\n'.repeat(199), b: 'x\nneedle\nneedle needle\nneedle', c: 'needle' });
    const first = await search({ q: 'needle' });
    assert.deepEqual([first.matches.length, first.truncated, first.matches.at(-1)?.path, first.matches.at(-1)?.line], [200, true, 'b', 2]);
    setParams(params);
    await put({ '0': 'needle' });
    const rest = await search({ q: 'needle', cursor: first.nextCursor ?? '' });
    assert.deepEqual(
      rest.matches.map(({ path, line }) => `${path}:${line}`),
      ['b:3', 'b:4', 'c:1'],
    );
    assert.deepEqual([rest.truncated, rest.nextCursor], [false, undefined]);
  });

  it('names no next page after exactly one full page', async () => {
    await put({ a: 'needle\n'.repeat(200) });
    const { matches, truncated, nextCursor } = await search({ q: 'needle' });
    assert.deepEqual([matches.length, truncated, nextCursor], [200, false, undefined]);
  });

  it('rejects a cursor that no page had', async () => {
    for (const cursor of ['', 'x', Buffer.from('["a"]').toString('base64url'), Buffer.from('["a\\u0000","1"]').toString('base64url')])
      await assert.rejects(search({ q: 'x', cursor }), { status: 422 });
  });

  it('answers a search that matches everything with a page', async () => {
    await put(Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`${index}`.padStart(3, '0'), 'a b\n'.repeat(500)])));
    for (const query of [{ q: ' ' }, { q: '.*', regex: 'true' as const }, { q: '', regex: 'true' as const }].slice(0, 2)) {
      const { matches, truncated } = await search(query);
      assert.deepEqual([matches.length, truncated], [200, true]);
    }
  });

  it('keeps serving others during an expensive pattern, and says where to continue', async () => {
    await put(Object.fromEntries(Array.from({ length: 10 }, (_, index) => [`${index}`, `x${'a'.repeat(997)}x\n`.repeat(1000)])));
    let served = 0;
    const watch = setInterval(() => served++, 5);
    const query = { q: '(a?){50}(a*)*a', regex: 'true', word: 'true' } as const;
    const found = await search(query);
    clearInterval(watch);
    assert.ok(served > 5, `others had ${served} turns`);
    assert.deepEqual([found.matches.length, found.truncated], [0, true]);
    const next = await search({ ...query, cursor: found.nextCursor ?? '' });
    assert.notEqual(next.nextCursor, found.nextCursor);
  });

  it('holds a few files in memory at a time', async () => {
    const line = `${'lorem ipsum dolor sit amet '.repeat(4)}\n`;
    for (let part = 0; part < 4; part++)
      await put(
        Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`${part}/${index}`, `${part}${index}\n${line.repeat(9000)}`])),
      );
    const { rss } = process.memoryUsage();
    let most = rss;
    const watch = setInterval(() => {
      most = Math.max(most, process.memoryUsage().rss);
    }, 5);
    for (const query of [{ q: '[A-Z]{3}x', regex: 'true' }, { q: 'nothing' }, { q: '.', regex: 'true', context: '5' }] as const)
      await search(query);
    clearInterval(watch);
    assert.ok(most - rss < 120e6, `${Math.round((most - rss) / 1e6)} MB more, of ${4 * 40 * 0.97} MB searched`);
  });

  it('keeps projects apart', async () => {
    await put({ a: 'needle' });
    const other = (await newProject(person)).id;
    setParams({ projectId: other });
    assert.deepEqual(await places({ q: 'needle' }), []);
  });
});
