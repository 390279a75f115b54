import { useEffect, useRef } from 'react';
import { Button } from '#ui/primitives/button.tsx';
import { CopyButton } from '#ui/primitives/copy-button.tsx';
import { texts } from './texts.ts';

const words = texts.secret;

interface TokenSecretProps {
  name: string;
  secret: string;
  /** Whether the example works with it. */
  canRead: boolean;
  onDone: () => void;
}

/** The only time the secret is shown. No dialog: a click beside one would lose it. */
export function TokenSecret({ name, secret, canRead, onDone }: TokenSecretProps) {
  const section = useRef<HTMLElement>(null);
  useEffect(() => {
    // A dialog that has just closed moves the focus back to its button.
    const timer = setTimeout(() => section.current?.focus());
    return () => clearTimeout(timer);
  }, []);
  const example = `curl -H "Authorization: Bearer $GUILDHALL_TOKEN" ${location.origin}/api/projects`;
  return (
    <section ref={section} className="token-secret" tabIndex={-1} data-quiet-focus="" aria-labelledby="token-secret">
      <h2 id="token-secret">{words.title(name)}</h2>
      <p>{words.about}</p>
      <div className="token-code">
        <code>{secret}</code>
        <CopyButton label={words.copy} text={() => secret} />
      </div>
      {canRead && (
        <>
          <p>{words.example}</p>
          <div className="token-code">
            <code>{example}</code>
            <CopyButton label={words.copyExample} text={() => example} />
          </div>
        </>
      )}
      <div className="token-secret-actions">
        <Button kind="primary" onClick={onDone}>
          {words.done}
        </Button>
        <a href="/api/docs" target="_blank" rel="noreferrer">
          {words.docs}
        </a>
      </div>
    </section>
  );
}
