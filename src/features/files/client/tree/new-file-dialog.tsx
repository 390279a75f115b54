import { useState } from 'react';
import { newPathProblem, pathProblem } from '#features/files/path.ts';
import { Field } from '#ui/primitives/field.tsx';
import { FormDialog } from '#ui/primitives/form-dialog.tsx';
import { texts } from './texts.ts';
import { useCreate } from './use-create.ts';

interface NewFileDialogProps {
  projectId: string;
  onCreated: (path: string) => void;
  onClose: () => void;
}

/** Creates a file anywhere in the project, from where the tree is not at hand. */
export function NewFileDialog({ projectId, onCreated, onClose }: NewFileDialogProps) {
  const create = useCreate(projectId);
  const [path, setPath] = useState('');
  const [problem, setProblem] = useState<string>();
  const [busy, setBusy] = useState(false);

  async function submit(): Promise<void> {
    const wanted = path.trim().normalize('NFC');
    const found = pathProblem(wanted) ?? newPathProblem(wanted);
    setBusy(!found);
    const failed = found ?? (await create(wanted, 'file'));
    setBusy(false);
    setProblem(failed);
    if (!failed) onCreated(wanted);
  }
  const { title, action, label, hint, placeholder } = texts.newFileDialog;
  return (
    <FormDialog title={title} action={action} busy={busy} onSubmit={() => void submit()} onClose={onClose}>
      <Field
        label={label}
        hint={hint}
        value={path}
        onChange={(event) => {
          setPath(event.target.value);
          setProblem(undefined);
        }}
        placeholder={placeholder}
        autoComplete="off"
        autoCapitalize="off"
        spellCheck={false}
        error={problem}
      />
    </FormDialog>
  );
}
