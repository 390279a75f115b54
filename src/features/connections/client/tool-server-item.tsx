import { useEffect, useRef, useState } from 'react';
import type { ToolServer } from '#features/connections/contract.ts';
import { Menu, type MenuItem } from '#ui/primitives/menu.tsx';
import { ServerItem } from '#ui/primitives/server-item.tsx';
import { Tag } from '#ui/primitives/tag.tsx';
import { showToast } from '#ui/primitives/toast.tsx';
import { useChangeToolServer, useServerTest } from './queries.ts';
import { ServerTools } from './server-tools.tsx';
import { texts } from './texts.ts';
import { EditToolServerDialog, RemoveToolServerDialog } from './tool-server-dialogs.tsx';

const words = texts.server;

export function ToolServerItem({ server, isOperator }: { server: ToolServer; isOperator: boolean }) {
  const [openDialog, setOpenDialog] = useState<'edit' | 'remove'>();
  const close = () => setOpenDialog(undefined);
  const change = useChangeToolServer(server);
  const test = useServerTest(server);
  const item = useRef<HTMLLIElement>(null);
  // A notification about its tools links here.
  const isMeant = location.hash === `#tool-server-${server.id}`;
  useEffect(() => {
    if (isMeant) item.current?.scrollIntoView({ block: 'nearest' });
  }, [isMeant]);
  const turn = (enabled: boolean) =>
    change.mutate(
      { enabled },
      {
        onSuccess: () =>
          showToast(enabled ? words.turnedOn(server.name) : words.turnedOff(server.name), {
            action: { label: words.undo, onSelect: () => turn(!enabled) },
          }),
      },
    );
  const items: MenuItem[] = [
    { label: words.testAgain, icon: 'refresh', onSelect: () => void test.refetch() },
    { label: words.edit, icon: 'pencil', onSelect: () => setOpenDialog('edit') },
    {
      label: server.enabled ? words.turnOff : words.turnOn,
      icon: server.enabled ? 'stop' : 'check',
      onSelect: () => turn(!server.enabled),
    },
    { label: words.remove, icon: 'trash', kind: 'danger', onSelect: () => setOpenDialog('remove') },
  ];
  return (
    <ServerItem
      id={`tool-server-${server.id}`}
      ref={item}
      icon="tool"
      name={server.name}
      prefix={`${server.slug}__`}
      tags={<Tags server={server} />}
      place={server.url + (server.queryNames.length > 0 ? `?${server.queryNames.map((name) => `${name}=•••`).join('&')}` : '')}
      address={server.url}
      menu={<Menu label={words.actions(server.name)} items={items} />}
    >
      <ServerTools server={server} test={test} isOpen={isMeant} />
      {openDialog === 'edit' && <EditToolServerDialog server={server} isOperator={isOperator} onClose={close} />}
      {openDialog === 'remove' && <RemoveToolServerDialog server={server} onClose={close} />}
    </ServerItem>
  );
}

function Tags({ server: { enabled, privateNetwork, failingSince, tools } }: { server: ToolServer }) {
  const { changed = 0, new: fresh = 0, on = 0 } = tools;
  return (
    <>
      {!enabled && <Tag>{words.off}</Tag>}
      {failingSince && <Tag kind="danger">{words.notResponding}</Tag>}
      {changed > 0 && <Tag kind="warn">{words.changed(changed)}</Tag>}
      {fresh > 0 && on > 0 && <Tag>{words.new(fresh)}</Tag>}
      {privateNetwork && <Tag>{words.privateNetwork}</Tag>}
    </>
  );
}
