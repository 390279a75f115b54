import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, beforeEach, describe, it } from 'node:test';
import { ProblemError } from '#wire/call.ts';
import { query } from '../../../test/harness/database.ts';
import { newProject, type Person, signUp, startTestServer, type TestServer } from '../../../test/harness/test-server.ts';
import { type Change, deleteFile, moveFile, revertChange, saveFile, undoConflict } from './contract.ts';
import { listChanges } from './history-contract.ts';
import type { Asker, Files } from './server/files.ts';

const base = 'one\ntwo\nthree\nfour\nfive\n';

describe('undo', () => {
  let testServer: TestServer;
  let person: Person;
  let files: Files;
  let projectId: string;
  before(async () => {
    testServer = await startTestServer();
    person = await signUp(testServer);
    files = testServer.features.files;
  });
  beforeEach(async () => {
    projectId = (await newProject(person)).id;
  });
  after(() => testServer.close());

  const versions = async () =>
    new Map((await files.list(projectId)).entries.flatMap(({ path, version }) => (version === null ? [] : [[path, version]])));
  /** Writes files, or deletes them (null), for a run or not. */
  async function write(edits: Record<string, string | null>, runId: string | null = null): Promise<Change> {
    const current = await versions();
    const written = Object.entries(edits).map(([path, text]) => ({
      path,
      base: current.get(path) ?? null,
      content: text === null ? null : Buffer.from(text),
    }));
    const change = await testServer.features.db.transaction((tx) =>
      files.apply(tx, { projectId, by: { userId: person.id, runId }, edits: written }),
    );
    assert.ok(change);
    return change;
  }
  const tree = async () => {
    const { files: read } = await files.readAll(projectId, { maxFiles: 100, maxBytes: 1e7 });
    return Object.fromEntries(read.map(({ path, content }) => [path, content.toString()]));
  };
  const changes = async () => (await person.call(listChanges, { params: { projectId } })).body.changes;
  const undo = async (change: { id: string } | null) =>
    (await person.call(revertChange, { params: { changeId: change?.id ?? '' } })).body.change;
  const asker = (): Asker => ({ kind: 'person', id: person.id, signal: AbortSignal.timeout(60_000) });
  const undoRun = (runId: string) => files.undo(asker(), { projectId, runId, by: { userId: person.id, runId: null } });
  async function newRun(): Promise<string> {
    const runId = randomUUID();
    const insert = `insert into runs (id, project_id, status, level, model, title) values ($1, $2, 'done', 'supervised', 'practice', 'x')`;
    await query(testServer.databaseUrl, insert, [runId, projectId]);
    return runId;
  }
  async function conflictsOf(attempt: Promise<unknown>) {
    const error = await attempt.then(
      () => assert.fail('it was undone'),
      (refusal: { code: string; status: number; members?: Record<string, unknown> }) => refusal,
    );
    assert.deepEqual([error.status, error.code], [409, 'changed_since']);
    const members = error instanceof ProblemError ? error.problem : error.members;
    return undoConflict.array().parse(members?.['conflicts']);
  }

  describe('POST /api/changes/:changeId/revert', () => {
    it('undoes a change with another, which can be undone in turn', async () => {
      await write({ a: 'one\n', b: 'one\n' });
      const change = await write({ a: 'two\n', b: null, c: 'new\n' });
      const undone = await undo(change);
      assert.deepEqual([undone.kind, undone.number, undone.paths], ['revert', 3, ['a', 'b', 'c']]);
      assert.deepEqual(await tree(), { a: 'one\n', b: 'one\n' });
      assert.deepEqual(
        (await changes()).map(({ undone: is }) => is),
        [false, true, false],
      );

      const redone = await undo(undone);
      assert.deepEqual(await tree(), { a: 'two\n', c: 'new\n' });
      assert.deepEqual(
        (await changes()).map(({ undone: is }) => is),
        [false, true, false, false],
      );
      assert.equal((await undo(change)).number, 5);
      assert.deepEqual(await tree(), { a: 'one\n', b: 'one\n' });
      await assert.rejects(undo(change), { status: 409, code: 'nothing_to_undo' });
      assert.equal((await changes())[0]?.number, 5, `undoing ${redone.number} again left no trace`);
    });

    it('restores a deleted or moved folder', async () => {
      await write({ 'src/a': '1', 'src/deep/b': '2' });
      await undo((await person.call(deleteFile, { params: { projectId }, query: { path: 'src' } })).body.change);
      assert.deepEqual(await tree(), { 'src/a': '1', 'src/deep/b': '2' });
      await undo((await person.call(moveFile, { params: { projectId }, body: { from: 'src', to: 'lib' } })).body.change);
      assert.deepEqual(await tree(), { 'src/a': '1', 'src/deep/b': '2' });
    });

    it('keeps later changes by others, in other lines and other files', async () => {
      await write({ a: base });
      const change = await write({ a: base.replace('two', 'TWO'), b: 'b\n' });
      await write({ a: base.replace('two', 'TWO').replace('five', 'FIVE'), c: 'c\n' });
      await undo(change);
      assert.deepEqual(await tree(), { a: base.replace('five', 'FIVE'), c: 'c\n' });
    });

    it('merges again if the same file is saved meanwhile, and loses nothing', async () => {
      const text = (marks: Record<number, string>) => Array.from({ length: 20_000 }, (_, line) => `${marks[line] ?? line}\n`).join('');
      await write({ a: text({}) });
      const change = await write({ a: text({ 10: 'of the change' }) });
      await write({ a: text({ 10: 'of the change', 5000: 'of others' }) });
      const undone = undo(change);
      let marks: Record<number, string> = { 10: 'of the change', 5000: 'of others' };
      for (let save = 1; save <= 3; save++) {
        marks = { ...marks, [5000 + 100 * save]: `save ${save}` };
        // Once the undo has committed, its line is back to the original.
        const taken = await write({ a: text(marks) }).catch(() => undefined);
        if (!taken) break;
      }
      const { kind } = await undone;
      assert.equal(kind, 'revert');
      const { 10: _, ...others } = marks;
      const found = (await tree())['a']?.split('\n') ?? [];
      assert.equal(found[5000], others[5000]);
      const last = await changes();
      if (last[0]?.kind === 'revert') assert.equal(found[10], '10');
    });

    it('changes nothing if it cannot merge, and shows the conflicts', async () => {
      await write({ a: base, gone: 'x\n', binary: 'a\0' });
      const change = await write({ a: base.replace('two', 'TWO'), gone: null, made: 'x\n', binary: 'b\0', fine: 'x\n' });
      await write({ a: `zero\n${base.replace('two', 'zwei')}`, gone: 'another\n', made: 'edited\n', binary: 'c\0' });
      const before = await tree();
      const conflicts = await conflictsOf(undo(change));
      assert.deepEqual(
        conflicts.map(({ path, reason, by }) => [path, reason, by?.userId]),
        [
          ['a', 'overlaps', person.id],
          ['binary', 'binary', person.id],
          ['gone', 'recreated', person.id],
          ['made', 'edited', person.id],
        ],
      );
      assert.deepEqual(conflicts[0]?.hunks, [{ line: 3, current: 'zwei\n', written: 'TWO\n', before: 'two\n' }]);
      assert.deepEqual(await tree(), before);
      assert.equal((await changes()).length, 3);
    });

    it('never replaces a folder with a file', async () => {
      await write({ a: '1' });
      const change = await write({ a: null });
      await write({ 'a/b': '2' });
      assert.deepEqual(
        (await conflictsOf(undo(change))).map(({ path, reason }) => [path, reason]),
        [['a', 'in_the_way']],
      );
      assert.deepEqual(await tree(), { 'a/b': '2' });
    });

    it('says so if what it would restore already exists', async () => {
      await write({ a: 'one\n' });
      const change = await write({ a: 'two\n' });
      await write({ a: 'one\n' });
      await assert.rejects(undo(change), { status: 409, code: 'nothing_to_undo' });
    });

    it('accepts one of two concurrent undos', async () => {
      await write({ a: 'one\n' });
      const change = await write({ a: 'two\n' });
      const attempts = await Promise.allSettled(Array.from({ length: 8 }, () => undo(change)));
      assert.equal(attempts.filter(({ status }) => status === 'fulfilled').length, 1);
      for (const attempt of attempts) if (attempt.status === 'rejected') assert.equal(attempt.reason.code, 'nothing_to_undo');
      assert.deepEqual(await tree(), { a: 'one\n' });
    });

    it('and a concurrent save leave both or one of them, never half', async () => {
      await write({ a: base });
      const change = await write({ a: base.replace('two', 'TWO') });
      const version = (await versions()).get('a') ?? '';
      const save = person.call(
        saveFile,
        { params: { projectId }, query: { path: 'a' }, body: base.replace('two', 'TWO').replace('five', 'FIVE') },
        { headers: { 'if-match': `"${version}"` } },
      );
      const [saved] = await Promise.allSettled([save, undo(change)]);
      assert.deepEqual(await tree(), { a: saved.status === 'fulfilled' ? base.replace('five', 'FIVE') : base });
    });
  });

  describe('of a run', () => {
    it('undoes all its changes as one, and keeps people’s edits in between', async () => {
      const run = await newRun();
      await write({ a: base, b: 'b\n', 'old/name': 'same\n' });
      await write({ a: base.replace('one', '1'), draft: 'draft\n' }, run);
      await write({ a: base.replace('one', '1').replace('three', 'drei'), notes: 'mine\n' });
      await write({ a: base.replace('one', '1').replace('three', 'drei').replace('five', '5'), draft: null, b: null }, run);
      await write({ 'old/name': null, 'new/name': 'same\n' }, run);
      const change = await undoRun(run);
      assert.deepEqual(await tree(), { a: base.replace('three', 'drei'), b: 'b\n', notes: 'mine\n', 'old/name': 'same\n' });
      assert.deepEqual([change.kind, change.paths, change.by.kind], ['revert', ['a', 'b', 'new/name', 'old/name'], 'person']);
      await assert.rejects(undoRun(run), { status: 409, code: 'nothing_to_undo' });
      await undo(change);
      assert.deepEqual(await undoRun(run).then(({ paths }) => paths), ['a', 'b', 'new/name', 'old/name']);
    });

    it('skips changes that were already undone, whatever followed', async () => {
      const run = await newRun();
      await write({ a: base });
      const first = await write({ a: base.replace('two', 'TWO') }, run);
      await write({ b: 'b\n' }, run);
      await undo(first);
      await write({ a: base.replace('two', 'zwei') });
      await undoRun(run);
      assert.deepEqual(await tree(), { a: base.replace('two', 'zwei') });
    });

    it('changes nothing if one file cannot be merged', async () => {
      const run = await newRun();
      await write({ a: 'a\n', b: 'b\n' }, run);
      await write({ a: 'edited\n' });
      assert.deepEqual(
        (await conflictsOf(undoRun(run))).map(({ path, reason }) => [path, reason]),
        [['a', 'edited']],
      );
      assert.deepEqual(await tree(), { a: 'edited\n', b: 'b\n' });
    });

    it('has nothing to do if the run changed nothing', async () => {
      await assert.rejects(undoRun(await newRun()), { status: 409, code: 'nothing_to_undo' });
    });

    it('leaves a file that is too large to merge unchanged, and says so', async () => {
      const run = await newRun();
      const large = (word: string) => `${word}\n${'x'.repeat(1_000_000)}\n`;
      await write({ a: large('one') });
      await write({ a: large('two') }, run);
      await write({ a: `${large('two')}end\n` });
      assert.deepEqual(
        (await conflictsOf(undoRun(run))).map(({ reason }) => reason),
        ['too_large'],
      );
    });

    it('of thousands of files is also one change', async () => {
      const run = await newRun();
      const edits = Object.fromEntries(Array.from({ length: 3000 }, (_, index) => [`${index % 40}/${index}`, `${index}`]));
      await write(edits, run);
      assert.equal((await undoRun(run)).pathCount, 3000);
      assert.deepEqual(await tree(), {});
    });
  });
});
