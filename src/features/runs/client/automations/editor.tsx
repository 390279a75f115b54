import type { ReactNode } from 'react';
import { explainRest } from '#ui/format/explain.ts';
import { Button } from '#ui/primitives/button.tsx';
import { useFocusFirstError } from '#ui/primitives/focus-first-error.ts';
import { Note } from '#ui/primitives/note.tsx';
import { texts } from '../texts/automations.ts';
import './editor.css';

/** How the form is saved; used to create and to change. */
export interface Saving {
  /** Label of the button. */
  action: string;
  busy: boolean;
  error: unknown;
  onCancel: () => void;
}

interface AutomationEditorProps extends Saving {
  /** Paths of the problems shown next to their fields. */
  fieldPaths: readonly string[];
  /** While it is false, submitting moves the focus to the first invalid field. */
  complete?: boolean;
  onSave: () => void;
  children: ReactNode;
}

/** The form to create or edit a schedule or trigger. */
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
        <Button onClick={onCancel}>{texts.actions.cancel}</Button>
      </div>
    </form>
  );
}
