import { useState } from 'react';
import { Button } from '#ui/primitives/button.tsx';
import { Field } from '#ui/primitives/field.tsx';
import { showFailure } from '#ui/primitives/toast.tsx';
import { useMakeSecret } from './queries.ts';
import { SecretDialog } from './secret-dialog.tsx';
import { TestButton } from './test-button.tsx';

interface WebhookFieldsProps {
  url: string;
  error: string | undefined;
  /** The stored settings, which a test uses. */
  saved: { url: string | null; hasSecret: boolean };
  onChange: (url: string) => void;
}

export function WebhookFields({ url, error, saved, onChange }: WebhookFieldsProps) {
  const make = useMakeSecret();
  const [secret, setSecret] = useState<string>();
  return (
    <fieldset className="notification-way">
      <legend>Webhook</legend>
      <Field
        label="Address"
        type="url"
        inputMode="url"
        value={url}
        onChange={(event) => onChange(event.target.value)}
        placeholder="https://example.com/guildhall"
        hint="Gets a signed POST with JSON. It has to be reachable on the public internet."
        error={error}
        autoComplete="off"
      />
      <div className="notification-way-actions">
        <Button size="small" busy={make.isPending} onClick={() => make.mutate(undefined, { onSuccess: setSecret, onError: showFailure })}>
          {saved.hasSecret ? 'Make a new secret' : 'Make a secret'}
        </Button>
        <span className="field-hint">
          {saved.hasSecret ? 'Messages are signed with it. A new one replaces it at once.' : 'Nothing is sent without one.'}
        </span>
      </div>
      <TestButton channel="webhook" label="Send a test" disabled={saved.url === null || !saved.hasSecret || url.trim() !== saved.url} />
      {secret && <SecretDialog secret={secret} onClose={() => setSecret(undefined)} />}
    </fieldset>
  );
}
