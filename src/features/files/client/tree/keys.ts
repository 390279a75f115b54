/** The key bindings of the tree, after the tree pattern of the ARIA practices; F2, Delete and the menu key as in file managers. */
import type { EntryRow, TreeRow } from './rows.ts';

type TreeCommand =
  /** `select`: the row alone · `extend`: from the anchor to it · `move`: the selection stays */
  | { kind: 'focus'; row: EntryRow; mode: 'select' | 'extend' | 'move' }
  | { kind: 'fold'; path: string; open: boolean }
  | { kind: 'activate' | 'rename' | 'delete' | 'menu' | 'toggle'; row: EntryRow }
  | { kind: 'selectAll' }
  /** A letter of a name that is looked for. */
  | { kind: 'find'; text: string };

interface Press {
  key: string;
  shiftKey: boolean;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
}

interface Place {
  rows: readonly TreeRow[];
  /** The index of the focused row. */
  at: number;
  isOpen: (folder: string) => boolean;
  /** How many rows are visible at once. */
  page: number;
}

export function readKey(press: Press, place: Place): TreeCommand | undefined {
  const row = place.rows[place.at];
  if (row?.kind !== 'entry' || press.altKey) return undefined;
  const control = press.ctrlKey || press.metaKey;
  if (control) return readControlKey(press, row, place);
  if (press.shiftKey && press.key === 'F10') return { kind: 'menu', row };
  const target = targetOf(press.key, row, place);
  if (target) return { kind: 'focus', row: target, mode: press.shiftKey ? 'extend' : 'select' };
  return readPlainKey(press, row, place);
}

function readControlKey(press: Press, row: EntryRow, place: Place): TreeCommand | undefined {
  if (press.key === 'a') return { kind: 'selectAll' };
  if (press.key === ' ') return { kind: 'toggle', row };
  // Where Delete is called Backspace, it takes the command key.
  if (press.key === 'Backspace' && press.metaKey) return { kind: 'delete', row };
  const target = targetOf(press.key, row, place);
  return target && { kind: 'focus', row: target, mode: press.shiftKey ? 'extend' : 'move' };
}

function readPlainKey({ key }: Press, row: EntryRow, { isOpen }: Place): TreeCommand | undefined {
  const folder = row.type === 'directory' ? (isOpen(row.path) ? 'open' : 'closed') : undefined;
  switch (key) {
    case 'ArrowRight':
      return folder === 'closed' ? { kind: 'fold', path: row.path, open: true } : undefined;
    case 'ArrowLeft':
      return folder === 'open' ? { kind: 'fold', path: row.path, open: false } : undefined;
    case 'Enter':
    case ' ':
      return { kind: 'activate', row };
    case 'F2':
      return { kind: 'rename', row };
    case 'Delete':
      return { kind: 'delete', row };
    case 'ContextMenu':
      return { kind: 'menu', row };
  }
  return [...key].length === 1 ? { kind: 'find', text: key } : undefined;
}

/** The row to which a key moves the focus. */
function targetOf(key: string, row: EntryRow, { rows, at, isOpen, page }: Place): EntryRow | undefined {
  const isOpenFolder = row.type === 'directory' && isOpen(row.path);
  switch (key) {
    case 'ArrowDown':
      return entryFrom(rows, at + 1, 1);
    case 'ArrowUp':
      return entryFrom(rows, at - 1, -1);
    case 'PageDown':
      return entryFrom(rows, Math.min(at + page, rows.length - 1), -1);
    case 'PageUp':
      return entryFrom(rows, Math.max(at - page, 0), 1);
    case 'Home':
      return entryFrom(rows, 0, 1);
    case 'End':
      return entryFrom(rows, rows.length - 1, -1);
    case 'ArrowRight': {
      const child = isOpenFolder ? entryFrom(rows, at + 1, 1) : undefined;
      return child && child.level > row.level ? child : undefined;
    }
    case 'ArrowLeft': {
      if (isOpenFolder) return undefined;
      const parent = rows.findLast((each, index) => index < at && each.kind === 'entry' && each.level < row.level);
      return parent?.kind === 'entry' ? parent : undefined;
    }
  }
  return undefined;
}

/** The first row of an entry from an index on. */
function entryFrom(rows: readonly TreeRow[], from: number, step: 1 | -1): EntryRow | undefined {
  for (let index = from; index >= 0 && index < rows.length; index += step) {
    const row = rows[index];
    if (row?.kind === 'entry') return row;
  }
  return undefined;
}

/** The next row after the focused one whose name begins with the text, starting over at the top; itself if more of its name is typed. */
export function findByName(rows: readonly TreeRow[], at: number, text: string): EntryRow | undefined {
  const wanted = text.toLowerCase();
  const from = [...wanted].length > 1 ? at : at + 1;
  const inOrder = [...rows.slice(from), ...rows.slice(0, from)];
  const found = inOrder.find((row) => row.kind === 'entry' && row.name.toLowerCase().startsWith(wanted));
  return found?.kind === 'entry' ? found : undefined;
}
