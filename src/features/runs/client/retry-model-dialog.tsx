import { type ReactNode, useState } from 'react';
import type { Run } from '#features/runs/contract.ts';
import { explain } from '#ui/format/explain.ts';
import { FormDialog } from '#ui/primitives/form-dialog.tsx';
import { Note } from '#ui/primitives/note.tsx';
import { useRetryRun } from './queries.ts';

/** In which a model is chosen; the page brings it. */
export type ModelSelectSlot = (value: string | undefined, onChange: (model: string | undefined) => void) => ReactNode;

interface RetryModelDialogProps {
  run: Run;
  modelSelect: ModelSelectSlot;
  onClose: () => void;
}

/** The run goes on from where it failed, with another model. */
export function RetryModelDialog({ run, modelSelect, onClose }: RetryModelDialogProps) {
  const retry = useRetryRun(run.projectId, run.id);
  const [model, setModel] = useState<string | undefined>(run.model);
  return (
    <FormDialog
      title="Retry with another model"
      action="Retry"
      busy={retry.isPending}
      onSubmit={() => retry.mutate(model === undefined ? {} : { model }, { onSuccess: onClose })}
      onClose={onClose}
    >
      <p>The run continues from where it failed and uses this model from now on.</p>
      {modelSelect(model, setModel)}
      {retry.isError && <Note kind="danger">{explain(retry.error)}</Note>}
    </FormDialog>
  );
}
