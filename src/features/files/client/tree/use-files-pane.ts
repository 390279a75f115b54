/** What the pane of files shows and does. */
import { type RefObject, useState } from 'react';
import type { ContextMenuPoint } from '#ui/primitives/context-menu.tsx';
import { useUndo } from '../undo/use-undo.ts';
import { useUpload } from '../upload/use-upload.tsx';
import { ancestorsOf } from './paths.ts';
import type { EntryRow } from './rows.ts';
import type { Move } from './use-arrange.ts';
import { useDrag } from './use-drag.ts';
import { useFileActions } from './use-file-actions.ts';
import { useNaming } from './use-naming.ts';
import { usePaneRows } from './use-pane-rows.ts';

/** More added files than this are not selected. */
const MAX_SELECTED = 20;

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

export type FilesPaneState = ReturnType<typeof useFilesPane>;

export function useFilesPane(props: FilesPaneProps, element: RefObject<HTMLElement | null>) {
  const { projectId, editable } = props;
  const pane = usePaneRows(projectId, props.current, element);
  const undo = useUndo(projectId);
  const actions = useFileActions({ ...props, pane, undo });
  const naming = useNaming({ projectId, pane, rename: actions.rename, onCreated: props.onCreated });
  /** `row` is undefined for the space below the rows. */
  const [menu, setMenu] = useState<{ row: EntryRow | undefined; at: ContextMenuPoint }>();
  const { folders, reveal } = pane.tree;
  const upload = useUpload({
    projectId,
    undo,
    onAdded: (folder, paths) => {
      if (folder !== '') folders.openAll([...ancestorsOf(folder), folder]);
      const [first] = paths;
      if (!first || paths.length > MAX_SELECTED) return;
      reveal(first);
      pane.selectAll(paths);
    },
  });
  const { drag, handlers } = useDrag({
    enabled: editable,
    targetsOf: pane.targets,
    folderAt: pane.folderAt,
    isOpen: (folder) => folders.open.has(folder),
    onOpenFolder: (folder) => folders.openAll([folder]),
    onMove: (paths, folder) => void actions.move(paths, folder),
    onFiles: upload.drop,
  });
  return { pane, undo, actions, naming, menu, setMenu, upload, drag, dragHandlers: handlers };
}
