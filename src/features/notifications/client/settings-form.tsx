import { useState } from 'react';
import type { Channel, Choices, NotificationSettings } from '#features/notifications/contract.ts';
import { explain } from '#ui/format/explain.ts';
import { Button } from '#ui/primitives/button.tsx';
import { Failure, Note } from '#ui/primitives/note.tsx';
import { showToast } from '#ui/primitives/toast.tsx';
import { Waiting } from '#ui/primitives/waiting.tsx';
import { ProblemError } from '#wire/call.ts';
import { ChoiceTable } from './choice-table.tsx';
import { useNotificationSettings, useSaveNotificationSettings } from './queries.ts';
import { TestButton } from './test-button.tsx';
import { texts } from './texts/settings.ts';
import { WebhookFields } from './webhook-fields.tsx';
import './notifications.css';

/** Which notifications the user gets, and over which channels. */
export function NotificationSettingsForm() {
  const settings = useNotificationSettings();
  if (settings.isPending) return <Waiting what={texts.loading} />;
  if (settings.isError) return <Failure error={settings.error} onRetry={() => void settings.refetch()} />;
  return <Form settings={settings.data} />;
}

function Form({ settings }: { settings: NotificationSettings }) {
  const { email, webhook } = settings;
  const [edited, setEdited] = useState<{ choices?: Choices; url?: string }>({});
  const save = useSaveNotificationSettings();
  const choices = edited.choices ?? settings.choices;
  const url = edited.url ?? webhook.url ?? '';
  const dirty = JSON.stringify(choices) !== JSON.stringify(settings.choices) || url.trim() !== (webhook.url ?? '');
  const isReady = (channel: Channel) => channel === 'page' || (channel === 'email' ? email.ready : url.trim() !== '');
  const wrongUrl = urlProblem(save.error);
  const submit = () =>
    save.mutate(
      { choices, webhookUrl: url.trim() === '' ? null : url.trim() },
      {
        onSuccess: () => {
          setEdited({});
          showToast(texts.saved);
        },
      },
    );
  return (
    <form
      className="stack"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (dirty && !save.isPending) submit();
      }}
    >
      <ChoiceTable choices={choices} isReady={isReady} onChange={(wanted) => setEdited({ ...edited, choices: wanted })} />
      <fieldset className="notification-way">
        <legend>{texts.email.title}</legend>
        {email.ready ? (
          <>
            <p>{texts.email.address(<strong>{email.address}</strong>)}</p>
            <TestButton channel="email" label={texts.test} />
          </>
        ) : (
          <p className="muted">{texts.email.notSetUp(<code>SMTP_URL</code>, <code>MAIL_FROM</code>, <code>PUBLIC_URL</code>)}</p>
        )}
      </fieldset>
      <WebhookFields url={url} error={wrongUrl} saved={webhook} onChange={(typed) => setEdited({ ...edited, url: typed })} />
      {save.error && !wrongUrl && <Note kind="danger">{explain(save.error)}</Note>}
      <div className="notification-save">
        <Button type="submit" kind="primary" busy={save.isPending} disabled={!dirty}>
          {texts.save}
        </Button>
        {dirty && <Button onClick={() => setEdited({})}>{texts.discard}</Button>}
      </div>
    </form>
  );
}

function urlProblem(error: unknown): string | undefined {
  const errors = error instanceof ProblemError ? (error.problem.errors ?? []) : [];
  return errors.find(({ path }) => path === 'webhookUrl')?.message;
}
