import { type FormEvent, type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import { Button } from '#ui/button.tsx';
import { explain, fieldError } from '#ui/explain.ts';
import { Note } from '#ui/note.tsx';

interface ComposerProps {
  placeholder: string;
  busy: boolean;
  error: unknown;
  /** @returns whether it was taken; what was not stays to be sent again */
  onSend: (message: string) => Promise<boolean>;
  /** It takes the place of one in which somebody was typing. */
  takesCursor?: boolean;
  /** What stands beside the button. */
  children?: ReactNode;
}

export function Composer({ placeholder, busy, error, onSend, takesCursor = false, children }: ComposerProps) {
  const [text, setText] = useState('');
  const input = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    if (takesCursor) input.current?.focus();
  }, [takesCursor]);
  const canSend = text.trim() !== '' && !busy;
  const send = async () => {
    if (!canSend) return;
    setText('');
    if (!(await onSend(text.trim()))) setText((since) => since || text);
  };
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    void send();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    // Enter that ends the writing of a Japanese word sends nothing.
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    void send();
  };
  return (
    <form className="composer" onSubmit={onSubmit}>
      {Boolean(error) && <Note kind="danger">{fieldError(error, 'message') ?? explain(error)}</Note>}
      <div className="composer-box">
        <textarea
          ref={input}
          aria-label="Message"
          rows={2}
          placeholder={placeholder}
          value={text}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={onKeyDown}
        />
        <div className="composer-foot">
          <div className="composer-side">{children}</div>
          <Button type="submit" kind="primary" size="small" icon="send" busy={busy} disabled={!canSend}>
            Send
          </Button>
        </div>
      </div>
    </form>
  );
}
