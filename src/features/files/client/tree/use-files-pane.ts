/** What the pane of files shows and does: the tree, what is selected in it, and the actions on that. */
import { type RefObject, useEffect, useState } from 'react';
import type { TreeEntry } from '#features/files/contract.ts';
import type { ContextMenuPoint } from '#ui/primitives/context-menu.tsx';
import { copyText } from '#ui/primitives/copy-button.tsx';
import { showToast } from '#ui/primitives/toast.tsx';
import { isWithin } from '../text.ts';
import { useUpload } from '../upload/use-upload.tsx';
import { useUndo } from '../use-undo.ts';
import { useNames } from './filter.tsx';
import { ancestorsOf, parentOf, topmost } from './paths.ts';
import { type EntryRow, folderOf, indexOfPath, resultRows } from './rows.ts';
import { mapSelection, nothingSelected, selectOne, targetsOf } from './selection.ts';
import { texts } from './texts.ts';
import { type Move, useArrange } from './use-arrange.ts';
import { useCreate } from './use-create.ts';
import { useDrag } from './use-drag.ts';
import { useTree } from './use-tree.ts';

export interface FilesPaneProps {
  projectId: string;
  /** The file in the editor. */
  current: string | undefined;
  editable: boolean;
  /** Files with unsaved changes. */
  unsaved: readonly string[];
  onOpen: (path: string) => void;
  /** A new file is to be opened for typing. */
  onCreated: (path: string) => void;
  onMoved: (moves: readonly Move[]) => void;
  onDeleted: (paths: readonly string[]) => void;
  onHistory?: (path: string) => void;
}

type OpenDialog = { kind: 'move' | 'unsaved'; paths: readonly string[] };
interface OpenMenu {
  /** Undefined for the space below the rows. */
  row: EntryRow | undefined;
  at: ContextMenuPoint;
}

