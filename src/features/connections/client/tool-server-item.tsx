import { useEffect, useRef, useState } from 'react';
import type { ToolServer } from '#features/connections/contract.ts';
import { Icon } from '#ui/primitives/icon.tsx';
import { Menu, type MenuItem } from '#ui/primitives/menu.tsx';
import { showToast } from '#ui/primitives/toast.tsx';
import { useChangeToolServer, useServerTest } from './queries.ts';
import { ServerTools } from './server-tools.tsx';
import { EditToolServerDialog, RemoveToolServerDialog } from './tool-server-dialogs.tsx';

export function ToolServerItem({ server, operates }: { server: ToolServer; operates: boolean }) {
  const [asked, setAsked] = useState<'edit' | 'remove'>();
  const close = () => setAsked(undefined);
  const change = useChangeToolServer(server);
  const test = useServerTest(server);
  const item = useRef<HTMLLIElement>(null);
  // Where a notification about its tools leads.
  const isMeant = location.hash === `#tool-server-${server.id}`;
  useEffect(() => {
    if (isMeant) item.current?.scrollIntoView({ block: 'nearest' });
  }, [isMeant]);
  const turn = (enabled: boolean) =>
    change.mutate(
      { enabled },
      {
        onSuccess: () =>
          showToast(`${server.name} is turned ${enabled ? 'on' : 'off'}.`, { action: { label: 'Undo', onSelect: () => turn(!enabled) } }),
      },
    );
  const items: MenuItem[] = [
    { label: 'Test again', icon: 'refresh', onSelect: () => void test.refetch() },
    { label: 'Edit', icon: 'pencil', onSelect: () => setAsked('edit') },
    { label: server.enabled ? 'Turn off' : 'Turn on', icon: server.enabled ? 'stop' : 'check', onSelect: () => turn(!server.enabled) },
    { label: 'Remove', icon: 'trash', kind: 'danger', onSelect: () => setAsked('remove') },
  ];
  return (
    <li className="tool-server" id={`tool-server-${server.id}`} ref={item}>
      <div className="tool-server-head">
        <Icon name="tool" />
        <div className="tool-server-text">
          <p className="tool-server-name">
            {server.name} <code>{server.slug}__</code>
            <Tags server={server} />
          </p>
          <p className="muted truncate" title={server.url}>
            {server.url}
            {server.queryNames.length > 0 && `?${server.queryNames.map((name) => `${name}=•••`).join('&')}`}
          </p>
        </div>
        <Menu label={`Actions for ${server.name}`} items={items} />
      </div>
      <ServerTools server={server} test={test} isOpen={isMeant} />
      {asked === 'edit' && <EditToolServerDialog server={server} operates={operates} onClose={close} />}
      {asked === 'remove' && <RemoveToolServerDialog server={server} onClose={close} />}
    </li>
  );
}

function Tags({ server: { enabled, privateNetwork, failingSince, tools } }: { server: ToolServer }) {
  const { changed = 0, new: fresh = 0, on = 0 } = tools;
  return (
    <>
      {!enabled && <span className="tool-server-tag">Off</span>}
      {failingSince && (
        <span className="tool-server-tag" data-kind="danger">
          Not responding
        </span>
      )}
      {changed > 0 && (
        <span className="tool-server-tag" data-kind="warn">
          {changed} changed
        </span>
      )}
      {fresh > 0 && on > 0 && <span className="tool-server-tag">{fresh} new</span>}
      {privateNetwork && <span className="tool-server-tag">Private network allowed</span>}
    </>
  );
}
