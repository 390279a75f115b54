/** What the menu, the keys and dragging do to files. */
import { useState } from 'react';
import { copyText } from '#ui/primitives/copy-button.tsx';
import { showToast } from '#ui/primitives/toast.tsx';
import { isWithin } from '../text.ts';
import type { Undo } from '../undo/use-undo.ts';
import { type EntryRow, indexOfPath, type TreeRow } from './rows.ts';
import { mapSelection, nothingSelected, selectOne } from './selection.ts';
import { texts } from './texts.ts';
import { type Move, useArrange } from './use-arrange.ts';
import type { PaneRows } from './use-pane-rows.ts';

interface FileActionsOptions {
  projectId: string;
  pane: PaneRows;
  undo: Undo;
  /** Files with unsaved changes. */
  unsaved: readonly string[];
  onMoved: (moves: readonly Move[]) => void;
  onDeleted: (paths: readonly string[]) => void;
}

export function useFileActions({ projectId, pane, undo, unsaved, onMoved, onDeleted }: FileActionsOptions) {
  const { tree, rows, selection, select, selectAll, focusRow } = pane;
  const [dialog, setDialog] = useState<{ kind: 'move' | 'unsaved'; paths: readonly string[] }>();

  const follow = (moves: readonly Move[]) => {
    const rename = (path: string) => {
      const move = moves.find(({ from }) => isWithin(path, from));
      return move ? move.to + path.slice(move.from.length) : path;
    };
    for (const { from, to } of moves) tree.folders.renamed(from, to);
    select((before) => mapSelection(before, rename));
    onMoved(moves);
  };
  const arrange = useArrange({ projectId, undo, onMoved: follow, onDeleted });
  const unsavedIn = (paths: readonly string[]) => unsaved.filter((file) => paths.some((path) => isWithin(file, path)));

  async function remove(paths: readonly string[]): Promise<void> {
    const next = rowAfter(rows, selection.focused, paths);
    await arrange.remove(paths);
    select(next ? selectOne(next.path) : nothingSelected);
    focusRow();
  }

  return {
    rename: arrange.rename,
    move: arrange.move,
    remove,
    /** Asks first if unsaved changes would be lost. */
    askToRemove: (paths: readonly string[]) => {
      if (unsavedIn(paths).length > 0) setDialog({ kind: 'unsaved', paths });
      else void remove(paths);
    },
    askWhereTo: (paths: readonly string[]) => setDialog({ kind: 'move', paths }),
    dialog: dialog && { ...dialog, unsaved: unsavedIn(dialog.paths) },
    closeDialog: () => setDialog(undefined),
    duplicate: async (paths: readonly string[]) => {
      selectAll(await arrange.duplicate(paths));
      focusRow();
    },
    copyPaths: async (paths: readonly string[]) => {
      const copied = await copyText(paths.join('\n'));
      showToast(copied ? texts.copied : texts.cannotCopy, copied ? {} : { kind: 'danger' });
      focusRow();
    },
  };
}

/** The row that gets the focus when some are gone: the next one, or the one before. */
function rowAfter(rows: readonly TreeRow[], focused: string | undefined, gone: readonly string[]): EntryRow | undefined {
  const at = Math.max(0, indexOfPath(rows, focused));
  const stays = (row: TreeRow): row is EntryRow => row.kind === 'entry' && !gone.some((path) => isWithin(row.path, path));
  return rows.slice(at).find(stays) ?? rows.slice(0, at).findLast(stays);
}
