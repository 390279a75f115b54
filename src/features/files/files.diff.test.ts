import assert from 'node:assert/strict';
import { performance } from 'node:perf_hooks';
import { after, before, beforeEach, describe, it } from 'node:test';
import { applyPatch } from 'diff';
import { query } from '../../../test/harness/database.ts';
import { readProblem } from '../../../test/harness/problem.ts';
import { newProject, type Person, signUp, startTestServer, type TestServer } from '../../../test/harness/test-server.ts';
import { deleteFile, getChange, moveFile, saveFile } from './contract.ts';
import { lineChanges } from './line-changes.ts';
import { mergeText } from './merge-text.ts';
import { diffText } from './server/diff.ts';
import { type Asker, type Edit, versionOf } from './server/files.ts';

const diff = (before: string | null, after: string | null) =>
  diffText(before === null ? null : Buffer.from(before), after === null ? null : Buffer.from(after));

/** Pseudorandom numbers, the same in each test run. */
function createDice(seed: number) {
  return (sides: number) => {
    seed = (seed + 0x6d2b79f5) | 0;
    let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % sides;
  };
}

/** Short texts with repeated lines, with both kinds of line endings, with and without one at the end. */
function createTexts(roll: (sides: number) => number) {
  const line = () => 'abcd'.charAt(roll(4)) + (roll(3) ? '\n' : '\r\n');
  const make = () => {
    const text = Array.from({ length: roll(12) }, line).join('');
    return roll(3) ? text : text.replace(/\r?\n$/, '');
  };
  const change = (text: string) => {
    const lines = text.split(/(?<=\n)/);
    for (let edits = roll(4); edits > 0; edits--) lines.splice(roll(lines.length + 1), roll(2), ...(roll(2) ? [`${roll(9)}\n`] : []));
    return lines.join('');
  };
  return { make, change };
}

describe('a diff', () => {
  it('shows what changed with three lines around it', () => {
    const before = Array.from({ length: 20 }, (_, index) => `${index + 1}\n`).join('');
    const after = before.replace('2\n', 'two\n').replace('17\n', '');
    const hunks = [
      '@@ -1,5 +1,5 @@',
      ' 1',
      '-2',
      '+two',
      ' 3',
      ' 4',
      ' 5',
      '@@ -14,7 +14,6 @@',
      ' 14',
      ' 15',
      ' 16',
      '-17',
      ' 18',
      ' 19',
      ' 20',
      '',
    ];
    assert.deepEqual(diff(before, after), { diff: hunks.join('\n'), added: 1, removed: 2 });
  });

  it('tells a created, an emptied and an empty file apart', () => {
    assert.deepEqual(diff(null, 'a\n'), { diff: '@@ -0,0 +1,1 @@\n+a\n', added: 1, removed: 0 });
    assert.deepEqual(diff('a\n', ''), { diff: '@@ -1,1 +0,0 @@\n-a\n', added: 0, removed: 1 });
    assert.deepEqual(diff(null, ''), { diff: '', added: 0, removed: 0 });
  });

  it('shows changed line endings, and a missing one', () => {
    assert.deepEqual(diff('a\n', 'a\r\n'), { diff: '@@ -1,1 +1,1 @@\n-a\n+a\r\n', added: 1, removed: 1 });
    assert.deepEqual(diff('a', 'a\n'), { diff: '@@ -1,1 +1,1 @@\n-a\n\\ No newline at end of file\n+a\n', added: 1, removed: 1 });
  });

  it('is a patch that other tools can apply', () => {
    const roll = createDice(4);
    const texts = createTexts(roll);
    for (let round = 0; round < 2000; round++) {
      const before = texts.make();
      const after = roll(2) ? texts.make() : texts.change(before);
      const found = diff(before, after);
      assert.ok('diff' in found);
      const patched = applyPatch(before, `--- a\n+++ b\n${found.diff}`, { autoConvertLineEndings: false });
      assert.equal(found.diff === '' ? before : patched, after);
    }
  });

  it('omits files that are not text or are too large', () => {
    assert.deepEqual(diff('a', 'a\0'), { reason: 'binary' });
    assert.deepEqual(diffText(Buffer.from([0xff]), null), { reason: 'binary' });
    assert.deepEqual(diff('', 'a'.repeat(1_000_001)), { reason: 'too_large' });
  });

  it('is coarse rather than late', () => {
    const lines = (salt: number) => Array.from({ length: 3000 }, (_, index) => `${index * 7919 + salt}\n`);
    const [before, after] = [
      ['same\n', ...lines(1), 'end\n'],
      ['same\n', ...lines(2), 'end\n'],
    ];
    assert.deepEqual(lineChanges(before, after, -1), [{ before: { start: 1, end: 3001 }, after: { start: 1, end: 3001 } }]);
  });
});

