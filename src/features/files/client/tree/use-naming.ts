/** Names that are typed in a row: of new files and folders, and new ones of others. */
import { useState } from 'react';
import type { TreeEntry } from '#features/files/contract.ts';
import { parentOf } from './paths.ts';
import { useCreate } from './use-create.ts';
import type { PaneRows } from './use-pane-rows.ts';

interface NamingOptions {
  projectId: string;
  pane: PaneRows;
  /** @returns a sentence if it failed */
  rename: (from: string, to: string) => Promise<string | undefined>;
  /** A new file is to be opened for typing. */
  onCreated: (path: string) => void;
}

export function useNaming({ projectId, pane, rename, onCreated }: NamingOptions) {
  const { tree, filter, focusRow, reveal } = pane;
  const create = useCreate(projectId);
  const [renamed, setRenamed] = useState<string>();
  const endRenaming = (focus: boolean) => {
    setRenamed(undefined);
    if (focus) focusRow();
  };
  const endNaming = (focus: boolean) => {
    tree.startNaming(undefined);
    if (focus) focusRow();
  };

  async function submitRename(from: string, to: string): Promise<string | undefined> {
    const problem = await rename(from, to);
    if (problem) return problem;
    endRenaming(true);
    if (parentOf(to) !== parentOf(from)) tree.reveal(to);
  }

  async function submitNew(path: string, type: TreeEntry['type']): Promise<string | undefined> {
    const problem = await create(path, type);
    if (problem) return problem;
    endNaming(false);
    if (type === 'file') onCreated(path);
    else reveal(path);
  }

  const { naming } = tree;
  return {
    startNew: (parent: string, type: TreeEntry['type']) => {
      filter.set('');
      tree.startNaming({ parent, type });
    },
    startRenaming: setRenamed,
    /** The row being renamed. */
    renaming:
      renamed === undefined ? undefined : { path: renamed, onCancel: endRenaming, onSubmit: (to: string) => submitRename(renamed, to) },
    /** The row of a new file or folder. */
    naming: naming && { type: naming.type, onCancel: endNaming, onSubmit: (path: string) => submitNew(path, naming.type) },
  };
}
