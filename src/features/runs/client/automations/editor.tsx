import type { ReactNode } from 'react';
import { explainRest } from '#ui/format/explain.ts';
import { Button } from '#ui/primitives/button.tsx';
import { useFocusFirstError } from '#ui/primitives/focus-first-error.ts';
import { Note } from '#ui/primitives/note.tsx';
import './editor.css';

/** How the form is saved; the same for a new one and for changes. */
export interface Saving {
  /** Of the button. */
  action: string;
  busy: boolean;
  error: unknown;
  onCancel: () => void;
}

interface AutomationEditorProps extends Saving {
  /** Paths of the problems that stand beside their fields. */
  fieldPaths: readonly string[];
  /** Unless it is, submitting moves the focus to the first invalid field. */
  complete?: boolean;
  onSave: () => void;
  children: ReactNode;
}

/** The form in which a schedule or trigger is set up. */
export function AutomationEditor({ fieldPaths, complete = true, action, busy, error, onSave, onCancel, children }: AutomationEditorProps) {
  const element = useFocusFirstError(busy);
  const rest = explainRest(error, fieldPaths);
  return (
    <form
      ref={element}
      className="stack automation-form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (busy) return;
        if (complete) onSave();
        else element.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus();
      }}
    >
      {children}
      {rest && <Note kind="danger">{rest}</Note>}
      <div className="automation-buttons">
        <Button type="submit" kind="primary" busy={busy}>
          {action}
        </Button>
        <Button onClick={onCancel}>Cancel</Button>
      </div>
    </form>
  );
}
