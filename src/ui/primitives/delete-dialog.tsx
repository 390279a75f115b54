import { type ReactNode, useState } from 'react';
import { isTypedName } from '#wire/hidden-characters.ts';
import { texts } from '../texts/primitives.ts';
import { Field } from './field.tsx';
import { FormDialog } from './form-dialog.tsx';
import { Failure } from './note.tsx';

interface DeleteDialogProps {
  title: string;
  action: string;
  /** Text the person must type first, for irreversible deletions. */
  confirm?: string;
  busy: boolean;
  error: unknown;
  onDelete: () => void;
  onClose: () => void;
  /** What is deleted along with it, and what stays. */
  children: ReactNode;
}

/** Asks for confirmation before a deletion. */
export function DeleteDialog({ title, action, confirm, busy, error, onDelete, onClose, children }: DeleteDialogProps) {
  const [typed, setTyped] = useState('');
  return (
    <FormDialog
      title={title}
      action={action}
      kind="danger"
      busy={busy}
      disabled={confirm !== undefined && !isTypedName(typed, confirm)}
      onSubmit={onDelete}
      onClose={onClose}
    >
      <p>{children}</p>
      <Failure error={error} />
      {confirm !== undefined && (
        <Field
          label={texts.typeToConfirm(confirm)}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
          autoComplete="off"
          spellCheck={false}
        />
      )}
    </FormDialog>
  );
}
