import { useState } from 'react';
import { ModelSelect } from '#features/models/client/model-select.tsx';
import type { Run } from '#features/runs/contract.ts';
import { explain } from '#ui/format/explain.ts';
import { FormDialog } from '#ui/primitives/form-dialog.tsx';
import { Note } from '#ui/primitives/note.tsx';
import { useRetryRun } from './queries.ts';
import { texts } from './texts/run.ts';

interface RetryModelDialogProps {
  run: Run;
  organizationId: string;
  onClose: () => void;
}

/** The run continues from where it failed, with another model. */
export function RetryModelDialog({ run, organizationId, onClose }: RetryModelDialogProps) {
  const retry = useRetryRun(run.projectId, run.id);
  const [model, setModel] = useState<string | undefined>(run.model);
  return (
    <FormDialog
      title={texts.retryModelDialog.title}
      action={texts.retryModelDialog.action}
      busy={retry.isPending}
      onSubmit={() => retry.mutate(model === undefined ? {} : { model }, { onSuccess: onClose })}
      onClose={onClose}
    >
      <p>{texts.retryModelDialog.about}</p>
      <ModelSelect organizationId={organizationId} value={model} onChange={setModel} />
      {retry.isError && <Note kind="danger">{explain(retry.error)}</Note>}
    </FormDialog>
  );
}
