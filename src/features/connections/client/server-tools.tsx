import type { ServerTool, ToolServer } from '#features/connections/contract.ts';
import { Button } from '#ui/button.tsx';
import { explain } from '#ui/explain.ts';
import { Icon } from '#ui/icon.tsx';
import { useChangeToolServer, type useServerTools } from './queries.ts';

/** How a server answers: its tools, each with a switch, or why there are none. */
export function ServerTools({ server, tools }: { server: ToolServer; tools: ReturnType<typeof useServerTools> }) {
  if (tools.isFetching && !tools.data?.ok)
    return (
      <p className="tool-server-state" role="status">
        <span className="spinner" /> Asking for its tools
      </p>
    );
  const reason = tools.isError ? explain(tools.error) : tools.data?.reason;
  if (reason)
    return (
      <p className="tool-server-state" data-kind="danger">
        <Icon name="alert" />
        <span className="tool-server-reason">{reason}</span>
        <Button size="small" icon="refresh" onClick={() => void tools.refetch()} aria-label={`Test again: ${server.name}`}>
          Test again
        </Button>
      </p>
    );
  const offered = tools.data?.tools ?? [];
  if (offered.length === 0) return <p className="tool-server-state">It answers, and has no tools.</p>;
  const usable = offered.filter(({ callName, name }) => callName && !server.disabledTools.includes(name)).length;
  return (
    <details className="server-tools">
      <summary>{usable === offered.length ? `${sayCount(usable)}` : `${usable} of ${sayCount(offered.length)} in use`}</summary>
      <ul>
        {offered.map((tool, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a server may name two tools alike
          <ToolSwitch key={index} server={server} tool={tool} />
        ))}
      </ul>
    </details>
  );
}

function ToolSwitch({ server, tool }: { server: ToolServer; tool: ServerTool }) {
  const change = useChangeToolServer(server);
  const others = server.disabledTools.filter((name) => name !== tool.name);
  const on = tool.callName !== undefined && !server.disabledTools.includes(tool.name);
  return (
    <li>
      <label className="server-tool">
        <input
          type="checkbox"
          checked={on}
          disabled={!tool.callName}
          onChange={(event) => change.mutate({ disabledTools: event.target.checked ? others : [...others, tool.name] })}
        />
        <span>
          <code>{tool.name}</code>
          {tool.description && (
            <span className="server-tool-description" title={tool.description}>
              {tool.description}
            </span>
          )}
          {tool.problem && <span className="field-error">{tool.problem}</span>}
        </span>
      </label>
    </li>
  );
}

const sayCount = (count: number) => `${count} ${count === 1 ? 'tool' : 'tools'}`;
