/** The rows that the pane of files shows, those of the tree or of the filter, and which of them are selected. */
import { type RefObject, useEffect, useState } from 'react';
import { useNames } from './filter.tsx';
import { parentOf, topmost } from './paths.ts';
import { type EntryRow, folderOf, indexOfPath, resultRows } from './rows.ts';
import { nothingSelected, selectOne, targetsOf } from './selection.ts';
import { useTree } from './use-tree.ts';

export type PaneRows = ReturnType<typeof usePaneRows>;

export function usePaneRows(projectId: string, current: string | undefined, pane: RefObject<HTMLElement | null>) {
  const tree = useTree(projectId, current);
  const [selection, select] = useState(() => (current ? selectOne(current) : nothingSelected));
  const [filter, setFilter] = useState('');
  const names = useNames(projectId, filter);
  const isFiltered = filter.trim() !== '';
  const rows = isFiltered ? resultRows(names.data?.paths ?? []) : tree.rows;
  useEffect(() => {
    if (current) select((before) => (before.paths.has(current) ? before : selectOne(current)));
  }, [current]);

  const rowOf = (path: string | undefined): EntryRow | undefined => {
    const row = rows[indexOfPath(rows, path)];
    return row?.kind === 'entry' ? row : undefined;
  };
  const folderAt = (path = ''): string => {
    const row = rowOf(path);
    if (row) return folderOf(row);
    // A file that was just added is selected before its row is there.
    return path === '' ? '' : folderAt(parentOf(path));
  };
  const focusNow = () => {
    const row = pane.current?.querySelector<HTMLElement>('[role=treeitem][tabindex="0"]');
    row?.focus({ preventScroll: true });
    row?.scrollIntoView({ block: 'nearest' });
  };
  return {
    tree,
    rows,
    selection,
    select,
    filter: { value: filter, set: setFilter, isActive: isFiltered, names },
    /** The folder in which a row is, or which it is; the nearest one that is shown if there is no such row; '' for the root. */
    folderAt,
    /** Where new files go: the folder of the focused row. */
    here: folderAt(selection.focused),
    /** What an action on a row is for: only what is shown, since rows in a closed folder are easily forgotten. */
    targets: (path: string): readonly string[] => {
      const all = targetsOf(selection, path);
      if (all.length === 1) return all;
      const shown = new Set(rows.flatMap((row) => (row.kind === 'entry' ? [row.path] : [])));
      return topmost(all.filter((each) => shown.has(each)));
    },
    selectAll: (paths: readonly string[]) => {
      const [first] = paths;
      if (first) select({ paths: new Set(paths), anchor: first, focused: first });
    },
    focusNow,
    /** After what has just been set is on the screen. */
    focusRow: () => requestAnimationFrame(focusNow),
    /** Shows a row in its folder, and selects it. */
    reveal: (path: string) => {
      setFilter('');
      select(selectOne(path));
      tree.reveal(path);
      requestAnimationFrame(focusNow);
    },
  };
}
