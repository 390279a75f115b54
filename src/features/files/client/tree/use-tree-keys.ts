import { type KeyboardEvent, useRef } from 'react';
import type { ContextMenuPoint } from '#ui/primitives/context-menu.tsx';
import { findByName, readKey } from './keys.ts';
import type { EntryRow, TreeRow } from './rows.ts';
import { extendTo, type Selection, selectAll, selectOne, toggleOne } from './selection.ts';

/** Letters typed within this time belong to one name. */
const TYPING_MS = 700;

interface TreeKeysOptions {
  rows: readonly TreeRow[];
  at: number;
  page: number;
  isOpen: (folder: string) => boolean;
  selection: Selection;
  onSelect: (selection: Selection) => void;
  /** Gives the focus to a row. */
  onFocus: (path: string) => void;
  activate: (row: EntryRow) => void;
  onFold: (folder: string, open: boolean) => void;
  onRename: (row: EntryRow) => void;
  onDelete: (row: EntryRow) => void;
}

export function useTreeKeys({
  rows,
  at,
  page,
  isOpen,
  selection,
  onSelect,
  onFocus,
  activate,
  onFold,
  onRename,
  onDelete,
}: TreeKeysOptions) {
  const typed = useRef({ text: '', at: 0 });

  const find = (letter: string): EntryRow | undefined => {
    const now = Date.now();
    typed.current = { text: now - typed.current.at < TYPING_MS ? typed.current.text + letter : letter, at: now };
    return findByName(rows, at, typed.current.text);
  };
  const moveTo = (row: EntryRow, mode: 'select' | 'extend' | 'move') => {
    onFocus(row.path);
    if (mode === 'extend') onSelect(extendTo(selection, rows, row.path));
    else onSelect(mode === 'select' ? selectOne(row.path) : { ...selection, focused: row.path });
  };

  return (event: KeyboardEvent<HTMLElement>, openMenu: (row: EntryRow, point: ContextMenuPoint) => void): void => {
    if (!(event.target instanceof HTMLElement) || event.target.role !== 'treeitem') return;
    const command = readKey(event, { rows, at, isOpen, page });
    if (!command) return;
    event.preventDefault();
    // Letters are names here, not shortcuts of the page.
    event.stopPropagation();
    switch (command.kind) {
      case 'focus':
        return moveTo(command.row, command.mode);
      case 'fold':
        return onFold(command.path, command.open);
      case 'activate':
        onSelect(selectOne(command.row.path));
        return activate(command.row);
      case 'toggle':
        return onSelect(toggleOne(selection, command.row.path));
      case 'selectAll':
        return onSelect(selectAll(selection, rows));
      case 'rename':
        return onRename(command.row);
      case 'delete':
        return onDelete(command.row);
      case 'menu': {
        const { left, bottom } = event.target.getBoundingClientRect();
        return openMenu(command.row, { x: left + 24, y: bottom });
      }
      case 'find': {
        const found = find(command.text);
        if (found) moveTo(found, 'select');
      }
    }
  };
}
