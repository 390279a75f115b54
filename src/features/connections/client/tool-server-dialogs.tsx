import { useId, useState } from 'react';
import type { ToolServer } from '#features/connections/contract.ts';
import { explainRest, fieldError, hasCode } from '#ui/format/explain.ts';
import { Field } from '#ui/primitives/field.tsx';
import { FormDialog } from '#ui/primitives/form-dialog.tsx';
import { Failure, Note } from '#ui/primitives/note.tsx';
import { showToast } from '#ui/primitives/toast.tsx';
import { type HeaderDraft, HeaderFields } from './header-fields.tsx';
import { useAddToolServer, useChangeToolServer, useRemoveToolServer } from './queries.ts';
import { suggestSlug } from './suggest-slug.ts';

interface Settings {
  name: string;
  slug: string;
  url: string;
  token: string;
  headers: HeaderDraft[];
  privateNetwork: boolean;
}

const FIELDS = ['name', 'slug', 'url', 'token'];

/** Headers as the server takes them; one that is kept is named alone. */
const writeHeaders = (headers: readonly HeaderDraft[]) =>
  headers.map(({ name, value, isKept }) => ({ name, ...(!(isKept && value === '') && { value }) }));

const headerError = (error: unknown, index: number) =>
  fieldError(error, `headers.${index}.name`) ??
  fieldError(error, `headers.${index}.value`) ??
  (index === 0 ? fieldError(error, 'headers') : undefined);

interface FieldsProps {
  value: Settings;
  operates: boolean;
  error: unknown;
  tokenHint: string;
  urlHint: string;
  onChange: (changes: Partial<Settings>) => void;
}

function SettingFields({ value, operates, error, tokenHint, urlHint, onChange }: FieldsProps) {
  const networkId = useId();
  const fields = [...FIELDS, 'headers', ...value.headers.flatMap((_, index) => [`headers.${index}.name`, `headers.${index}.value`])];
  const rest = hasCode(error, 'slug_taken') ? undefined : explainRest(error, fields);
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
        hint={urlHint}
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
      <HeaderFields headers={value.headers} errorOf={(index) => headerError(error, index)} onChange={(headers) => onChange({ headers })} />
      <Field
        label="Short name"
        value={value.slug}
        onChange={(event) => onChange({ slug: event.target.value })}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        maxLength={20}
        hint={`Prefix of its tools, for example ${value.slug || 'tracker'}__create_issue.`}
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
            <label htmlFor={networkId}>Private network allowed</label>
            <p id={`${networkId}-hint`} className="field-hint">
              Only operators can allow this. Otherwise private addresses are blocked.
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
  const [settings, setSettings] = useState<Settings>({ name: '', slug: '', url: '', token: '', headers: [], privateNetwork: false });
  const [slugIsOwn, setSlugIsOwn] = useState(false);
  const add = useAddToolServer(organizationId);
  const change = (changes: Partial<Settings>) => {
    if (changes.slug !== undefined) setSlugIsOwn(true);
    const suggested = changes.name !== undefined && !slugIsOwn ? { slug: suggestSlug(changes.name, taken) } : {};
    setSettings({ ...settings, ...suggested, ...changes });
  };
  const submit = () => {
    const { token, headers, ...rest } = settings;
    const sent = headers.map(({ name, value }) => ({ name, value }));
    add.mutate(
      { ...rest, name: rest.name.trim(), ...(token && { token }), ...(sent.length > 0 && { headers: sent }) },
      { onSuccess: onClose },
    );
  };
  return (
    <FormDialog title="Connect a tool server" action="Connect" busy={add.isPending} onSubmit={submit} onClose={onClose}>
      <SettingFields
        value={settings}
        operates={operates}
        error={add.error}
        tokenHint="If the server needs one. Stored encrypted and never shown again."
        urlHint="URL of an MCP server (streamable HTTP)."
        onChange={change}
      />
    </FormDialog>
  );
}

export function EditToolServerDialog({ server, operates, onClose }: { server: ToolServer; operates: boolean; onClose: () => void }) {
  const { name, slug, url, privateNetwork, hasToken, headerNames, queryNames } = server;
  const headers = headerNames.map((header, key) => ({ key, name: header, value: '', isKept: true }));
  const [settings, setSettings] = useState<Settings>({ name, slug, url, token: '', headers, privateNetwork });
  const [removing, setRemoving] = useState(false);
  const [removingQuery, setRemovingQuery] = useState(false);
  const edit = useChangeToolServer(server, { inline: true });
  const submit = () => {
    const { token, headers, ...rest } = settings;
    const changes = {
      ...rest,
      name: rest.name.trim(),
      ...(token ? { token } : removing && { token: null }),
      ...((headers.length > 0 || headerNames.length > 0) && { headers: writeHeaders(headers) }),
      ...(removingQuery && { query: '' as const }),
    };
    edit.mutate(changes, { onSuccess: onClose });
  };
  const tokenHint = hasToken ? 'One is saved. Leave empty to keep it. A different host needs it again.' : 'If the server needs one.';
  const urlHint =
    queryNames.length > 0
      ? `Also has hidden parameters: ${queryNames.join(', ')}. To replace them, enter the full URL.`
      : 'URL of an MCP server (streamable HTTP).';
  return (
    <FormDialog title={`Edit ${name}`} action="Save" busy={edit.isPending} onSubmit={submit} onClose={onClose}>
      <SettingFields
        value={settings}
        operates={operates}
        error={edit.error}
        tokenHint={tokenHint}
        urlHint={urlHint}
        onChange={(changes) => setSettings({ ...settings, ...changes })}
      />
      {hasToken && settings.token === '' && (
        <label className="server-network">
          <input type="checkbox" checked={removing} onChange={(event) => setRemoving(event.target.checked)} />
          <span>Remove the saved token</span>
        </label>
      )}
      {queryNames.length > 0 && (
        <label className="server-network">
          <input type="checkbox" checked={removingQuery} onChange={(event) => setRemovingQuery(event.target.checked)} />
          <span>Remove the hidden parameters of the URL</span>
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
        Agents lose its tools right away. Calls in progress finish. Its token and headers are deleted. To pause it, turn it off instead.
      </p>
      <Failure error={remove.error} />
    </FormDialog>
  );
}
