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
          <span className="spinner" /> Loading its tools. This can take a minute.
        </ServerState>
      ) : (
        reason && <NotAnswering server={server} reason={reason} isTesting={test.isFetching} onTest={() => void test.refetch()} />
      )}
      {tools.length > 0 && <ToolList server={server} tools={tools} more={data?.more ?? false} isOpen={isOpen} />}
      {tools.length === 0 && !reason && !test.isFetching && data?.listedAt && <ServerState>Connected. It has no tools.</ServerState>}
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
    <ServerState kind="danger" test={{ label: 'Test again', name: `Test again: ${server.name}`, busy: isTesting, onTest }}>
      <Icon name="alert" />
      <span className="server-reason">
        {reason}
        {server.failingSince && (
          <span className="muted">
            {' '}
            Not responding since <Time at={server.failingSince} />.
          </span>
        )}
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
      <summary>
        {on} of {formatCount(tools.length)} on
      </summary>
      {changed.length > 0 && (
        <Note kind="warn">
          {changed.length === 1 ? '1 tool has' : `${changed.length} tools have`} changed since an admin turned{' '}
          {changed.length === 1 ? 'it' : 'them'} on. Agents can’t use {changed.length === 1 ? 'it' : 'them'}, and runs that need{' '}
          {changed.length === 1 ? 'it' : 'them'} wait, until you decide below.
        </Note>
      )}
      {fresh.length > 0 && (
        <div className="server-tools-new">
          <p>
            {fresh.length === 1 ? '1 tool is new and off.' : `${fresh.length} tools are new and off.`} Read what they say before you turn
            them on: agents read it too.
          </p>
          <Button
            size="small"
            busy={turn.isPending}
            onClick={() => turn.mutate({ tools: fresh, on: true })}
            aria-label={`Turn on all: ${server.name}`}
          >
            Turn on all
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
      {more && <p className="muted">It has more tools than these. Guildhall reads the first 200.</p>}
    </details>
  );
}

const formatCount = (count: number) => `${count} ${count === 1 ? 'tool' : 'tools'}`;
