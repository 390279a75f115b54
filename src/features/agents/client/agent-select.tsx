import { useId } from 'react';
import type { AgentEntry } from '#features/agents/contract.ts';
import { explain } from '#ui/format/explain.ts';
import { useAgents } from './queries.ts';
import { texts } from './texts.ts';

const words = texts.select;

interface AgentSelectProps {
  organizationId: string;
  /** Id of an agent; undefined if none is selected. */
  value: string | undefined;
  /** The selected agent; the caller may show its model, level and budget. */
  onChange: (agent: AgentEntry | undefined) => void;
}

/** Selects the agent a run starts with. Renders nothing while the organization has no agents. */
export function AgentSelect({ organizationId, value, onChange }: AgentSelectProps) {
  const id = useId();
  const { data, error } = useAgents(organizationId);
  const agents = data?.agents ?? [];
  if (error) return <p className="labelled-select-note">{words.failed(explain(error))}</p>;
  if (agents.length === 0) return null;
  const chosen = agents.find((agent) => agent.id === value);
  return (
    <div className="labelled-select">
      <label htmlFor={id}>{words.label}</label>
      <select id={id} value={chosen?.id ?? ''} onChange={(event) => onChange(agents.find((agent) => agent.id === event.target.value))}>
        <option value="">{words.none}</option>
        {agents.map((agent) => (
          <option key={agent.id} value={agent.id}>
            {agent.name}
          </option>
        ))}
      </select>
    </div>
  );
}
