import { useId, useState } from 'react';
import { kindOf, providerKinds } from '#features/models/kinds/kinds.ts';
import type { ModelProvider } from '#features/models/providers-contract.ts';
import { texts as shared } from '#features/models/texts.ts';
import { hasCode } from '#ui/format/explain.ts';
import { DeleteDialog } from '#ui/primitives/delete-dialog.tsx';
import { FormDialog } from '#ui/primitives/form-dialog.tsx';
import { ServerFields, type ServerValues } from '#ui/primitives/server-fields.tsx';
import { showToast } from '#ui/primitives/toast.tsx';
import { EnteredModels, pathsOfModels, readModels } from './entered-models.tsx';
import { useAddProvider, useChangeProvider, useDeleteProvider } from './provider-queries.ts';
import { texts } from './texts/settings.ts';

const words = texts.dialog;

type Kind = ModelProvider['kind'];

interface Settings extends ServerValues {
  /** One per line. */
  models: string;
}

interface FieldsProps {
  kind: Kind;
  value: Settings;
  error: unknown;
  urlHint: string;
  keyHint: string;
  onChange: (changes: Partial<Settings>) => void;
}

function SettingFields({ kind, value, error, urlHint, keyHint, onChange }: FieldsProps) {
  const taken = hasCode(error, 'slug_taken') ? words.nameTaken : undefined;
  const { address } = kindOf(kind);
  return (
    <>
      <ServerFields
        value={value}
        error={error}
        name={{ placeholder: words.namePlaceholder, maxLength: 60, error: taken }}
        url={
          address.own === null
            ? { label: words.address, placeholder: address.example, hint: urlHint }
            : { label: words.otherAddress, placeholder: words.otherAddressPlaceholder, hint: urlHint }
        }
        secret={{ label: words.key, field: 'key', autoComplete: 'new-password', hint: keyHint }}
        fieldPaths={pathsOfModels(error)}
        onChange={onChange}
      />
      <EnteredModels value={value.models} error={error} onChange={(models) => onChange({ models })} />
    </>
  );
}

const urlHintOf = (kind: Kind, isOperator: boolean) => {
  const { address } = kindOf(kind);
  if (address.own !== null) return words.otherAddressHint;
  return isOperator ? words.addressHintOperator(address.end) : words.addressHint(address.end);
};

/** A kind with a fixed address is a single provider, so its label works as the name. */
const suggestedName = (kind: Kind): string => (kindOf(kind).address.own === null ? '' : shared.kinds[kind].label);

export function AddProviderDialog({
  organizationId,
  isOperator,
  onClose,
}: {
  organizationId: string;
  isOperator: boolean;
  onClose: () => void;
}) {
  const id = useId();
  const [first] = providerKinds;
  const [kind, setKind] = useState<Kind>(first.id);
  const [settings, setSettings] = useState<Settings>({ name: suggestedName(first.id), url: '', secret: '', models: '' });
  const add = useAddProvider(organizationId);
  const choose = (chosen: Kind) => {
    const suggested = providerKinds.some(({ id }) => shared.kinds[id].label === settings.name) || settings.name === '';
    setKind(chosen);
    if (suggested) setSettings({ ...settings, name: suggestedName(chosen) });
  };
  const submit = () => {
    const { name, url, secret: key, models } = settings;
    add.mutate({ kind, name: name.trim(), url: url || null, key: key || null, models: readModels(models) }, { onSuccess: onClose });
  };
  return (
    <FormDialog title={words.addTitle} action={words.addAction} busy={add.isPending} onSubmit={submit} onClose={onClose}>
      <div className="field">
        <label htmlFor={id}>{words.kind}</label>
        <select id={id} className="input" value={kind} onChange={(event) => choose(event.target.value as Kind)}>
          {providerKinds.map(({ id: value }) => (
            <option key={value} value={value}>
              {shared.kinds[value].label}
            </option>
          ))}
        </select>
      </div>
      <SettingFields
        kind={kind}
        value={settings}
        error={add.error}
        urlHint={urlHintOf(kind, isOperator)}
        keyHint={kindOf(kind).key.required ? words.keyHint : words.keyHintOptional}
        onChange={(changes) => setSettings({ ...settings, ...changes })}
      />
    </FormDialog>
  );
}

export function EditProviderDialog({ provider, onClose }: { provider: ModelProvider; onClose: () => void }) {
  const { kind, slug, hasKey } = provider;
  const [settings, setSettings] = useState<Settings>({
    name: provider.name,
    url: provider.url ?? '',
    secret: '',
    models: provider.models.join('\n'),
  });
  const [forgetting, setForgetting] = useState(false);
  const edit = useChangeProvider(provider);
  const submit = () => {
    const { name, url, secret: key, models } = settings;
    edit.mutate(
      { name: name.trim(), url: url || null, models: readModels(models), ...(key ? { key } : forgetting && { key: null }) },
      { onSuccess: onClose },
    );
  };
  return (
    <FormDialog title={words.editTitle(provider.name)} action={words.save} busy={edit.isPending} onSubmit={submit} onClose={onClose}>
      <SettingFields
        kind={kind}
        value={settings}
        error={edit.error}
        urlHint={words.slugHint(slug)}
        keyHint={hasKey ? words.keyKept : words.keyMissing}
        onChange={(changes) => setSettings({ ...settings, ...changes })}
      />
      {hasKey && !kindOf(kind).key.required && settings.secret === '' && (
        <label className="model-option">
          <input type="checkbox" checked={forgetting} onChange={(event) => setForgetting(event.target.checked)} />
          <span>{words.forgetKey}</span>
        </label>
      )}
    </FormDialog>
  );
}

export function DeleteProviderDialog({ provider, onClose }: { provider: ModelProvider; onClose: () => void }) {
  const remove = useDeleteProvider(provider);
  const onDeleted = () => {
    onClose();
    showToast(texts.delete.done(provider.name));
  };
  return (
    <DeleteDialog
      title={texts.delete.title(provider.name)}
      action={texts.delete.action}
      busy={remove.isPending}
      error={remove.error}
      onDelete={() => remove.mutate(undefined, { onSuccess: onDeleted })}
      onClose={onClose}
    >
      {texts.delete.about}
    </DeleteDialog>
  );
}