export function useFilesPane(props: FilesPaneProps, pane: RefObject<HTMLElement | null>) {
  const { projectId, current, editable, unsaved } = props;
  const tree = useTree(projectId, current);
  const undo = useUndo(projectId);
  const create = useCreate(projectId);
  const [selection, select] = useState(() => (current ? selectOne(current) : nothingSelected));
  const [filter, setFilter] = useState('');
  const names = useNames(projectId, filter);
  const [renaming, setRenaming] = useState<string>();
  const [dialog, setDialog] = useState<OpenDialog>();
  const [menu, setMenu] = useState<OpenMenu>();
  const isFiltered = filter.trim() !== '';
  const rows = isFiltered ? resultRows(names.data?.paths ?? []) : tree.rows;

  useEffect(() => {
    if (current) select((before) => (before.paths.has(current) ? before : selectOne(current)));
  }, [current]);

  const rowOf = (path: string | undefined): EntryRow | undefined => {
    const row = rows[indexOfPath(rows, path)];
    return row?.kind === 'entry' ? row : undefined;
  };
  const focusedRow = rowOf(selection.focused);
  /** Where new files go: the folder of the focused row. */
  const here = focusedRow ? folderOf(focusedRow) : '';
  /** Only what is shown: rows in a closed folder are easily forgotten. */
  const targets = (path: string): readonly string[] => {
    const all = targetsOf(selection, path);
    if (all.length === 1) return all;
    const shown = new Set(rows.flatMap((row) => (row.kind === 'entry' ? [row.path] : [])));
    return topmost(all.filter((each) => shown.has(each)));
  };
  const focusNow = () => {
    const row = pane.current?.querySelector<HTMLElement>('[role=treeitem][tabindex="0"]');
    row?.focus({ preventScroll: true });
    row?.scrollIntoView({ block: 'nearest' });
  };
  /** After what has just been set is on the screen. */
  const focusRow = () => requestAnimationFrame(focusNow);

  const onMoved = (moves: readonly Move[]) => {
    const rename = (path: string) => {
      const move = moves.find(({ from }) => isWithin(path, from));
      return move ? move.to + path.slice(move.from.length) : path;
    };
    for (const { from, to } of moves) tree.folders.renamed(from, to);
    select((before) => mapSelection(before, rename));
    props.onMoved(moves);
  };
  const arrange = useArrange({ projectId, undo, onMoved, onDeleted: props.onDeleted });
  const upload = useUpload({
    projectId,
    undo,
    onAdded: (folder, paths) => {
      if (folder !== '') tree.folders.openAll([...ancestorsOf(folder), folder]);
      const [first] = paths;
      if (!first || paths.length > MAX_SHOWN) return;
      tree.reveal(first);
      select({ paths: new Set(paths), anchor: first, focused: first });
    },
  });

  async function remove(paths: readonly string[]): Promise<void> {
    const at = indexOfPath(rows, selection.focused);
    const stays = (row: (typeof rows)[number]): row is EntryRow => row.kind === 'entry' && !paths.some((path) => isWithin(row.path, path));
    const next = rows.slice(Math.max(0, at)).find(stays) ?? rows.slice(0, Math.max(0, at)).findLast(stays);
    await arrange.remove(paths);
    select(next ? selectOne(next.path) : nothingSelected);
    focusRow();
  }
  const isUnsaved = (paths: readonly string[]) => unsaved.filter((file) => paths.some((path) => isWithin(file, path)));
  const actions = {
    startNew: (parent: string, type: TreeEntry['type']) => {
      setFilter('');
      tree.startNaming({ parent, type });
    },
    rename: (row: EntryRow) => editable && setRenaming(row.path),
    move: (paths: readonly string[]) => setDialog({ kind: 'move', paths }),
    remove: (paths: readonly string[]) => {
      if (!editable) return;
      if (isUnsaved(paths).length > 0) setDialog({ kind: 'unsaved', paths });
      else void remove(paths);
    },
    duplicate: async (paths: readonly string[]) => {
      const copies = await arrange.duplicate(paths);
      const [first] = copies;
      if (!first) return;
      select({ paths: new Set(copies), anchor: first, focused: first });
      focusRow();
    },
    copyPaths: async (paths: readonly string[]) => {
      const copied = await copyText(paths.join('\n'));
      showToast(copied ? texts.copied : texts.cannotCopy, copied ? {} : { kind: 'danger' });
      focusRow();
    },
    reveal: (path: string) => {
      setFilter('');
      select(selectOne(path));
      tree.reveal(path);
      focusRow();
    },
  };
  const endRenaming = (focus: boolean) => {
    setRenaming(undefined);
    if (focus) focusRow();
  };
  const endNaming = (focus: boolean) => {
    tree.startNaming(undefined);
    if (focus) focusRow();
  };

  const { drag, handlers } = useDrag({
    enabled: editable,
    targetsOf: targets,
    folderAt: (path) => {
      const row = rowOf(path);
      return row ? folderOf(row) : '';
    },
    isOpen: (folder) => tree.folders.open.has(folder),
    onOpenFolder: (folder) => tree.folders.openAll([folder]),
    onMove: (paths, folder) => void arrange.move(paths, folder),
    onFiles: upload.drop,
  });

  return {
    tree,
    undo,
    arrange,
    upload,
    rows,
    here,
    selection,
    select,
    filter: { value: filter, set: setFilter, isActive: isFiltered, names },
    dialog: dialog && { ...dialog, unsaved: isUnsaved(dialog.paths) },
    setDialog,
    menu,
    setMenu,
    targets,
    actions,
    remove,
    focusNow,
    focusRow,
    drag,
    dragHandlers: handlers,
    renaming:
      renaming === undefined
        ? undefined
        : {
            path: renaming,
            onCancel: endRenaming,
            onSubmit: async (to: string) => {
              const problem = await arrange.rename(renaming, to);
              if (!problem) endRenaming(true);
              if (!problem && parentOf(to) !== parentOf(renaming)) tree.reveal(to);
              return problem;
            },
          },
    naming: tree.naming && {
      type: tree.naming.type,
      onCancel: endNaming,
      onSubmit: async (path: string) => {
        const type = tree.naming?.type ?? 'file';
        const problem = await create(path, type);
        if (problem) return problem;
        endNaming(false);
        if (type === 'file') props.onCreated(path);
        else actions.reveal(path);
      },
    },
  };
}

export type FilesPaneState = ReturnType<typeof useFilesPane>;

/** More added files than this are not selected. */
const MAX_SHOWN = 20;
