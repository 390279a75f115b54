import { useState } from 'react';
import type { ToolServer } from '#features/connections/contract.ts';
import { DeleteDialog } from '#ui/primitives/delete-dialog.tsx';
import { FormDialog } from '#ui/primitives/form-dialog.tsx';
import { showToast } from '#ui/primitives/toast.tsx';
import type { HeaderDraft } from './header-fields.tsx';
import { useAddToolServer, useChangeToolServer, useRemoveToolServer } from './queries.ts';
import { suggestSlug } from './suggest-slug.ts';
import { texts } from './texts.ts';
import { type ToolServerDraft, ToolServerFields } from './tool-server-fields.tsx';

const words = texts.dialog;

/** Headers as the API expects them: a stored one is sent by name only. */
const writeHeaders = (headers: readonly HeaderDraft[]) =>
  headers.map(({ name, value, isKept }) => ({ name, ...(!(isKept && value === '') && { value }) }));

interface AddProps {
  organizationId: string;
  isOperator: boolean;
  /** Slugs already in use. */
  taken: readonly string[];
  onClose: () => void;
}

export function AddToolServerDialog({ organizationId, isOperator, taken, onClose }: AddProps) {
  const [settings, setSettings] = useState<ToolServerDraft>({
    name: '',
    slug: '',
    url: '',
    secret: '',
    headers: [],
    privateNetwork: false,
  });
  const [slugIsOwn, setSlugIsOwn] = useState(false);
  const add = useAddToolServer(organizationId);
  const change = (changes: Partial<ToolServerDraft>) => {
    if (changes.slug !== undefined) setSlugIsOwn(true);
    const suggested = changes.name !== undefined && !slugIsOwn ? { slug: suggestSlug(changes.name, taken) } : {};
    setSettings({ ...settings, ...suggested, ...changes });
  };
  const submit = () => {
    const { secret: token, headers, ...rest } = settings;
    const sent = headers.map(({ name, value }) => ({ name, value }));
    add.mutate(
      { ...rest, name: rest.name.trim(), ...(token && { token }), ...(sent.length > 0 && { headers: sent }) },
      { onSuccess: onClose },
    );
  };
  return (
    <FormDialog title={words.addTitle} action={words.addAction} busy={add.isPending} onSubmit={submit} onClose={onClose}>
      <ToolServerFields
        value={settings}
        isOperator={isOperator}
        error={add.error}
        tokenHint={words.tokenHintNew}
        urlHint={words.addressHint}
        onChange={change}
      />
    </FormDialog>
  );
}

export function EditToolServerDialog({ server, isOperator, onClose }: { server: ToolServer; isOperator: boolean; onClose: () => void }) {
  const { name, slug, url, privateNetwork, hasToken, headerNames, queryNames } = server;
  const headers = headerNames.map((header, key) => ({ key, name: header, value: '', isKept: true }));
  const [settings, setSettings] = useState<ToolServerDraft>({ name, slug, url, secret: '', headers, privateNetwork });
  const [removing, setRemoving] = useState(false);
  const [removingQuery, setRemovingQuery] = useState(false);
  const edit = useChangeToolServer(server, { inline: true });
  const submit = () => {
    const { secret: token, headers, ...rest } = settings;
    const changes = {
      ...rest,
      name: rest.name.trim(),
      ...(token ? { token } : removing && { token: null }),
      ...((headers.length > 0 || headerNames.length > 0) && { headers: writeHeaders(headers) }),
      ...(removingQuery && { query: '' as const }),
    };
    edit.mutate(changes, { onSuccess: onClose });
  };
  const tokenHint = hasToken ? words.tokenKept : words.tokenHint;
  const urlHint = queryNames.length > 0 ? words.addressHintQuery(queryNames) : words.addressHint;
  return (
    <FormDialog title={words.editTitle(name)} action={words.save} busy={edit.isPending} onSubmit={submit} onClose={onClose}>
      <ToolServerFields
        value={settings}
        isOperator={isOperator}
        error={edit.error}
        tokenHint={tokenHint}
        urlHint={urlHint}
        onChange={(changes) => setSettings({ ...settings, ...changes })}
      />
      {hasToken && settings.secret === '' && (
        <label className="server-network">
          <input type="checkbox" checked={removing} onChange={(event) => setRemoving(event.target.checked)} />
          <span>{words.removeToken}</span>
        </label>
      )}
      {queryNames.length > 0 && (
        <label className="server-network">
          <input type="checkbox" checked={removingQuery} onChange={(event) => setRemovingQuery(event.target.checked)} />
          <span>{words.removeQuery}</span>
        </label>
      )}
    </FormDialog>
  );
}

export function RemoveToolServerDialog({ server, onClose }: { server: ToolServer; onClose: () => void }) {
  const remove = useRemoveToolServer(server);
  const onRemoved = () => {
    onClose();
    showToast(texts.remove.done(server.name));
  };
  return (
    <DeleteDialog
      title={texts.remove.title(server.name)}
      action={texts.remove.action}
      busy={remove.isPending}
      error={remove.error}
      onDelete={() => remove.mutate(undefined, { onSuccess: onRemoved })}
      onClose={onClose}
    >
      {texts.remove.about}
    </DeleteDialog>
  );
}
