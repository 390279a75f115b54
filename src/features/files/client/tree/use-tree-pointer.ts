import type { MouseEvent } from 'react';
import type { ContextMenuPoint } from '#ui/primitives/context-menu.tsx';
import { type EntryRow, indexOfPath, type TreeRow } from './rows.ts';
import { extendTo, type Selection, selectOne, toggleOne } from './selection.ts';
import { useLongPress } from './use-long-press.ts';

interface TreePointerOptions {
  rows: readonly TreeRow[];
  selection: Selection;
  onSelect: (selection: Selection) => void;
  activate: (row: EntryRow) => void;
  /** @param row undefined for the space below the rows */
  onMenu: (row: EntryRow | undefined, at: ContextMenuPoint) => void;
  editable: boolean;
}

/** Clicks, right clicks and long presses, for all rows together. @returns the handlers of the tree, and what keys need too */
export function useTreePointer({ rows, selection, onSelect, activate, onMenu, editable }: TreePointerOptions) {
  const rowAt = (target: EventTarget): EntryRow | undefined => {
    const path = target instanceof Element ? target.closest('[data-path]')?.getAttribute('data-path') : undefined;
    const row = rows[indexOfPath(rows, path ?? undefined)];
    return row?.kind === 'entry' ? row : undefined;
  };
  const openMenu = (row: EntryRow, point: ContextMenuPoint) => {
    onSelect(selection.paths.has(row.path) ? { ...selection, focused: row.path } : selectOne(row.path));
    onMenu(row, point);
  };
  const longPress = useLongPress((target, point) => {
    const row = rowAt(target);
    if (row) openMenu(row, point);
  });
  const handlers = {
    ...longPress,
    onClick: (event: MouseEvent) => {
      const row = rowAt(event.target);
      if (!row || !(event.target instanceof Element) || event.target.closest('.tree-name')) return;
      const button = event.target.closest('.tree-menu')?.getBoundingClientRect();
      if (button) return openMenu(row, { x: button.right, y: button.bottom + 4 });
      if (event.shiftKey) return onSelect(extendTo(selection, rows, row.path));
      if (event.ctrlKey || event.metaKey) return onSelect(toggleOne(selection, row.path));
      onSelect(selectOne(row.path));
      activate(row);
    },
    onContextMenu: (event: MouseEvent) => {
      if (event.target instanceof HTMLInputElement) return;
      event.preventDefault();
      const row = rowAt(event.target);
      const point = { x: event.clientX, y: event.clientY };
      if (row) openMenu(row, point);
      else if (editable) onMenu(undefined, point);
    },
  };
  return { rowAt, openMenu, handlers };
}
