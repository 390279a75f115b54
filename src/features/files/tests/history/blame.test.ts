import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { query } from '../../../../../test/harness/database.ts';
import { type BlameLine, blameFile, MAX_BLAME_LINES } from '../../history-contract.ts';
import { traceLines } from '../../server/history/blame-lines.ts';
import { params, person, read, save, testServer } from '../setup.ts';
import { editByRun, importZip, move, newRun, remove, restore, undo, write } from './setup.ts';

const blame = async (path: string, at?: number) => (await person.call(blameFile, { params, query: { path, at } })).body;
/** The numbers of the changes, line by line. */
const numbers = async (path: string, at?: number) => (await blame(path, at)).lines.map(({ number }: BlameLine) => number);
const changeId = async (number: number) => {
  const [row] = await query<{ id: string }>(testServer.databaseUrl, 'select id from changes where project_id = $1 and number = $2', [
    params.projectId,
    number,
  ]);
  return row?.id ?? '';
};

describe('blame', () => {
  it('names the change behind each line, and the person or run', async () => {
    await write('a', 'one\ntwo\nthree\n');
    const run = await newRun();
    await editByRun(run, { a: 'one\nTWO\nthree\nfour\n' });
    await write('a', 'zero\none\nTWO\nthree\nfour');
    const { lines, complete } = await blame('a');
    assert.deepEqual(
      lines.map(({ line, number, run, by }) => [line, number, run, by.kind, by.name]),
      [
        [1, 3, null, 'person', 'Ada Lovelace'],
        [2, 1, null, 'person', 'Ada Lovelace'],
        [3, 2, run, 'run', 'Ada Lovelace'],
        [4, 1, null, 'person', 'Ada Lovelace'],
        [5, 3, null, 'person', 'Ada Lovelace'],
      ],
    );
    assert.equal(complete, true);
    assert.equal(lines[1]?.change, await changeId(1));
    assert.deepEqual(await numbers('a', 2), [1, 2, 1, 2]);
    assert.deepEqual(await numbers('a', 1), [1, 1, 1]);
  });

  it('follows moved files and folders', async () => {
    await write('src/a', 'one\ntwo\n');
    await write('src/b', 'one\ntwo\n');
    await write('src/a', 'one\nTWO\n');
    await move('src', 'lib');
    await write('lib/a', 'one\nTWO\nthree\n');
    await move('lib/a', 'a');
    assert.deepEqual(await numbers('a'), [1, 3, 5]);
    assert.deepEqual(await numbers('lib/b'), [2, 2]);
  });

  it('follows a file that an agent or an import put elsewhere, if the old one disappears with it', async () => {
    await write('old', 'one\ntwo\n');
    const { files, db } = testServer.features;
    const version = (await files.versions(params.projectId, ['old'])).get('old') ?? '';
    const edits = [
      { path: 'old', base: version, content: null },
      { path: 'new', base: null, content: { version } },
    ];
    await db.transaction((tx) => files.apply(tx, { projectId: params.projectId, by: { userId: person.id, runId: null }, edits }));
    assert.deepEqual(await numbers('new'), [1, 1]);
    await importZip([{ name: 'copy', content: 'one\ntwo\n' }]);
    assert.deepEqual(await numbers('copy'), [3, 3], 'a copy is new');
  });

  it('gives lines that an undo or a restore brought back to who wrote them', async () => {
    await write('a', 'one\ntwo\n');
    await write('a', 'one\nTWO\n');
    const removed = await remove('a');
    await undo(await changeId(removed));
    assert.deepEqual(await numbers('a'), [1, 2]);
    await write('a', 'something else\n');
    await restore(1, 'a');
    assert.deepEqual(await numbers('a'), [1, 1]);
    const moved = await move('a', 'b');
    await undo(await changeId(moved));
    assert.deepEqual(await numbers('a'), [1, 1]);
    await write('a', 'one\ntwo\nthree\n');
    assert.deepEqual(await numbers('a'), [1, 1, 9]);
  });

  it('gives lines of an undo that merged to the undo', async () => {
    await write('a', 'one\ntwo\nthree\nfour\nfive\n');
    await write('a', 'ONE\ntwo\nthree\nfour\nfive\n');
    await write('a', 'ONE\ntwo\nthree\nfour\nFIVE\n');
    await undo(await changeId(2));
    assert.equal(await read('a'), 'one\ntwo\nthree\nfour\nFIVE\n');
    assert.deepEqual(await numbers('a'), [4, 1, 1, 1, 3]);
  });

  it('begins anew with a file that was deleted and created again', async () => {
    await write('a', 'one\n');
    await remove('a');
    await write('a', 'one\n');
    assert.deepEqual(await numbers('a'), [3]);
  });

  it('reads hundreds of versions', async () => {
    const lines: string[] = [];
    for (let number = 1; number <= 240; number++) {
      lines.push(`line ${number}`);
      await editByRun(await run(), { a: `${lines.join('\n')}\n` });
    }
    const found = await blame('a');
    assert.deepEqual(
      found.lines.map(({ number }) => number),
      lines.map((_, index) => index + 1),
    );
    assert.equal(found.complete, true);
  });

  it('says where it stopped for lack of time', async () => {
    // Each comparison takes as long as one may, and the first line is the same throughout.
    const shuffled = (seed: number) => Array.from({ length: 15_000 }, (_, line) => `${(line * (2 * seed + 7919)) % 15_013}`).join('\n');
    for (let seed = 1; seed <= 60; seed++) await editByRun(await run(), { a: `first\n${shuffled(seed)}\n` });
    const { lines, complete } = await blame('a');
    assert.equal(complete, false);
    assert.ok((lines[0]?.number ?? 0) > 1, `line 1 is of change ${lines[0]?.number}`);
    assert.equal(lines.at(-1)?.number, 60);
  });

  it('refuses what is not text, and what is too long, in a sentence', async () => {
    await write('bytes', Buffer.from([0, 1, 2]));
    await assert.rejects(blame('bytes'), { status: 422, code: 'binary_file', message: /bytes is not a text file/ });
    await write('long', 'x\n'.repeat(MAX_BLAME_LINES + 1));
    await assert.rejects(blame('long'), { status: 422, code: 'too_large', message: /at most 1 MB and 20,000 lines/ });
    await write('large', 'x'.repeat(1_000_001));
    await assert.rejects(blame('large'), { status: 422, code: 'too_large' });
    await assert.rejects(blame('nothing'), { status: 404 });
    await remove('long');
    await assert.rejects(blame('long'), { status: 404 });
  });

  it('stops at a version that is too large to compare, and starts at one that is no text', async () => {
    await write('a', Buffer.from([0, 10, 0, 10]));
    await write('a', 'one\n');
    assert.deepEqual([await numbers('a'), (await blame('a')).complete], [[2], true]);
    await write('a', 'x\n'.repeat(600_000));
    await write('a', 'x\n');
    assert.deepEqual([await numbers('a'), (await blame('a')).complete], [[4], false]);
  });

  it('has nothing to say about an empty file', async () => {
    await save('a', '', { 'if-none-match': '*' });
    assert.deepEqual(await blame('a'), { version: (await blame('a')).version, lines: [], complete: true });
  });

  let runId: string | undefined;
  let runProject: string | undefined;
  async function run(): Promise<string> {
    if (runProject !== params.projectId) runId = undefined;
    runProject = params.projectId;
    runId ??= await newRun();
    return runId;
  }
});

