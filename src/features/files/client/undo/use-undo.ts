import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { type Change, revertChange, type UndoConflict } from '#features/files/contract.ts';
import { call } from '#ui/app/call.ts';
import { showFailure, showToast } from '#ui/primitives/toast.tsx';
import { refreshFiles } from '../queries.ts';
import { titleOf } from '../text.ts';
import { texts } from '../texts.ts';
import { readConflicts } from './undo-conflicts.ts';

export type Undo = ReturnType<typeof useUndo>;

/** Undoes changes of a project. Use it in a component that stays mounted: an undo may delete the file whose page shows the change. */
export function useUndo(projectId: string) {
  const client = useQueryClient();
  const [conflicts, setConflicts] = useState<UndoConflict[]>();
  const { mutate, isPending, variables } = useMutation({
    mutationFn: (change: Change) => call(revertChange, { params: { changeId: change.id } }),
    meta: { inline: true },
    onSuccess: ({ body: { change } }) => {
      const action = { label: texts.undo.action, onSelect: () => mutate(change) };
      showToast(describeUndone(change), { action });
    },
    onError: (error) => {
      const found = readConflicts(error);
      if (found) setConflicts(found);
      else showFailure(error);
    },
    onSettled: () => refreshFiles(client, projectId),
  });
  return {
    /** @param undone called afterwards */
    undo: (change: Change, undone?: () => void) => mutate(change, undone && { onSuccess: undone }),
    /** The change being undone. */
    busyWith: isPending ? variables.id : undefined,
    conflicts,
    dismiss: () => setConflicts(undefined),
  };
}

const describeUndone = ({ paths: [path = ''], pathCount }: Change): string =>
  pathCount === 1 ? texts.undo.done(titleOf(path)) : texts.undo.doneMany(pathCount);
