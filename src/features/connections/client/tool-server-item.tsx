import { useState } from 'react';
import type { ToolServer } from '#features/connections/contract.ts';
import { Icon } from '#ui/icon.tsx';
import { Menu, type MenuItem } from '#ui/menu.tsx';
import { showToast } from '#ui/toast.tsx';
import { useChangeToolServer, useServerTools } from './queries.ts';
import { ServerTools } from './server-tools.tsx';
import { EditToolServerDialog, RemoveToolServerDialog } from './tool-server-dialogs.tsx';

export function ToolServerItem({ server, operates }: { server: ToolServer; operates: boolean }) {
  const [asked, setAsked] = useState<'edit' | 'remove'>();
  const close = () => setAsked(undefined);
  const change = useChangeToolServer(server);
  const tools = useServerTools(server);
  const turn = (enabled: boolean) =>
    change.mutate(
      { enabled },
      {
        onSuccess: () =>
          showToast(`${server.name} is switched ${enabled ? 'on' : 'off'}.`, { action: { label: 'Undo', onSelect: () => turn(!enabled) } }),
      },
    );
  const items: MenuItem[] = [
    { label: 'Test again', icon: 'refresh', onSelect: () => void tools.refetch() },
    { label: 'Edit', icon: 'pencil', onSelect: () => setAsked('edit') },
    { label: server.enabled ? 'Switch off' : 'Switch on', icon: server.enabled ? 'stop' : 'check', onSelect: () => turn(!server.enabled) },
    { label: 'Remove', icon: 'trash', kind: 'danger', onSelect: () => setAsked('remove') },
  ];
  return (
    <li className="tool-server">
      <div className="tool-server-head">
        <Icon name="tool" />
        <div className="tool-server-text">
          <p className="tool-server-name">
            {server.name} <code>{server.slug}__</code>
            {!server.enabled && <span className="tool-server-tag">Off</span>}
            {server.privateNetwork && <span className="tool-server-tag">Own network</span>}
          </p>
          <p className="muted truncate" title={server.url}>
            {server.url}
          </p>
        </div>
        <Menu label={`Actions for ${server.name}`} items={items} />
      </div>
      <ServerTools server={server} tools={tools} />
      {asked === 'edit' && <EditToolServerDialog server={server} operates={operates} onClose={close} />}
      {asked === 'remove' && <RemoveToolServerDialog server={server} onClose={close} />}
    </li>
  );
}
