import { useState } from 'react';
import type { ServerTool, ToolServer } from '#features/connections/contract.ts';
import { explain } from '#ui/format/explain.ts';
import { Time } from '#ui/format/time.tsx';
import { Button } from '#ui/primitives/button.tsx';
import { Icon } from '#ui/primitives/icon.tsx';
import { Failure, Note } from '#ui/primitives/note.tsx';
import { ServerState } from '#ui/primitives/server-item.tsx';
import { type useServerTest, useServerTools, useTurnTools } from './queries.ts';
import { ChangedTool, ToolSwitch, UnusableTool } from './server-tool.tsx';
import { texts } from './texts.ts';

const words = texts.tools;

interface ServerToolsProps {
  server: ToolServer;
  test: ReturnType<typeof useServerTest>;
  /** A link points to this server. */
  isOpen: boolean;
}

/** The status of a server and its tools, each with a switch or with its changes. */
export function ServerTools({ server, test, isOpen }: ServerToolsProps) {
  const { data, error, refetch } = useServerTools(server);
  if (error && !data) return <Failure error={error} onRetry={() => void refetch()} />;
  const tools = data?.tools ?? [];
  const reason = test.isError ? explain(test.error) : server.reason;
  return (
    <>
      {test.isFetching && tools.length === 0 ? (
        <ServerState role="status">
          <span className="spinner" /> {texts.server.loading}
        </ServerState>
      ) : (
        reason && <NotAnswering server={server} reason={reason} isTesting={test.isFetching} onTest={() => void test.refetch()} />
      )}
      {tools.length > 0 && <ToolList server={server} tools={tools} more={data?.more ?? false} isOpen={isOpen} />}
      {tools.length === 0 && !reason && !test.isFetching && data?.listedAt && <ServerState>{texts.server.noTools}</ServerState>}
    </>
  );
}

function NotAnswering({
  server,
  reason,
  isTesting,
  onTest,
}: {
  server: ToolServer;
  reason: string;
  isTesting: boolean;
  onTest: () => void;
}) {
  return (
    <ServerState
      kind="danger"
      test={{ label: texts.server.testAgain, name: texts.server.testAgainNamed(server.name), busy: isTesting, onTest }}
    >
      <Icon name="alert" />
      <span className="server-reason">
        {reason}
        {server.failingSince && <span className="muted"> {texts.server.failingSince(<Time at={server.failingSince} />)}</span>}
      </span>
    </ServerState>
  );
}

function ToolList({ server, tools, more, isOpen }: { server: ToolServer; tools: readonly ServerTool[]; more: boolean; isOpen: boolean }) {
  const turn = useTurnTools(server);
  const inState = (state: ServerTool['state']) => tools.filter((tool) => tool.state === state);
  const [changed, fresh, unusable] = [inState('changed'), inState('new'), inState('unusable')];
  const usual = tools.filter(({ state }) => state === 'on' || state === 'off');
  const on = inState('on').length;
  // Open if tools need a review; reviewing them does not close it.
  const [opened, setOpened] = useState(isOpen || changed.length > 0 || on === 0);
  return (
    <details className="server-tools" open={opened} onToggle={(event) => setOpened(event.currentTarget.open)}>
      <summary>{words.on(on, tools.length)}</summary>
      {changed.length > 0 && <Note kind="warn">{words.changed(changed.length)}</Note>}
      {fresh.length > 0 && (
        <div className="server-tools-new">
          <p>{words.new(fresh.length)}</p>
          <Button
            size="small"
            busy={turn.isPending}
            onClick={() => turn.mutate({ tools: fresh, on: true })}
            aria-label={words.turnOnAllNamed(server.name)}
          >
            {words.turnOnAll}
          </Button>
        </div>
      )}
      <ul>
        {changed.map((tool) => (
          <ChangedTool key={tool.name} server={server} tool={tool} />
        ))}
        {[...fresh, ...usual].map((tool) => (
          <ToolSwitch key={tool.name} server={server} tool={tool} />
        ))}
        {unusable.map((tool, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: two unusable tools may have the same name and reason
          <UnusableTool key={index} tool={tool} />
        ))}
      </ul>
      {more && <p className="muted">{words.more}</p>}
    </details>
  );
}
