import { type FormEvent, type KeyboardEvent, useState } from 'react';
import { Author } from '#features/files/client/author.tsx';
import type { Turn } from '#features/runs/conversation.ts';
import { explain, fieldError } from '#ui/format/explain.ts';
import { Time } from '#ui/format/time.tsx';
import { Button, IconButton } from '#ui/primitives/button.tsx';
import { CopyButton } from '#ui/primitives/copy-button.tsx';
import { LongText } from '#ui/primitives/long-text.tsx';
import { Note } from '#ui/primitives/note.tsx';
import { TextParts } from '#ui/primitives/plain-text.tsx';
import { useBranch } from './queries.ts';
import { useRunContext } from './run-context.ts';
import { texts } from './texts/conversation.ts';

const words = texts.message;

type Message = Extract<Turn, { kind: 'message' }>;

export function MessageTurn({ turn }: { turn: Message }) {
  const { editable } = useRunContext();
  const [editing, setEditing] = useState(false);
  return (
    <article className="turn turn-person">
      <header className="turn-head">
        <Author kind="person" name={turn.by.name} />
        <span className="turn-tools">
          <CopyButton label={words.copy} text={() => turn.text} />
          {editable && !editing && <IconButton size="small" icon="branch" label={words.edit} onClick={() => setEditing(true)} />}
        </span>
        <Time at={turn.at} />
      </header>
      {editing ? (
        <BranchForm message={turn} onClose={() => setEditing(false)} />
      ) : (
        <p className="turn-message">
          <TextParts text={turn.text} />
        </p>
      )}
      {turn.payload && (
        <details>
          <summary className="muted">{words.payloadFrom(turn.payload.source)}</summary>
          <LongText label={words.payload} text={turn.payload.text} />
        </details>
      )}
    </article>
  );
}

function BranchForm({ message, onClose }: { message: Message; onClose: () => void }) {
  const { projectId, runId, onOpenRun } = useRunContext();
  const branch = useBranch(projectId, runId);
  const [text, setText] = useState(message.text);
  const canSend = text.trim() !== '' && !branch.isPending;
  const send = () => {
    if (canSend) branch.mutate({ event: message.seq, message: text.trim() }, { onSuccess: (run) => onOpenRun(run.id) });
  };
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    send();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') onClose();
    if (event.key !== 'Enter' || event.shiftKey) return;
    event.preventDefault();
    send();
  };
  return (
    <form className="branch-form" onSubmit={onSubmit}>
      {branch.isError && <Note kind="danger">{fieldError(branch.error, 'message') ?? explain(branch.error)}</Note>}
      <textarea
        // A person who clicked Edit wants to type.
        ref={focusAtEnd}
        className="input"
        aria-label={words.edited}
        rows={3}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={onKeyDown}
      />
      <p className="field-hint">{words.branchHint}</p>
      <div className="branch-actions">
        <Button size="small" onClick={onClose}>
          {words.cancel}
        </Button>
        <Button size="small" kind="primary" type="submit" icon="branch" busy={branch.isPending} disabled={!canSend}>
          {words.branch}
        </Button>
      </div>
    </form>
  );
}

function focusAtEnd(area: HTMLTextAreaElement | null): void {
  area?.focus();
  area?.setSelectionRange(area.value.length, area.value.length);
}