describe('a merge', () => {
  it('with an unchanged side is the other side', () => {
    const texts = createTexts(createDice(9));
    for (let round = 0; round < 2000; round++) {
      const base = texts.make();
      const [ours, theirs] = [texts.change(base), texts.change(base)];
      assert.deepEqual(mergeText(base, ours, base), { text: ours });
      assert.deepEqual(mergeText(base, base, theirs), { text: theirs });
      assert.deepEqual(mergeText(base, ours, ours), { text: ours });
      const [one, other] = [mergeText(base, ours, theirs), mergeText(base, theirs, ours)];
      assert.deepEqual('text' in one && one.text, 'text' in other && other.text);
    }
  });

  it('names the conflicting lines by their current position', () => {
    const base = 'a\nb\nc\nd\ne\n';
    assert.deepEqual(mergeText(base, 'new\na\nb\nX\nd\ne\n', 'a\nb\nY\nd\nE\n'), {
      clashes: [{ line: 4, base: 'c\n', ours: 'X\n', theirs: 'Y\n' }],
    });
  });
});

describe('GET /api/changes/:changeId', () => {
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

  const save = async (path: string, body: string, version?: string) => {
    const headers: Record<string, string> = version ? { 'if-match': `"${version}"` } : { 'if-none-match': '*' };
    return (await person.call(saveFile, { params: { projectId }, query: { path }, body }, { headers })).body;
  };
  const show = async (changeId = '', query: { path?: string; from?: number } = {}) =>
    (await person.call(getChange, { params: { changeId }, query })).body;
  const asker = (): Asker => ({ kind: 'run', id: projectId, signal: AbortSignal.timeout(60_000) });

  it('shows what a change did to each file', async () => {
    const first = await save('a', 'one\n');
    const second = await save('a', 'two\n', first.file.version);
    const { change, files, more, projectId: of } = await show(second.change?.id);
    assert.deepEqual([change, of, more], [second.change, projectId, false]);
    const versions = { before: first.file.version, after: second.file.version };
    assert.deepEqual(files, [{ path: 'a', kind: 'changed', ...versions, diff: '@@ -1,1 +1,1 @@\n-one\n+two\n', added: 1, removed: 1 }]);
  });

  it('shows what was created, deleted and moved', async () => {
    const created = await save('a', 'one\n');
    assert.deepEqual(
      (await show(created.change?.id)).files.map(({ kind, before }) => [kind, before]),
      [['created', null]],
    );
    const moved = (await person.call(moveFile, { params: { projectId }, body: { from: 'a', to: 'b' } })).body.change;
    assert.deepEqual(
      (await show(moved?.id)).files.map(({ path, kind }) => [path, kind]),
      [
        ['a', 'deleted'],
        ['b', 'created'],
      ],
    );
    const deleted = (await person.call(deleteFile, { params: { projectId }, query: { path: 'b' } })).body.change;
    assert.deepEqual(
      (await show(deleted?.id)).files.map(({ kind, diff }) => [kind, diff]),
      [['deleted', '@@ -1,1 +0,0 @@\n-one\n']],
    );
  });

  it('says why it shows no lines, and is limited', async () => {
    const files = testServer.features.files;
    const edits: Edit[] = Array.from({ length: 101 }, (_, index) => ({
      path: `${index}`.padStart(3, '0'),
      base: null,
      content: index === 0 ? Buffer.from([0]) : Buffer.from(index < 5 ? `${index}`.repeat(400_000) : `${index}\n`),
    }));
    const change = await testServer.features.db.transaction((tx) =>
      files.apply(tx, { projectId, by: { userId: person.id, runId: null }, edits }),
    );
    const shown = await show(change?.id);
    assert.deepEqual([shown.files.length, shown.more], [100, true]);
    assert.deepEqual(
      shown.files.slice(0, 6).map(({ reason }) => reason),
      ['binary', undefined, undefined, 'too_large', 'too_large', undefined],
    );
  });

  /** Lines that all differ from those of another salt: 0.6 MB. */
  const lines = (salt: number) => Buffer.from(Array.from({ length: 60_000 }, (_, index) => `${index * 7919 + salt}\n`).join(''));
  async function applyEdits(edits: Edit[]): Promise<string> {
    const files = testServer.features.files;
    const change = await testServer.features.db.transaction((tx) =>
      files.apply(tx, { projectId, by: { userId: person.id, runId: null }, edits }),
    );
    return change?.id ?? '';
  }
  /** A finished comparison stays cached. */
  let rewritten = 0;
  /** @returns the id of a change of this many large files, in which each line differs */
  async function rewrite(count: number): Promise<string> {
    const salt = 1000 * ++rewritten;
    const paths = Array.from({ length: count }, (_, index) => `large-${index}.txt`);
    await applyEdits(paths.map((path, index) => ({ path, base: null, content: lines(salt + index) })));
    return applyEdits(paths.map((path, index) => ({ path, base: versionOf(lines(salt + index)), content: lines(salt + index + 100) })));
  }

  it('shows a file alone that is too large among others, and the files after the first page', async () => {
    const large = await rewrite(2);
    const among = (await show(large)).files.map(({ path, reason }) => [path, reason]);
    assert.deepEqual(among.at(-1), ['large-1.txt', 'too_large']);
    const [alone, ...others] = (await show(large, { path: 'large-1.txt' })).files;
    assert.deepEqual([others, alone?.added, alone?.removed], [[], 60_000, 60_000]);
    assert.deepEqual((await show(large, { path: 'elsewhere' })).files, []);
    const many = await applyEdits(
      Array.from({ length: 103 }, (_, n) => ({ path: `${n + 100}`, base: null, content: Buffer.from(`${n}\n`) })),
    );
    const next = await show(many, { from: 100 });
    assert.deepEqual(
      next.files.map(({ path, diff: text }) => [path, text]),
      ['200', '201', '202'].map((path, n) => [path, `@@ -0,0 +1,1 @@\n+${n + 100}\n`]),
    );
    assert.equal(next.more, false);
  });

  it('is computed off the thread that serves people', async (t) => {
    const large = await rewrite(4);
    const begun = performance.now();
    diffText(lines(0), lines(100));
    const own = performance.now() - begun;
    const before = performance.eventLoopUtilization();
    await show(large);
    const { utilization } = performance.eventLoopUtilization(before);
    t.diagnostic(
      `one of four takes ${Math.round(own)} ms on this thread, which was busy for ${Math.round(utilization * 100)} % of the time`,
    );
    assert.ok(utilization < 0.6, `this thread was busy for ${Math.round(utilization * 100)} % of the time`);
  });

  it('is computed one at a time per person: a few more wait, and the rest are rejected', async () => {
    const large = await rewrite(3);
    const answers = await Promise.all(Array.from({ length: 40 }, () => person.browser.fetch(`/api/changes/${large}`)));
    const refused = answers.filter(({ status }) => status === 429);
    assert.ok(refused.length > 0 && refused.length < 40, `${refused.length} of 40 were refused`);
    const problem = await readProblem(refused[0] as Response, 'one more', 429);
    assert.equal(problem.code, 'too_many_at_once');
    assert.ok(Number(refused[0]?.headers.get('retry-after')) > 0);
    for (const answer of answers) if (answer.status !== 429) assert.equal(answer.status, 200);
    assert.equal((await show(large)).files.length, 3);
  });

  it('abandons diffs whose readers have left', async () => {
    const large = await rewrite(3);
    const leave = new AbortController();
    const left = Array.from({ length: 15 }, () => person.browser.fetch(`/api/changes/${large}`, { signal: leave.signal }));
    leave.abort();
    await Promise.allSettled(left);
    assert.equal((await show(large)).files.length, 3);
  });

  it('shows how a run’s files differ from before the run', async () => {
    const files = testServer.features.files;
    const runId = '01998c00-0000-7000-8000-000000000001';
    const insert = `insert into runs (id, project_id, status, level, model, title) values ($1, $2, 'done', 'supervised', 'practice', 'x')`;
    await query(testServer.databaseUrl, insert, [runId, projectId]);
    const apply = async (by: string | null, ...edits: [path: string, text: string | null][]) => {
      const current = new Map((await files.list(projectId)).entries.map(({ path, version }) => [path, version]));
      const written = edits.map(([path, text]) => ({
        path,
        base: current.get(path) ?? null,
        content: text === null ? null : Buffer.from(text),
      }));
      await testServer.features.db.transaction((tx) =>
        files.apply(tx, { projectId, by: { userId: person.id, runId: by }, edits: written }),
      );
    };
    await apply(null, ['src/a', 'one\n'], ['b', 'x\n'], ['other', 'x\n']);
    await apply(runId, ['src/a', 'two\n'], ['b', 'y\n'], ['temporary', 'x\n']);
    await apply(runId, ['src/a', 'three\n'], ['b', 'x\n'], ['temporary', null]);
    await apply(null, ['other', 'z\n']);
    const { files: shown } = await files.diffOfRun(asker(), projectId, runId);
    assert.deepEqual(
      shown.map(({ path, diff: text }) => [path, text]),
      [['src/a', '@@ -1,1 +1,1 @@\n-one\n+three\n']],
    );
    assert.equal((await files.diffOfRun(asker(), projectId, runId, 'src')).files.length, 1);
    assert.equal((await files.diffOfRun(asker(), projectId, runId, 'b')).files.length, 0);
  });
});
