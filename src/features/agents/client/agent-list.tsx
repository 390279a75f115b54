import { useState } from 'react';
import { Link } from 'wouter';
import type { AgentEntry } from '#features/agents/contract.ts';
import { LinkButton } from '#ui/app/link-button.tsx';
import { Time } from '#ui/format/time.tsx';
import { Button } from '#ui/primitives/button.tsx';
import { Empty } from '#ui/primitives/empty.tsx';
import { Icon } from '#ui/primitives/icon.tsx';
import { Failure } from '#ui/primitives/note.tsx';
import { showToast } from '#ui/primitives/toast.tsx';
import { Waiting } from '#ui/primitives/waiting.tsx';
import { describeTools, levelLabel } from './describe-agent.ts';
import { useAgents, useRestoreAgent } from './queries.ts';
import './agents.css';

interface AgentListProps {
  organizationId: string;
  mayChange: boolean;
}

export const NewAgentLink = () => (
  <LinkButton kind="primary" icon="plus" href="/agents/new">
    New agent
  </LinkButton>
);

export function AgentList({ organizationId, mayChange }: AgentListProps) {
  const [archived, setArchived] = useState(false);
  const agents = useAgents(organizationId, archived);
  return (
    <div>
      <fieldset className="choice agent-shelves">
        <legend className="visually-hidden">Which agents</legend>
        {[false, true].map((shelf) => (
          <label key={String(shelf)} className="choice-item">
            <input type="radio" name="shelf" checked={archived === shelf} onChange={() => setArchived(shelf)} />
            {shelf ? 'Archived' : 'In use'}
          </label>
        ))}
      </fieldset>
      {agents.isPending ? (
        <Waiting what="Loading agents" />
      ) : agents.isError ? (
        <Failure error={agents.error} onRetry={() => void agents.refetch()} />
      ) : agents.data.agents.length > 0 ? (
        <ul className="agents">
          {agents.data.agents.map((agent) => (
            <AgentRow key={agent.id} agent={agent} mayChange={mayChange} />
          ))}
        </ul>
      ) : archived ? (
        <Empty icon="agent" title="No archived agents">
          An agent that is archived keeps its versions and can be restored here.
        </Empty>
      ) : (
        <Empty icon="agent" title="No agents yet" action={mayChange && <NewAgentLink />}>
          An agent is a name with instructions, a model, tools and a budget, ready for runs that are alike.{' '}
          {mayChange ? 'Make the first one.' : 'A member of your team can make one.'}
        </Empty>
      )}
    </div>
  );
}

function AgentRow({ agent, mayChange }: { agent: AgentEntry; mayChange: boolean }) {
  const restore = useRestoreAgent();
  const { id, name, model, tools, level, archived, changedAt, changedBy } = agent;
  return (
    <li className="agent">
      <Icon name="agent" />
      <div className="agent-text">
        <Link className="agent-name truncate" href={`/agents/${id}`}>
          {name}
        </Link>
        <p className="muted">
          {levelLabel(level)} · {describeTools(tools)} · {model ?? 'any model'}
        </p>
      </div>
      <span className="agent-changed muted">
        <span className="visually-hidden">Changed by {changedBy.name} </span>
        <Time at={changedAt} />
      </span>
      {archived && mayChange && (
        <Button
          size="small"
          busy={restore.isPending}
          aria-label={`Restore ${name}`}
          onClick={() => restore.mutate(agent, { onSuccess: () => showToast(`${name} is in use again.`) })}
        >
          Restore
        </Button>
      )}
    </li>
  );
}
