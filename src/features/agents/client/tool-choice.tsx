import { useId } from 'react';
import type { AgentTool } from '#features/agents/contract.ts';
import { texts } from './texts.ts';

const words = texts.editor;

interface ToolChoiceProps {
  /** All tools that can be chosen. */
  tools: readonly AgentTool[];
  /** Null: all tools. */
  value: readonly string[] | null;
  error: string | undefined;
  onChange: (tools: string[] | null) => void;
}

export function ToolChoice({ tools, value, error, onChange }: ToolChoiceProps) {
  const name = useId();
  const away = (value ?? []).filter((each) => !tools.some((tool) => tool.name === each));
  const choose = (tool: string, on: boolean) => onChange(on ? [...(value ?? []), tool] : (value ?? []).filter((each) => each !== tool));
  return (
    <fieldset className="agent-group">
      <legend>{words.tools}</legend>
      <label className="agent-option">
        <input type="radio" name={name} checked={value === null} onChange={() => onChange(null)} />
        <span>{words.allTools}</span>
      </label>
      <label className="agent-option">
        <input type="radio" name={name} checked={value !== null} onChange={() => onChange(tools.map((tool) => tool.name))} />
        <span>{words.onlyThese}</span>
      </label>
      {value !== null && (
        <ul className="agent-tools">
          {[...tools, ...away.map((each) => ({ name: each, description: words.toolMissing }))].map((tool) => (
            <li key={tool.name}>
              <label className="agent-option">
                <input type="checkbox" checked={value.includes(tool.name)} onChange={(event) => choose(tool.name, event.target.checked)} />
                <span>
                  <code>{tool.name}</code>
                  <span className="agent-tool-description" title={tool.description}>
                    {tool.description}
                  </span>
                </span>
              </label>
            </li>
          ))}
        </ul>
      )}
      {error && <p className="field-error">{error}</p>}
    </fieldset>
  );
}
