import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it, mock } from 'node:test';
import { createSync } from '../client/live/sync.ts';
import { isOutdated, readTouched, type Touched } from '../client/live/touched.ts';
import type { Author, Change } from '../contract.ts';

const by: Author = { kind: 'person', userId: null, name: 'Mara', runId: null };
const changeOf = (number: number, paths = [`file-${number}.md`], more: Partial<Change> = {}): Change => ({
  id: `change-${number}`,
  number,
  kind: 'write',
  paths,
  pathCount: paths.length,
  undone: false,
  by,
  run: null,
  at: '2026-01-01T00:00:00Z',
  ...more,
});

describe('the sync of a project’s changes', () => {
  let changes: Change[];
  let listed: number[];
  let applied: Touched[];
  let fails: boolean;
  beforeEach(() => {
    mock.timers.enable({ apis: ['setTimeout', 'Date'], now: 1_000_000 });
    changes = [changeOf(1)];
    listed = [];
    applied = [];
    fails = false;
  });
  afterEach(() => mock.timers.reset());

  const settle = () => new Promise((resolve) => setImmediate(resolve));
  async function pass(ms: number): Promise<void> {
    mock.timers.tick(ms);
    await settle();
    await settle();
  }
  const start = () =>
    createSync({
      async list(limit) {
        listed.push(limit);
        if (fails) throw new Error('unreachable');
        return { changes: changes.slice(0, limit) };
      },
      apply: (touched) => applied.push(touched),
    });
  const add = (count: number) => {
    for (let each = 0; each < count; each++) changes.unshift(changeOf(changes.length + 1));
  };
  const paths = (touched: Touched | undefined) => [...(touched?.paths.keys() ?? [])];

  it('lists what changed since the last known change, and nothing for what is known', async () => {
    const sync = start();
    sync.request();
    await pass(0);
    add(2);
    sync.hear(3);
    await pass(250);
    assert.deepEqual(paths(applied.at(-1)), ['file-3.md', 'file-2.md']);
    assert.deepEqual(listed, [20, 2]);
    sync.hear(2);
    sync.hear(3);
    await pass(5000);
    assert.equal(listed.length, 2);
  });

  it('treats everything as touched after more changes than fit into a listing', async () => {
    const sync = start();
    sync.request();
    await pass(0);
    add(150);
    sync.hear(151);
    await pass(250);
    assert.equal(applied.at(-1)?.all, true);
    assert.equal(applied.at(-1)?.number, 151);
  });

  it('lists again if a poll finds more than it asked for', async () => {
    const sync = start();
    sync.request();
    await pass(0);
    add(5);
    sync.request();
    await pass(250);
    assert.deepEqual(listed, [20, 1, 100]);
    assert.deepEqual([applied.at(-1)?.all, paths(applied.at(-1)).length], [false, 5]);
  });

  it('hears what happens while it lists, and makes up for a failure', async () => {
    const sync = start();
    sync.request();
    await pass(0);
    fails = true;
    add(1);
    sync.hear(2);
    await pass(250);
    assert.equal(applied.length, 1);
    fails = false;
    sync.request();
    await pass(5000);
    assert.deepEqual(paths(applied.at(-1)), ['file-2.md']);
    sync.close();
    sync.hear(9);
    await pass(5000);
    assert.equal(listed.length, 3);
  });

  it('asks less often while an agent changes files all the time', async () => {
    const sync = start();
    for (let second = 0; second < 300; second++) {
      add(1);
      sync.hear(changes.length);
      await pass(100);
    }
    assert.ok(listed.length >= 10 && listed.length < 25, `${listed.length} listings in 30 s`);
  });
});

describe('what changes touched', () => {
  const touched = readTouched([changeOf(7, ['src/a/x.ts', 'old.md'], { run: 'r1' }), changeOf(6, ['src/a/x.ts'])], true);
  const isTouched = (kind: string, subject?: string) => isOutdated(touched, ['files', 'p', kind, subject]);

  it('is the listing of its folder, the histories, and the runs', () => {
    assert.equal(touched.paths.get('src/a/x.ts')?.number, 7);
    for (const folder of ['', 'src/a']) assert.ok(isTouched('folder', folder), folder);
    for (const folder of ['src', 'src/b', 'src/a/x', 'docs']) assert.ok(!isTouched('folder', folder), folder);
    assert.ok(isTouched('history', 'old.md') && isTouched('history', undefined) && !isTouched('history', 'old'));
    assert.ok(isTouched('run-changes', 'r1') && !isTouched('run-changes', 'r2'));
    assert.ok(isTouched('tree'));
  });

  it('is the listing of each folder above if files came or went', () => {
    const created = readTouched([changeOf(8), changeOf(7, ['src/a/x.ts'], { kind: 'create' })], true);
    for (const folder of ['', 'src', 'src/a']) assert.ok(isOutdated(created, ['files', 'p', 'folder', folder]), folder);
    assert.ok(!isOutdated(created, ['files', 'p', 'folder', 'docs']));
  });

  it('says what appeared: new files, where files were moved to, and what an agent has touched', () => {
    const agent: Author = { ...by, kind: 'run' };
    const changes = [
      changeOf(5, ['gone.md'], { kind: 'delete', by: agent }),
      changeOf(4, ['a.md', 'b.md'], { kind: 'batch', by: agent }),
      changeOf(3, ['c.md'], { kind: 'batch' }),
      changeOf(2, ['old/d.md', 'new/d.md'], { kind: 'move' }),
      changeOf(1, ['e.md'], { kind: 'create' }),
    ];
    assert.deepEqual([...readTouched(changes, true).appeared], ['a.md', 'b.md', 'new/d.md', 'e.md']);
  });

  it('concerns the changes of every run once something was undone', () => {
    const isOutdatedOf = (run: string, kind: Change['kind']) =>
      isOutdated(readTouched([changeOf(2, ['a.md'], { kind, run: 'run-1' })], true), ['files', 'p', 'run-changes', run]);
    assert.deepEqual(
      [isOutdatedOf('run-1', 'write'), isOutdatedOf('run-2', 'write'), isOutdatedOf('run-2', 'revert')],
      [true, false, true],
    );
  });

  it('is everything if a change does not list all its paths', () => {
    assert.equal(readTouched([changeOf(1, ['a'], { pathCount: 300 })], true).all, true);
    assert.equal(readTouched([changeOf(1)], false).all, true);
  });
});
