import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { newProject, type Person, signUp, startTestServer, type TestServer } from '../../../test/harness/test-server.ts';
import { searchFiles } from './search-contract.ts';

describe('GET /api/projects/:projectId/search', () => {
  let testServer: TestServer;
  let person: Person;
  let projectId: string;
  before(async () => {
    testServer = await startTestServer();
    person = await signUp(testServer);
  });
  beforeEach(async () => {
    projectId = (await newProject(person)).id;
  });
  after(() => testServer.close());

  async function put(contents: Record<string, string>): Promise<void> {
    const files = testServer.features.files;
    const edits = Object.entries(contents).map(([path, text]) => ({ path, base: null, content: Buffer.from(text) }));
    await testServer.features.db.transaction((tx) => files.apply(tx, { projectId, by: { userId: person.id, runId: null }, edits }));
  }
  const search = async (query: { q: string; regex?: 'true'; glob?: string }) =>
    (await person.call(searchFiles, { params: { projectId }, query })).body;
  const places = async (query: Parameters<typeof search>[0]) =>
    (await search(query)).matches.map(({ path, line, column }) => `${path}:${line}:${column}`);

  it('finds lines that contain a text, case-insensitively, and none in binary files', async () => {
    await put({ 'b.ts': 'first\nsay Hello\n', 'a/c.md': 'HELLO hello', 'x.bin': 'hello\0', 'd.ts': 'nothing' });
    assert.deepEqual(await search({ q: 'hello' }), {
      matches: [
        { path: 'a/c.md', line: 1, column: 1, text: 'HELLO hello' },
        { path: 'b.ts', line: 2, column: 5, text: 'say Hello' },
      ],
      truncated: false,
    });
    assert.deepEqual(await places({ q: 'h.l' }), []);
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
    await put({ a: `${'x'.repeat(5000)}needle${'y'.repeat(5000)}` });
    const [match] = (await search({ q: 'needle' })).matches;
    assert.equal(match?.column, 5001);
    assert.match(match?.text ?? '', /^…x+needley+$/);
    assert.ok((match?.text.length ?? 0) <= 301);
  });

  it('says when there are more matches than it returns', async () => {
    await put({ a: 'needle\n'.repeat(201) });
    const lines = await search({ q: 'needle' });
    assert.deepEqual([lines.matches.length, lines.truncated], [200, true]);
    projectId = (await newProject(person)).id;
    await put(Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`${index}`.padStart(2, '0'), 'needle'])));
    const many = await search({ q: 'needle' });
    assert.deepEqual([many.matches.length, many.truncated], [50, true]);
    assert.deepEqual((await search({ q: 'needle', glob: '4?' })).truncated, false);
  });

  it('keeps serving others during an expensive pattern', async () => {
    await put(Object.fromEntries(Array.from({ length: 10 }, (_, index) => [`${index}`, `${'a'.repeat(999)}\n`.repeat(1000)])));
    let served = 0;
    const watch = setInterval(() => served++, 5);
    const found = await search({ q: '(a?){50}(a*)*b', regex: 'true' });
    clearInterval(watch);
    assert.deepEqual(found, { matches: [], truncated: true });
    assert.ok(served > 5, `others had ${served} turns`);
  });
});
