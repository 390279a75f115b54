import { useState } from 'react';
import type { ServerTool, ToolServer } from '#features/connections/contract.ts';
import { Button } from '#ui/primitives/button.tsx';
import { DiffView } from '#ui/primitives/diff-view.tsx';
import { LongText } from '#ui/primitives/long-text.tsx';
import { Tag } from '#ui/primitives/tag.tsx';
import { useTurnTools } from './queries.ts';
import { texts } from './texts.ts';

const words = texts.tool;

/** A tool that an admin turns on or off. */
export function ToolSwitch({ server, tool }: { server: ToolServer; tool: ServerTool }) {
  const turn = useTurnTools(server);
  const [isOpen, setIsOpen] = useState(false);
  return (
    <li className="server-tool">
      <label>
        <input
          type="checkbox"
          checked={tool.state === 'on'}
          onChange={(event) => turn.mutate({ tools: [tool], on: event.target.checked })}
        />
        <span>
          <code>{tool.name}</code>
          {tool.state === 'new' && <Tag>{words.new}</Tag>}
          {tool.description && !isOpen && <span className="server-tool-description">{tool.description}</span>}
        </span>
      </label>
      <button type="button" className="link server-tool-toggle" aria-expanded={isOpen} onClick={() => setIsOpen(!isOpen)}>
        {isOpen ? words.hideDetails : words.details}
        <span className="visually-hidden">{words.of(tool.name)}</span>
      </button>
      {isOpen && <ToolDetails tool={tool} />}
    </li>
  );
}

function ToolDetails({ tool: { description, inputSchema, callName } }: { tool: ServerTool }) {
  return (
    <dl className="server-tool-details">
      <dt>{words.name}</dt>
      <dd>
        <code>{callName}</code>
      </dd>
      <dt>{words.description}</dt>
      <dd>{description ? <LongText label={words.description} text={description} /> : words.noDescription}</dd>
      <dt>{words.input}</dt>
      <dd>
        <LongText label={words.input} text={JSON.stringify(inputSchema, null, 2)} />
      </dd>
    </dl>
  );
}

/** A tool that differs from what was turned on, with its diff. */
export function ChangedTool({ server, tool }: { server: ToolServer; tool: ServerTool }) {
  const turn = useTurnTools(server);
  return (
    <li className="server-tool" data-state="changed">
      <p>
        <code>{tool.name}</code>
        <Tag kind="warn">{words.changed}</Tag>
      </p>
      {tool.diff && (
        <div className="file-diffs">
          <DiffView diff={tool.diff} />
        </div>
      )}
      <div className="server-tool-actions">
        <Button size="small" disabled={turn.isPending} onClick={() => turn.mutate({ tools: [tool], on: true })}>
          {words.accept}
        </Button>
        <Button size="small" disabled={turn.isPending} onClick={() => turn.mutate({ tools: [tool], on: false })}>
          {words.turnOff}
        </Button>
      </div>
    </li>
  );
}

export function UnusableTool({ tool: { name, description, problem } }: { tool: ServerTool }) {
  return (
    <li className="server-tool" data-state="unusable">
      <p>
        <code>{name ? name : words.noName}</code>
        <Tag>{words.unusable}</Tag>
      </p>
      {description && <p className="server-tool-description">{description}</p>}
      <p className="server-tool-problem">{problem}</p>
    </li>
  );
}
