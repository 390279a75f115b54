import { useId, useState } from 'react';
import type { ToolServer } from '#features/connections/contract.ts';
import { explainRest, fieldError, hasCode } from '#ui/explain.ts';
import { Field } from '#ui/field.tsx';
import { FormDialog } from '#ui/form-dialog.tsx';
import { Failure, Note } from '#ui/note.tsx';
import { showToast } from '#ui/toast.tsx';
import { useAddToolServer, useChangeToolServer, useRemoveToolServer } from './queries.ts';
import { suggestSlug } from './suggest-slug.ts';

interface Settings {
  name: string;
  slug: string;
  url: string;
  token: string;
  privateNetwork: boolean;
}

const FIELDS = ['name', 'slug', 'url', 'token'];

interface FieldsProps {
  value: Settings;
  operates: boolean;
  error: unknown;
  tokenHint: string;
  onChange: (changes: Partial<Settings>) => void;
}

function SettingFields({ value, operates, error, tokenHint, onChange }: FieldsProps) {
  const networkId = useId();
  const rest = hasCode(error, 'slug_taken') ? undefined : explainRest(error, FIELDS);
  return (
    <>
      {rest && <Note kind="danger">{rest}</Note>}
      <Field
        label="Name"
        value={value.name}
        onChange={(event) => onChange({ name: event.target.value })}
        placeholder="Issue tracker"
        autoComplete="off"
        maxLength={100}
        error={fieldError(error, 'name')}
      />
      <Field
        label="Address"
        type="url"
        value={value.url}
        onChange={(event) => onChange({ url: event.target.value })}
        placeholder="https://tracker.example.com/mcp"
        autoComplete="off"
        spellCheck={false}
        hint="Of an MCP server that speaks streamable HTTP."
        error={fieldError(error, 'url')}
      />
      <Field
        label="Token"
        type="password"
        value={value.token}
        onChange={(event) => onChange({ token: event.target.value })}
        autoComplete="off"
        hint={tokenHint}
        error={fieldError(error, 'token')}
      />
      <Field
        label="Short name"
        value={value.slug}
        onChange={(event) => onChange({ slug: event.target.value })}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        maxLength={20}
        hint={`Begins the names of its tools: ${value.slug || 'tracker'}__create_issue.`}
        error={fieldError(error, 'slug') ?? (hasCode(error, 'slug_taken') ? 'Another server has this short name.' : undefined)}
      />
      {operates && (
        <div className="server-network">
          <input
            id={networkId}
            type="checkbox"
            checked={value.privateNetwork}
            onChange={(event) => onChange({ privateNetwork: event.target.checked })}
            aria-describedby={`${networkId}-hint`}
          />
          <div>
            <label htmlFor={networkId}>It may be in our own network</label>
            <p id={`${networkId}-hint`} className="field-hint">
              Only those who run this Guildhall can allow that. Without it, private addresses are refused.
            </p>
          </div>
        </div>
      )}
    </>
  );
}

interface AddProps {
  organizationId: string;
  operates: boolean;
  /** Short names that are in use. */
  taken: readonly string[];
  onClose: () => void;
}

export function AddToolServerDialog({ organizationId, operates, taken, onClose }: AddProps) {
  const [settings, setSettings] = useState<Settings>({ name: '', slug: '', url: '', token: '', privateNetwork: false });
  const [slugIsOwn, setSlugIsOwn] = useState(false);
  const add = useAddToolServer(organizationId);
  const change = (changes: Partial<Settings>) => {
    if (changes.slug !== undefined) setSlugIsOwn(true);
    const suggested = changes.name !== undefined && !slugIsOwn ? { slug: suggestSlug(changes.name, taken) } : {};
    setSettings({ ...settings, ...suggested, ...changes });
  };
  const submit = () => {
    const { token, ...rest } = settings;
    add.mutate({ ...rest, name: rest.name.trim(), ...(token && { token }) }, { onSuccess: onClose });
  };
  return (
    <FormDialog title="Connect a tool server" action="Connect" busy={add.isPending} onSubmit={submit} onClose={onClose}>
      <SettingFields
        value={settings}
        operates={operates}
        error={add.error}
        tokenHint="If it asks for one. It is kept encrypted and never shown again."
        onChange={change}
      />
    </FormDialog>
  );
}

export function EditToolServerDialog({ server, operates, onClose }: { server: ToolServer; operates: boolean; onClose: () => void }) {
  const { name, slug, url, privateNetwork, hasToken } = server;
  const [settings, setSettings] = useState<Settings>({ name, slug, url, token: '', privateNetwork });
  const [removing, setRemoving] = useState(false);
  const edit = useChangeToolServer(server, { inline: true });
  const submit = () => {
    const { token, ...rest } = settings;
    edit.mutate({ ...rest, name: rest.name.trim(), ...(token ? { token } : removing && { token: null }) }, { onSuccess: onClose });
  };
  const tokenHint = hasToken ? 'One is kept. Leave this empty to keep it; at another host, enter it again.' : 'If it asks for one.';
  return (
    <FormDialog title={`Edit ${name}`} action="Save" busy={edit.isPending} onSubmit={submit} onClose={onClose}>
      <SettingFields
        value={settings}
        operates={operates}
        error={edit.error}
        tokenHint={tokenHint}
        onChange={(changes) => setSettings({ ...settings, ...changes })}
      />
      {hasToken && settings.token === '' && (
        <label className="server-network">
          <input type="checkbox" checked={removing} onChange={(event) => setRemoving(event.target.checked)} />
          <span>Remove the token that is kept</span>
        </label>
      )}
    </FormDialog>
  );
}

export function RemoveToolServerDialog({ server, onClose }: { server: ToolServer; onClose: () => void }) {
  const remove = useRemoveToolServer(server);
  const onRemoved = () => {
    onClose();
    showToast(`${server.name} is removed.`);
  };
  return (
    <FormDialog
      title={`Remove ${server.name}?`}
      action="Remove server"
      kind="danger"
      busy={remove.isPending}
      onSubmit={() => remove.mutate(undefined, { onSuccess: onRemoved })}
      onClose={onClose}
    >
      <p>
        Agents lose its tools at once; calls that are under way end as they would. Its token is deleted. To pause it, switch it off instead.
      </p>
      <Failure error={remove.error} />
    </FormDialog>
  );
}
