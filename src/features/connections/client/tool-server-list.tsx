import { useState } from 'react';
import { Button } from '#ui/primitives/button.tsx';
import { Empty } from '#ui/primitives/empty.tsx';
import { Failure } from '#ui/primitives/note.tsx';
import { Waiting } from '#ui/primitives/waiting.tsx';
import { useToolServers } from './queries.ts';
import { texts } from './texts.ts';
import { AddToolServerDialog } from './tool-server-dialogs.tsx';
import { ToolServerItem } from './tool-server-item.tsx';

const words = texts.servers;

export function ToolServerList({ organizationId, isOperator }: { organizationId: string; isOperator: boolean }) {
  const servers = useToolServers(organizationId);
  const [adding, setAdding] = useState(false);
  if (servers.isPending) return <Waiting what={words.loading} />;
  if (servers.isError) return <Failure error={servers.error} onRetry={() => void servers.refetch()} />;
  const add = (
    <Button kind={servers.data.length === 0 ? 'primary' : undefined} icon="plus" onClick={() => setAdding(true)}>
      {words.connect}
    </Button>
  );
  return (
    <>
      {servers.data.length === 0 ? (
        <Empty icon="tool" title={words.emptyTitle} action={add}>
          {words.empty}
        </Empty>
      ) : (
        <div className="stack">
          <ul className="servers">
            {servers.data.map((server) => (
              <ToolServerItem key={server.id} server={server} isOperator={isOperator} />
            ))}
          </ul>
          <div>{add}</div>
        </div>
      )}
      {adding && (
        <AddToolServerDialog
          organizationId={organizationId}
          isOperator={isOperator}
          taken={servers.data.map(({ slug }) => slug)}
          onClose={() => setAdding(false)}
        />
      )}
    </>
  );
}