describe('tracing lines back', () => {
  const trace = (...texts: (string | undefined)[]) => {
    const { found, open, last } = traceLines(texts, null);
    const lines = new Map<number, number>();
    for (let at = 0; at < found.length; at += 2) lines.set(found[at] ?? -1, found[at + 1] ?? -1);
    for (const line of open) if (line >= 0) lines.set(line, last);
    return [...lines].sort(([a], [b]) => a - b).map(([, text]) => text);
  };

  it('finds the first text that has each line', () => {
    assert.deepEqual(trace('a\nb\nc\n', 'a\nc\n', 'c\n'), [1, 0, 2]);
    assert.deepEqual(trace('a\nb\n', 'b\na\n', 'a\n'), [2, 0]);
    assert.deepEqual(trace('a\na\n', 'a\n'), [1, 0]);
    assert.deepEqual(trace('a', 'a\n'), [0]);
    assert.deepEqual(trace('a\n', 'b\n', 'a\n'), [0]);
    assert.deepEqual(trace('a\n', undefined, 'a\n'), [0]);
    assert.deepEqual(trace(''), []);
  });

  it('goes on where it stopped', () => {
    const texts = ['a\nb\nc\nd\n', 'a\nb\nc\n', 'b\nc\n', 'c\n'];
    const whole = traceLines(texts, null);
    const first = traceLines(texts.slice(0, 3), null);
    const rest = traceLines(texts.slice(2), first.open);
    assert.deepEqual([...first.found, ...[...rest.found].map((value, at) => (at % 2 === 0 ? value : value + 2))], [...whole.found]);
    assert.deepEqual(rest.open, whole.open);
  });
});
