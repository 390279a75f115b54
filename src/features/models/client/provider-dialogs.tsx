import { useId, useState } from 'react';
import type { ProviderKind } from '#features/models/kinds/kind.ts';
import { kindOf, providerKinds } from '#features/models/kinds/kinds.ts';
import type { ModelProvider } from '#features/models/providers-contract.ts';
import { hasCode } from '#ui/format/explain.ts';
import { DeleteDialog } from '#ui/primitives/delete-dialog.tsx';
import { FormDialog } from '#ui/primitives/form-dialog.tsx';
import { ServerFields, type ServerValues } from '#ui/primitives/server-fields.tsx';
import { showToast } from '#ui/primitives/toast.tsx';
import { EnteredModels, pathsOfModels, readModels } from './entered-models.tsx';
import { useAddProvider, useChangeProvider, useDeleteProvider } from './provider-queries.ts';

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
  const taken = hasCode(error, 'slug_taken') ? 'There is a provider with such a name already. Choose another one.' : undefined;
  const { address } = kindOf(kind);
  return (
    <>
      <ServerFields
        value={value}
        error={error}
        name={{ placeholder: 'Our models', maxLength: 60, error: taken }}
        url={
          address.own === null
            ? { label: 'Address', placeholder: address.example, hint: urlHint }
            : { label: 'Another address', placeholder: 'Its own', hint: urlHint }
        }
        secret={{ label: 'Key', field: 'key', autoComplete: 'new-password', hint: keyHint }}
        fieldPaths={pathsOfModels(error)}
        onChange={onChange}
      />
      <EnteredModels value={value.models} error={error} onChange={(models) => onChange({ models })} />
    </>
  );
}

const urlHintOf = (kind: Kind, isOperator: boolean) => {
  const { address } = kindOf(kind);
  if (address.own !== null) return 'Only where you reach it by a gateway of your own.';
  const extent = address.extent.charAt(0).toUpperCase() + address.extent.slice(1);
  return isOperator
    ? `${extent}. It may be in the server’s own network, since you run this Guildhall.`
    : `${extent}, on the public internet.`;
};

/** A kind with a fixed address is a single provider, so its label works as the name. */
const suggestedName = ({ label, address }: ProviderKind): string => (address.own === null ? '' : label);

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
  const [settings, setSettings] = useState<Settings>({ name: suggestedName(first), url: '', secret: '', models: '' });
  const add = useAddProvider(organizationId);
  const choose = (chosen: Kind) => {
    const suggested = providerKinds.some(({ label }) => label === settings.name) || settings.name === '';
    setKind(chosen);
    if (suggested) setSettings({ ...settings, name: suggestedName(kindOf(chosen)) });
  };
  const submit = () => {
    const { name, url, secret: key, models } = settings;
    add.mutate({ kind, name: name.trim(), url: url || null, key: key || null, models: readModels(models) }, { onSuccess: onClose });
  };
  return (
    <FormDialog title="Add a provider" action="Add provider" busy={add.isPending} onSubmit={submit} onClose={onClose}>
      <div className="field">
        <label htmlFor={id}>Kind</label>
        <select id={id} className="input" value={kind} onChange={(event) => choose(event.target.value as Kind)}>
          {providerKinds.map(({ id: value, label }) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </select>
      </div>
      <SettingFields
        kind={kind}
        value={settings}
        error={add.error}
        urlHint={urlHintOf(kind, isOperator)}
        keyHint={`${kindOf(kind).key.required ? '' : 'If it asks for one. '}It is kept encrypted and never shown again.`}
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
    <FormDialog title={`Edit ${provider.name}`} action="Save" busy={edit.isPending} onSubmit={submit} onClose={onClose}>
      <SettingFields
        kind={kind}
        value={settings}
        error={edit.error}
        urlHint={`The ids of its models go on beginning with ${slug}/.`}
        keyHint={hasKey ? 'One is kept. Leave this empty to keep it; at another address, enter it again.' : 'If it asks for one.'}
        onChange={(changes) => setSettings({ ...settings, ...changes })}
      />
      {hasKey && !kindOf(kind).key.required && settings.secret === '' && (
        <label className="model-option">
          <input type="checkbox" checked={forgetting} onChange={(event) => setForgetting(event.target.checked)} />
          <span>Forget the key that is kept</span>
        </label>
      )}
    </FormDialog>
  );
}

export function DeleteProviderDialog({ provider, onClose }: { provider: ModelProvider; onClose: () => void }) {
  const remove = useDeleteProvider(provider);
  const onDeleted = () => {
    onClose();
    showToast(`${provider.name} is deleted.`);
  };
  return (
    <DeleteDialog
      title={`Delete ${provider.name}?`}
      action="Delete provider"
      busy={remove.isPending}
      error={remove.error}
      onDelete={() => remove.mutate(undefined, { onSuccess: onDeleted })}
      onClose={onClose}
    >
      Its key is deleted with it. Runs in progress finish. Continuing one of them later takes another model.
    </DeleteDialog>
  );
}
