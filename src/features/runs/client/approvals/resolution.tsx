import { type FormEvent, type ReactNode, useId, useLayoutEffect, useRef, useState } from 'react';
import { Button } from '#ui/primitives/button.tsx';
import { texts } from '../texts/approvals.ts';
import './resolution.css';

interface ApprovalChoice {
  label: string;
  /** A sentence that starts with the label. */
  effect: (label: ReactNode) => ReactNode;
}

export interface ResolutionProps {
  answers: { approve?: ApprovalChoice; approveAll?: ApprovalChoice; happened?: ApprovalChoice; reject: ApprovalChoice };
  /** The person is writing a note to reject with. */
  rejecting: boolean;
  onRejecting: (rejecting: boolean) => void;
  /** The clicked action that is in progress. */
  busy: 'approve' | 'approveAll' | 'happened' | 'reject' | undefined;
  onResolve: (choice: 'approve' | 'approveAll' | 'happened' | 'reject', note?: string) => void;
  /** With a note, the person steers the run, and may not approve its requests afterwards. */
  noteSteers?: boolean;
  /** Shows the keyboard shortcuts. */
  keys?: boolean;
}

const MAX_NOTE = 2000;

/** Each answer takes one deliberate click and shows its effect. Rejecting asks for an optional note first. */
export function Resolution({ answers, rejecting, onRejecting, busy, onResolve, noteSteers = false, keys = false }: ResolutionProps) {
  if (rejecting) {
    return (
      <Rejection
        answer={answers.reject}
        busy={busy === 'reject'}
        noteSteers={noteSteers}
        onReject={(note) => onResolve('reject', note)}
        onCancel={() => onRejecting(false)}
      />
    );
  }
  const { approve, approveAll, happened, reject } = answers;
  const all = [approve, approveAll, happened, reject].filter((answer) => answer !== undefined);
  return (
    <div className="resolution">
      <div className="resolution-choices">
        {/* If it may already have been done, no answer is the default, and no key gives one. */}
        {approve && (
          <Button
            kind={happened ? undefined : 'primary'}
            busy={busy === 'approve'}
            disabled={busy !== undefined}
            onClick={() => onResolve('approve')}
          >
            {approve.label}
            {keys && !happened && <Key name="A" />}
          </Button>
        )}
        {approveAll && (
          <Button busy={busy === 'approveAll'} disabled={busy !== undefined} onClick={() => onResolve('approveAll')}>
            {approveAll.label}
            {keys && <Key name="⇧ A" />}
          </Button>
        )}
        {happened && (
          <Button busy={busy === 'happened'} disabled={busy !== undefined} onClick={() => onResolve('happened')}>
            {happened.label}
          </Button>
        )}
        <Button disabled={busy !== undefined} onClick={() => onRejecting(true)}>
          {texts.asksNote(reject.label)}
          {keys && <Key name="R" />}
        </Button>
      </div>
      <ul className="resolution-says">
        {all.map(({ label, effect }) => (
          <li key={label}>{effect(<b>{label}</b>)}</li>
        ))}
      </ul>
    </div>
  );
}

export const Key = ({ name }: { name: string }) => (
  <span className="key" aria-hidden="true">
    {name}
  </span>
);

interface RejectionProps {
  answer: ApprovalChoice;
  busy: boolean;
  noteSteers: boolean;
  onReject: (note: string | undefined) => void;
  onCancel: () => void;
}

function Rejection({ answer, busy, noteSteers, onReject, onCancel }: RejectionProps) {
  const [note, setNote] = useState('');
  const field = useRef<HTMLInputElement>(null);
  const id = useId();
  // In the layout effect: keys pressed right after the one that opened it belong in the note.
  useLayoutEffect(() => field.current?.focus(), []);
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    if (!busy) onReject(note.trim() || undefined);
  };
  return (
    <form className="resolution" onSubmit={onSubmit}>
      <div className="field">
        <label htmlFor={id}>{texts.note}</label>
        <input
          ref={field}
          id={id}
          className="input"
          maxLength={MAX_NOTE}
          autoComplete="off"
          value={note}
          onChange={(event) => setNote(event.target.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Escape') return;
            event.stopPropagation();
            onCancel();
          }}
        />
        <p className="field-hint">{noteSteers ? texts.rejectHintSteers : texts.rejectHint}</p>
      </div>
      <div className="resolution-choices">
        <Button type="submit" kind="danger" busy={busy}>
          {answer.label}
        </Button>
        <Button disabled={busy} onClick={onCancel}>
          {texts.back}
        </Button>
      </div>
    </form>
  );
}
