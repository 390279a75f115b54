import { useState } from 'react';
import type { Run } from '#features/runs/contract.ts';
import { hasCode, hasStatus } from '#ui/explain.ts';
import { showFailure, showToast } from '#ui/toast.tsx';
import { markPath } from '#wire/hidden-characters.ts';
import { useRevertChange, useRevertRun } from './queries.ts';

/** Undoes all file changes of a run. There is no question before: the undo is a change as well, and can be undone. */
export function useUndo(run: Run, onFilesChanged: () => void) {
  const revert = useRevertRun(run.id);
  const bringBack = useRevertChange();
  const [conflict, setConflict] = useState<unknown>();
  const undo = () =>
    revert.mutate(undefined, {
      onSuccess: ({ id, number, paths, pathCount }) => {
        onFilesChanged();
        const files = pathCount === 1 ? markPath(paths[0] ?? '') : `${pathCount} files`;
        const action = { label: 'Bring back', onSelect: () => bringBack.mutate(id, { onSuccess: onFilesChanged }) };
        showToast(`What this run changed is undone: change ${number}, ${files}.`, { action });
      },
      onError: (error) => (hasStatus(error, 409) && hasCode(error, 'changed_since') ? setConflict(error) : showFailure(error)),
    });
  return { undo, isPending: revert.isPending, conflict, dismiss: () => setConflict(undefined) };
}
