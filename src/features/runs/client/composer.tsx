import { type FormEvent, type KeyboardEvent, type ReactNode, useEffect, useEffectEvent, useRef, useState } from 'react';
import { explainRest, fieldError } from '#ui/format/explain.ts';
import { Button } from '#ui/primitives/button.tsx';
import { Note } from '#ui/primitives/note.tsx';
import { usePersistentError } from '#ui/primitives/standing-error.ts';
import { useDraft } from './draft.ts';
import { texts } from './texts/list.ts';

/** Initial text; choosing one again creates a new object. */
export interface Suggestion {
  text: string;
}

interface ComposerProps {
  /** Name under which the draft is stored until it is sent. */
  draft: string;
  placeholder: string;
  busy: boolean;
  error: unknown;
  /** Paths of an invalid input whose problems are shown elsewhere. */
  shownElsewhere?: readonly string[];
  /** @returns whether it was accepted; otherwise the text stays for another try */
  onSend: (message: string) => Promise<boolean>;
  suggestion?: Suggestion | undefined;
  /** Focuses on mount, because it replaces a composer in which the person was typing. */
  takesCursor?: boolean;
  /** Below the text. */
  settings?: ReactNode;
  /** Next to the button. */
  children?: ReactNode;
}

const none: readonly string[] = [];

export function Composer(props: ComposerProps) {
  const { draft, placeholder, busy, error, shownElsewhere = none, onSend, suggestion, takesCursor = false, settings, children } = props;
  const standing = usePersistentError(error);
  const [text, setText] = useDraft(draft);
  const [sending, setSending] = useState(false);
  const input = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    if (takesCursor) input.current?.focus();
  }, [takesCursor]);
  const suggest = useEffectEvent((given: string) => {
    setText(given);
    input.current?.focus();
  });
  useEffect(() => {
    if (suggestion) suggest(suggestion.text);
  }, [suggestion]);
  const canSend = text.trim() !== '' && !busy && !sending;
  const send = async () => {
    if (!canSend) return;
    setSending(true);
    setText('');
    if (!(await onSend(text.trim()))) setText((since) => since || text);
    setSending(false);
  };
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    void send();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || event.shiftKey) return;
    event.preventDefault();
    void send();
  };
  const problem = fieldError(standing, 'message') ?? explainRest(standing, shownElsewhere);
  return (
    <form className="composer" onSubmit={onSubmit}>
      {problem && <Note kind="danger">{problem}</Note>}
      <div className="composer-box">
        <textarea
          ref={input}
          aria-label={texts.message}
          rows={2}
          placeholder={placeholder}
          value={text}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={onKeyDown}
        />
        {settings && <div className="composer-settings">{settings}</div>}
        <div className="composer-foot">
          <div className="composer-side">{children}</div>
          <Button type="submit" kind="primary" size="small" icon="send" busy={busy} disabled={!canSend}>
            {texts.send}
          </Button>
        </div>
      </div>
    </form>
  );
}
