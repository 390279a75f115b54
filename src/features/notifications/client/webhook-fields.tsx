import { useState } from 'react';
import { Button } from '#ui/primitives/button.tsx';
import { Field } from '#ui/primitives/field.tsx';
import { showFailure } from '#ui/primitives/toast.tsx';
import { useMakeSecret } from './queries.ts';
import { SecretDialog } from './secret-dialog.tsx';
import { TestButton } from './test-button.tsx';
import { texts } from './texts/settings.ts';

const words = texts.webhook;

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
      <legend>{words.title}</legend>
      <Field
        label={words.address}
        type="url"
        inputMode="url"
        value={url}
        onChange={(event) => onChange(event.target.value)}
        placeholder={words.addressPlaceholder}
        hint={words.addressHint}
        error={error}
        autoComplete="off"
      />
      <div className="notification-way-actions">
        <Button size="small" busy={make.isPending} onClick={() => make.mutate(undefined, { onSuccess: setSecret, onError: showFailure })}>
          {saved.hasSecret ? words.renew : words.make}
        </Button>
        <span className="field-hint">{saved.hasSecret ? words.renewHint : words.makeHint}</span>
      </div>
      <TestButton channel="webhook" label={texts.test} disabled={saved.url === null || !saved.hasSecret || url.trim() !== saved.url} />
      {secret && <SecretDialog secret={secret} onClose={() => setSecret(undefined)} />}
    </fieldset>
  );
}
