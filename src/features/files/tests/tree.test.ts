import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { changedFolders } from '../client/tree/changed-folders.ts';
import { findByName, readKey } from '../client/tree/keys.ts';
import type { Listing } from '../client/tree/listing.ts';
import { canMoveInto, copyName, topmost } from '../client/tree/paths.ts';
import { type EntryRow, indentOf, indexOfPath, rowsOf, type TreeRow } from '../client/tree/rows.ts';
import { extendTo, mapSelection, nothingSelected, selectAll, selectOne, targetsOf, toggleOne } from '../client/tree/selection.ts';
import type { TreeEntry } from '../contract.ts';

const entry = (path: string): TreeEntry => {
  const isFolder = path.endsWith('/');
  const known = { changedAt: null, changedBy: null };
  return isFolder
    ? { path: path.slice(0, -1), type: 'directory', size: null, version: null, ...known }
    : { path, type: 'file', size: 1, version: 'v', ...known };
};
const listing = (...paths: string[]): Listing => ({ entries: paths.map(entry), truncated: false, gone: false });
const listings = new Map([
  ['', listing('docs/', 'src/', 'a.md', 'b.md')],
  ['docs', listing('docs/guide/', 'docs/intro.md')],
  ['docs/guide', listing('docs/guide/x.md')],
]);
const rowsWith = (open: string[], naming?: { parent: string; type: 'file' }) =>
  rowsOf({ listingOf: (folder) => listings.get(folder), isOpen: (folder) => open.includes(folder), naming });
const pathsOf = (rows: readonly TreeRow[]) => rows.map((row) => (row.kind === 'entry' ? row.path : row.kind));

describe('the rows of the tree', () => {
  it('are those of open folders below their own row, with their place among their siblings', () => {
    const rows = rowsWith(['docs']);
    assert.deepEqual(pathsOf(rows), ['docs', 'docs/guide', 'docs/intro.md', 'src', 'a.md', 'b.md']);
    const { level, position, siblings } = rows[2] as EntryRow;
    assert.deepEqual([level, position, siblings], [2, 2, 2]);
  });

  it('leave out what is in a folder that is not loaded, or below a closed one', () => {
    assert.deepEqual(pathsOf(rowsWith(['src', 'docs/guide'])), ['docs', 'src', 'a.md', 'b.md']);
  });

  it('have a place to type the name of a new file, and say that a listing is cut', () => {
    assert.deepEqual(pathsOf(rowsWith(['docs'], { parent: 'docs', type: 'file' })).slice(0, 3), ['docs', 'new', 'docs/guide']);
    const rows = rowsOf({ listingOf: () => ({ ...listing('a.md'), truncated: true }), isOpen: () => false });
    assert.deepEqual(pathsOf(rows), ['a.md', 'cut']);
  });
});

describe('the indentation of the tree', () => {
  it('sets each of the first levels apart, and leaves room for a name however deep it is', () => {
    const steps = Array.from({ length: 13 }, (_, index) => indentOf(index + 2) - indentOf(index + 1));
    assert.ok(steps.every((step) => step > 0));
    assert.ok(indentOf(200) <= 120);
  });
});

describe('the keys of the tree', () => {
  const rows = rowsWith(['docs', 'docs/guide'], { parent: 'docs', type: 'file' });
  const press = (key: string, on: string, modifiers: Partial<Record<'shiftKey' | 'ctrlKey' | 'metaKey' | 'altKey', boolean>> = {}) => {
    const event = { key, shiftKey: false, ctrlKey: false, metaKey: false, altKey: false, ...modifiers };
    const command = readKey(event, { rows, at: indexOfPath(rows, on), isOpen: (path) => path.startsWith('docs'), page: 3 });
    return command && [command.kind, 'row' in command ? command.row.path : undefined, 'mode' in command ? command.mode : undefined];
  };

  it('move through rows, and over those without a name', () => {
    assert.deepEqual(press('ArrowDown', 'docs'), ['focus', 'docs/guide', 'select']);
    assert.deepEqual(press('ArrowUp', 'docs/guide'), ['focus', 'docs', 'select']);
    assert.equal(press('ArrowUp', 'docs'), undefined);
    assert.deepEqual(press('End', 'docs'), ['focus', 'b.md', 'select']);
    assert.deepEqual(press('Home', 'b.md'), ['focus', 'docs', 'select']);
    assert.deepEqual(press('PageDown', 'docs'), ['focus', 'docs/guide/x.md', 'select']);
    assert.deepEqual(press('PageUp', 'b.md'), ['focus', 'docs/intro.md', 'select']);
  });

  it('open, close, and go to the parent and the first child', () => {
    assert.deepEqual(press('ArrowRight', 'src')?.[0], 'fold');
    assert.deepEqual(press('ArrowRight', 'docs'), ['focus', 'docs/guide', 'select']);
    assert.deepEqual(press('ArrowLeft', 'docs')?.[0], 'fold');
    assert.deepEqual(press('ArrowLeft', 'docs/guide/x.md'), ['focus', 'docs/guide', 'select']);
    assert.equal(press('ArrowLeft', 'a.md'), undefined);
  });

  it('extend the selection with shift, and leave it with control', () => {
    assert.deepEqual(press('ArrowDown', 'a.md', { shiftKey: true }), ['focus', 'b.md', 'extend']);
    assert.deepEqual(press('ArrowDown', 'a.md', { ctrlKey: true }), ['focus', 'b.md', 'move']);
    assert.deepEqual(press(' ', 'a.md', { ctrlKey: true }), ['toggle', 'a.md', undefined]);
    assert.deepEqual(press('a', 'a.md', { metaKey: true })?.[0], 'selectAll');
  });

  it('act on a row, and open its menu', () => {
    assert.deepEqual(press('Enter', 'a.md'), ['activate', 'a.md', undefined]);
    assert.deepEqual(press('F2', 'a.md'), ['rename', 'a.md', undefined]);
    assert.deepEqual(press('Delete', 'a.md'), ['delete', 'a.md', undefined]);
    assert.deepEqual(press('Backspace', 'a.md', { metaKey: true }), ['delete', 'a.md', undefined]);
    assert.deepEqual(press('ContextMenu', 'a.md'), ['menu', 'a.md', undefined]);
    assert.deepEqual(press('F10', 'a.md', { shiftKey: true }), ['menu', 'a.md', undefined]);
    assert.equal(press('F10', 'a.md'), undefined);
    assert.equal(press('ArrowDown', 'a.md', { altKey: true }), undefined);
    assert.equal(press('s', 'a.md', { ctrlKey: true }), undefined);
  });

  it('find a name by its first letters, starting over at the top', () => {
    const find = (on: string, text: string) => findByName(rows, indexOfPath(rows, on), text)?.path;
    assert.equal(find('docs', 'i'), 'docs/intro.md');
    assert.equal(find('b.md', 'D'), 'docs');
    assert.equal(find('a.md', 'a.'), 'a.md');
    assert.equal(find('a.md', 'zz'), undefined);
  });
});

