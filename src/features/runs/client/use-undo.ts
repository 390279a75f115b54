import { useState } from 'react';
import { useRefreshFiles, useRunChanges } from '#features/files/client/queries.ts';
import { readConflicts } from '#features/files/client/undo/undo-conflicts.ts';
import type { UndoConflict } from '#features/files/contract.ts';
import type { Run } from '#features/runs/contract.ts';
import { showFailure, showToast } from '#ui/primitives/toast.tsx';
import { markPath } from '#wire/hidden-characters.ts';
import { useRevertChange, useRevertRun } from './queries.ts';
import { texts } from './texts/run.ts';

const words = texts.undo;

/**
 * Undoes all file changes of a run, after a person has seen which; the undo is a change too, and can itself be undone.
 * @param changed whether the run has changed any files, as far as its log is known
 */
export function useUndo(run: Run, changed: boolean) {
  const refreshFiles = useRefreshFiles(run.projectId);
  const changes = useRunChanges(run.projectId, run.id, changed).data;
  const revert = useRevertRun(run.id);
  const bringBack = useRevertChange();
  const [asking, setAsking] = useState(false);
  const [conflicts, setConflicts] = useState<UndoConflict[]>();
  const left = changes?.changes.filter(({ undone }) => !undone) ?? [];
  const undo = () =>
    revert.mutate(undefined, {
      onSuccess: ({ id, paths, pathCount }) => {
        const action = { label: words.redo, onSelect: () => bringBack.mutate(id, { onSuccess: refreshFiles }) };
        showToast(pathCount === 1 ? words.undid(markPath(paths[0] ?? '')) : words.undidFiles(pathCount), { action });
      },
      onError: (error) => {
        const found = readConflicts(error);
        if (found) setConflicts(found);
        else showFailure(error);
      },
      onSettled: () => {
        setAsking(false);
        refreshFiles();
      },
    });
  return {
    /** Changes left to undo. */
    left,
    /** Everything the run changed has been undone. */
    undone: changed && changes !== undefined && !changes.more && left.length === 0,
    ask: () => setAsking(true),
    asking,
    cancel: () => setAsking(false),
    undo,
    isPending: revert.isPending,
    conflicts,
    dismiss: () => setConflicts(undefined),
  };
}
