/** Open files in the editor, against a file store that others write to as well. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { beforeEach, describe, it } from 'node:test';
import { ProblemError } from '#wire/call.ts';
import { eventually } from '../../../../test/harness/eventually.ts';
import type { TextBuffer } from '../client/buffer.ts';
import { type Buffers, createBuffers } from '../client/buffers.ts';
import type { Merge } from '../client/saving.ts';
import type { Author } from '../contract.ts';

const mara: Author = { kind: 'person', userId: '0b1f5c7e-5f0e-4a53-9d0b-6d2b7c1f1a11', name: 'Mara', runId: null };
const start = 'one\ntwo\nthree\nfour\nfive\n';

describe('open files', () => {
  let stored: Map<string, string>;
  let number: number;
  let loads: number;
  let gone: string[];
  let merges: Merge[];
  let buffers: Buffers;
  /** What others save before the next writes here arrive, one each. */
  let meanwhile: string[];
  const versionOf = (text: string) => createHash('sha256').update(text).digest('hex');
  const problem = (status: number, more = {}) =>
    new ProblemError({ type: '', title: '', status, detail: '', code: `s${status}`, requestId: '', ...more });

  beforeEach(() => {
    stored = new Map([['a.md', start]]);
    number = 1;
    loads = 0;
    gone = [];
    merges = [];
    meanwhile = [];
    buffers = createBuffers({
      userId: 'ada',
      projectId: 'engine',
      async load(path, known) {
        loads++;
        const text = stored.get(path);
        if (text === undefined) throw problem(404);
        return known === versionOf(text) ? undefined : { bytes: new TextEncoder().encode(text), version: versionOf(text) };
      },
      async write(path, text, version) {
        const faster = meanwhile.shift();
        if (faster !== undefined) stored.set(path, faster);
        const now = stored.get(path);
        if ((now === undefined ? null : versionOf(now)) !== version) {
          const current = { path, size: 1, version: versionOf(now ?? ''), changedAt: '2026-01-01T00:00:00Z', changedBy: mara };
          throw problem(412, { current });
        }
        stored.set(path, text);
        return { file: { version: versionOf(text) }, change: { number: ++number } };
      },
      onGone: (path) => gone.push(path),
      onMerged: (merge) => merges.push(merge),
      onSettled: () => undefined,
    });
  });

  const buffer = () => buffers.get('a.md') as TextBuffer;
  /** As a colleague does, seen by this page as an event. */
  function change(text: string | undefined): void {
    if (text === undefined) stored.delete('a.md');
    else stored.set('a.md', text);
    number++;
    buffers.follow((path) => (path === 'a.md' ? { number, by: mara } : undefined));
  }

  it('follow others’ saves while nothing is typed', async () => {
    await buffers.open('a.md');
    change('one\ntwo, by Mara\n');
    await eventually('the new text is shown', () => buffers.contentOf('a.md'), 'one\ntwo, by Mara\n');
    assert.equal(buffer().dirty, false);
    assert.equal(buffer().refreshedBy, mara);
    assert.equal(buffer().byOthers, true);
  });

  it('load nothing again after their own save', async () => {
    await buffers.open('a.md');
    buffers.edit('a.md', `${start}six\n`);
    await buffers.save('a.md');
    buffers.follow(() => ({ number, by: mara }));
    assert.equal(loads, 1);
    assert.equal(stored.get('a.md'), `${start}six\n`);
  });

  it('are compared again if they change while they are loading', async () => {
    const opening = buffers.open('a.md');
    buffers.follow(() => ({ number: 2, by: mara }));
    assert.equal(loads, 1);
    await opening;
    await eventually('it is loaded again', () => loads, 2);
  });

  it('keep a newer version beside what is typed, without interrupting', async () => {
    await buffers.open('a.md');
    buffers.edit('a.md', start.replace('one', 'ONE'));
    change(start.replace('five', 'FIVE'));
    await eventually('the newer version is known', () => buffer().theirs?.by, mara);
    assert.equal(buffer().comparing, undefined);
    assert.equal(buffers.contentOf('a.md'), start.replace('one', 'ONE'));
    await buffers.save('a.md');
    assert.equal(stored.get('a.md'), 'ONE\ntwo\nthree\nfour\nFIVE\n');
    assert.equal(merges.length, 1);
  });

  it('are merged when a save meets a newer version, and the merge can be undone', async () => {
    await buffers.open('a.md');
    buffers.edit('a.md', start.replace('one', 'ONE'));
    meanwhile = [start.replace('five', 'FIVE')];
    await buffers.save('a.md');
    const merged = 'ONE\ntwo\nthree\nfour\nFIVE\n';
    assert.equal(stored.get('a.md'), merged);
    assert.deepEqual([buffers.contentOf('a.md'), buffer().dirty, buffer().theirs], [merged, false, undefined]);
    assert.equal(merges[0]?.by?.name, 'Mara');

    assert.equal(await merges[0]?.undo(), true);
    assert.equal(stored.get('a.md'), start.replace('five', 'FIVE'));
    assert.equal(buffers.contentOf('a.md'), start.replace('one', 'ONE'));
    assert.equal(buffer().comparing, true);
    await buffers.keepMine('a.md');
    assert.equal(stored.get('a.md'), start.replace('one', 'ONE'));
  });

  it('refuse to undo a merge after which something was typed', async () => {
    await buffers.open('a.md');
    buffers.edit('a.md', start.replace('one', 'ONE'));
    meanwhile = [start.replace('five', 'FIVE')];
    await buffers.save('a.md');
    buffers.edit('a.md', 'something else\n');
    assert.equal(await merges[0]?.undo(), false);
    assert.equal(buffers.contentOf('a.md'), 'something else\n');
  });

  it('are merged again if somebody is faster a second time', async () => {
    await buffers.open('a.md');
    buffers.edit('a.md', start.replace('one', 'ONE'));
    meanwhile = [start.replace('five', 'FIVE'), 'one\ntwo\nTHREE\nfour\nFIVE\n'];
    await buffers.save('a.md');
    assert.equal(stored.get('a.md'), 'ONE\ntwo\nTHREE\nfour\nFIVE\n');
    assert.equal(merges.length, 1);
  });

  it('are shown next to theirs if both changed the same lines; nothing is overwritten', async () => {
    await buffers.open('a.md');
    buffers.edit('a.md', start.replace('two', 'TWO'));
    meanwhile = [start.replace('two', '2')];
    await buffers.save('a.md');
    assert.equal(buffer().comparing, true);
    assert.equal(stored.get('a.md'), start.replace('two', '2'));
    assert.equal(buffers.contentOf('a.md'), start.replace('two', 'TWO'));
    assert.equal(buffer().theirs?.text, start.replace('two', '2'));
    // Saving again does not overwrite either.
    await buffers.save('a.md');
    assert.equal(stored.get('a.md'), start.replace('two', '2'));
    buffers.discard('a.md');
    assert.deepEqual([buffers.contentOf('a.md'), buffer().dirty], [start.replace('two', '2'), false]);
  });

  it('close when they are deleted, unless something is typed', async () => {
    await buffers.open('a.md');
    change(undefined);
    await eventually('it is closed', () => gone, ['a.md']);
    stored.set('a.md', start);
    await buffers.open('a.md');
    buffers.edit('a.md', 'mine\n');
    change(undefined);
    await eventually('the deletion is known', () => buffer().theirs?.version === null);
    assert.equal(buffers.contentOf('a.md'), 'mine\n');
    await buffers.keepMine('a.md');
    assert.equal(stored.get('a.md'), 'mine\n');
  });

  it('are loaded once they exist', async () => {
    stored.delete('a.md');
    await buffers.open('a.md');
    assert.equal(buffers.get('a.md')?.kind, 'failed');
    change('made by Mara\n');
    await eventually('it is loaded', () => buffers.contentOf('a.md'), 'made by Mara\n');
  });

  it('keep line ends and the byte order mark, also those of a newer version', async () => {
    stored.set('a.md', '\ufeffone\r\ntwo\r\nthree\r\nfour\r\n');
    await buffers.open('a.md');
    assert.equal(buffers.contentOf('a.md'), 'one\ntwo\nthree\nfour\n');
    buffers.edit('a.md', 'ONE\ntwo\nthree\nfour\n');
    await buffers.save('a.md');
    assert.equal(stored.get('a.md'), '\ufeffONE\r\ntwo\r\nthree\r\nfour\r\n');
    buffers.edit('a.md', '1\ntwo\nthree\nfour\n');
    meanwhile = ['ONE\ntwo\nthree\nFOUR\n'];
    await buffers.save('a.md');
    assert.equal(stored.get('a.md'), '1\ntwo\nthree\nFOUR\n');
  });
});