describe('the selection', () => {
  const rows = rowsWith(['docs']);

  it('is a row, several, or a range from where it began', () => {
    let selection = selectOne('docs/guide');
    selection = extendTo(selection, rows, 'src');
    assert.deepEqual([...selection.paths], ['docs/guide', 'docs/intro.md', 'src']);
    selection = extendTo(selection, rows, 'docs');
    assert.deepEqual([...selection.paths], ['docs', 'docs/guide'], 'from the same row, upwards');
    selection = toggleOne(toggleOne(selection, 'b.md'), 'docs');
    assert.deepEqual([...selection.paths], ['docs/guide', 'b.md']);
    assert.equal(selectAll(nothingSelected, rows).paths.size, rows.length);
    assert.deepEqual([...extendTo(selectOne('gone.md'), rows, 'a.md').paths], ['a.md']);
  });

  it('is what an action on one of its rows is for, and not one on another row', () => {
    const selection = toggleOne(selectOne('a.md'), 'b.md');
    assert.deepEqual(targetsOf(selection, 'a.md'), ['a.md', 'b.md']);
    assert.deepEqual(targetsOf(selection, 'src'), ['src']);
  });

  it('follows what is moved, and loses what is gone', () => {
    const selection = toggleOne(selectOne('a.md'), 'b.md');
    const moved = mapSelection(selection, (path) => (path === 'a.md' ? undefined : `x/${path}`));
    assert.deepEqual([[...moved.paths], moved.anchor, moved.focused], [['x/b.md'], 'x/b.md', 'x/b.md']);
  });
});

describe('paths in the tree', () => {
  it('are those of the topmost of several', () => {
    assert.deepEqual(topmost(['docs/guide', 'docs', 'docs.md', 'docs/a.md']), ['docs', 'docs.md']);
  });

  it('go into any folder but their own and themselves', () => {
    assert.ok(canMoveInto('docs/a.md', '') && canMoveInto('a.md', 'docs') && canMoveInto('docs', 'docs2'));
    assert.ok(
      !canMoveInto('docs/a.md', 'docs') && !canMoveInto('docs', 'docs/guide') && !canMoveInto('docs', 'docs') && !canMoveInto('a.md', ''),
    );
  });

  it('name a copy after what it copies', () => {
    const names = new Set(['a copy.md', '.env', 'LICENSE']);
    assert.equal(copyName('x/a.md', names), 'a copy 2.md');
    assert.equal(copyName('b.tar.gz', names), 'b.tar copy.gz');
    assert.equal(copyName('.env', names), '.env copy');
    assert.equal(copyName('LICENSE', names), 'LICENSE copy');
  });
});

describe('the folders that changes touch', () => {
  it('are that of a file that was written, and all above one that came or went', () => {
    assert.deepEqual([...(changedFolders([{ kind: 'write', paths: ['a/b/c.md'], pathCount: 1 }]) ?? [])], ['a/b']);
    assert.deepEqual([...(changedFolders([{ kind: 'create', paths: ['a/b/c.md'], pathCount: 1 }]) ?? [])].sort(), ['', 'a', 'a/b']);
    assert.deepEqual([...(changedFolders([{ kind: 'delete', paths: ['c.md'], pathCount: 1 }]) ?? [])], ['']);
  });

  it('are any if a change does not name all of its paths', () => {
    assert.equal(changedFolders([{ kind: 'import', paths: ['a.md'], pathCount: 500 }]), undefined);
  });
});
