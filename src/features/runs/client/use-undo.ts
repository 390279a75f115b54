import { useState } from 'react';
import type { Run } from '#features/runs/contract.ts';
import { hasCode, hasStatus } from '#ui/explain.ts';
import { showFailure, showToast } from '#ui/toast.tsx';
import { useRevertRun } from './queries.ts';

interface UndoOptions {
  onOpenFile: (path: string) => void;
  onFilesChanged: () => void;
}

/** Undoes all file changes of a run. There is no question before: the undo is a change as well, and can be undone. */
export function useUndo(run: Run, { onOpenFile, onFilesChanged }: UndoOptions) {
  const revert = useRevertRun(run.id);
  const [conflict, setConflict] = useState<unknown>();
  const undo = () =>
    revert.mutate(undefined, {
      onSuccess: ({ number, paths, pathCount }) => {
        onFilesChanged();
        const [path] = paths;
        const files = pathCount === 1 ? path : `${pathCount} files`;
        const action = path === undefined ? {} : { action: { label: 'Show', onSelect: () => onOpenFile(path) } };
        showToast(`What this run changed is undone: change ${number}, ${files}.`, action);
      },
      onError: (error) => (hasStatus(error, 409) && hasCode(error, 'changed_since') ? setConflict(error) : showFailure(error)),
    });
  return { undo, isPending: revert.isPending, conflict, dismiss: () => setConflict(undefined) };
}
