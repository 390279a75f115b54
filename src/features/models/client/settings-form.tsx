import { useState } from 'react';
import type { KnownModel, ModelSettings } from '#features/models/contract.ts';
import { explain } from '#ui/format/explain.ts';
import { Button } from '#ui/primitives/button.tsx';
import { Failure, Note } from '#ui/primitives/note.tsx';
import { showToast } from '#ui/primitives/toast.tsx';
import { Waiting } from '#ui/primitives/waiting.tsx';
import { ModelChoice } from './model-choice.tsx';
import { ModelTable } from './model-table.tsx';
import { useModelSettings, useSaveSettings } from './queries.ts';
import { type Draft, draftOf, isSame, settingsOf } from './settings-draft.ts';
import { texts } from './texts/settings.ts';

const words = texts.models;

export function SettingsForm({ organizationId }: { organizationId: string }) {
  const found = useModelSettings(organizationId);
  if (found.isPending) return <Waiting what={texts.asking} />;
  if (found.isError) return <Failure error={found.error} onRetry={() => void found.refetch()} />;
  const { settings, models } = found.data;
  return <Form organizationId={organizationId} settings={settings} models={models} />;
}

interface FormProps {
  organizationId: string;
  settings: ModelSettings;
  models: readonly KnownModel[];
}

function Form({ organizationId, settings, models }: FormProps) {
  const [edited, setEdited] = useState<Draft>();
  const save = useSaveSettings(organizationId);
  const saved = draftOf(settings);
  const draft = edited ?? saved;
  const change = (changes: Partial<Draft>) => setEdited({ ...draft, ...changes });
  const { settings: wanted, wrong } = settingsOf(draft);
  const dirty = edited !== undefined && !isSame(edited, saved);
  const choosable = models.filter(({ id }) => draft.allowed === null || draft.allowed.includes(id));
  const submit = () =>
    save.mutate(wanted, {
      onSuccess: () => {
        setEdited(undefined);
        showToast(words.saved);
      },
    });
  return (
    <form
      className="stack"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (dirty && wrong.size === 0) submit();
      }}
    >
      <div className="model-choices">
        <ModelChoice
          label={words.default}
          hint={words.defaultHint}
          none={words.defaultNone}
          models={choosable}
          value={draft.default}
          onChange={(id) => change({ default: id })}
        />
        <ModelChoice
          label={words.fallback}
          hint={words.fallbackHint}
          none={words.fallbackNone}
          models={choosable}
          value={draft.fallback}
          onChange={(id) => change({ fallback: id })}
        />
      </div>
      <ModelTable models={models} draft={draft} wrong={wrong} onChange={change} />
      {save.error && <Note kind="danger">{explain(save.error)}</Note>}
      <div className="model-save">
        <Button type="submit" kind="primary" busy={save.isPending} disabled={!dirty || wrong.size > 0}>
          {words.save}
        </Button>
        {dirty && <Button onClick={() => setEdited(undefined)}>{words.discard}</Button>}
      </div>
    </form>
  );
}
