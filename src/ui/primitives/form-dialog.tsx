import type { ReactNode } from 'react';
import { texts } from '../texts/primitives.ts';
import { Button } from './button.tsx';
import { Dialog } from './dialog.tsx';
import { useFocusFirstError } from './focus-first-error.ts';

interface FormDialogProps {
  title: string;
  action: string;
  kind?: 'primary' | 'danger';
  busy: boolean;
  disabled?: boolean;
  /** For long forms: starts at the top of the screen and scrolls. */
  long?: boolean;
  onSubmit: () => void;
  onClose: () => void;
  children: ReactNode;
}

/** A dialog with one action, also triggered by Enter, and a way to cancel. */
export function FormDialog({
  title,
  action,
  kind = 'primary',
  busy,
  disabled,
  long = false,
  onSubmit,
  onClose,
  children,
}: FormDialogProps) {
  const form = useFocusFirstError(busy);
  return (
    <Dialog title={title} className={long ? 'dialog-long' : ''} onClose={onClose}>
      <form
        ref={form}
        className="stack"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (!busy && !disabled) onSubmit();
        }}
      >
        {children}
        <div className="dialog-actions">
          <Button onClick={onClose}>{texts.cancel}</Button>
          <Button type="submit" kind={kind} busy={busy} disabled={disabled}>
            {action}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
