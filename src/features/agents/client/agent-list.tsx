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
import { texts } from './texts.ts';

const words = texts.list;

interface AgentListProps {
  organizationId: string;
  mayChange: boolean;
}

export const NewAgentLink = () => (
  <LinkButton kind="primary" icon="plus" href="/agents/new">
    {texts.new}
  </LinkButton>
);

export function AgentList({ organizationId, mayChange }: AgentListProps) {
  const [archived, setArchived] = useState(false);
  const agents = useAgents(organizationId, archived);
  return (
    <div>
      <fieldset className="choice agent-shelves">
        <legend className="visually-hidden">{words.shelves}</legend>
        {[false, true].map((shelf) => (
          <label key={String(shelf)} className="choice-item">
            <input type="radio" name="shelf" checked={archived === shelf} onChange={() => setArchived(shelf)} />
            {shelf ? words.archived : words.inUse}
          </label>
        ))}
      </fieldset>
      {agents.isPending ? (
        <Waiting what={words.loading} />
      ) : agents.isError ? (
        <Failure error={agents.error} onRetry={() => void agents.refetch()} />
      ) : agents.data.agents.length > 0 ? (
        <ul className="agents">
          {agents.data.agents.map((agent) => (
            <AgentRow key={agent.id} agent={agent} mayChange={mayChange} />
          ))}
        </ul>
      ) : archived ? (
        <Empty icon="agent" title={words.noneArchived}>
          {words.noneArchivedAbout}
        </Empty>
      ) : (
        <Empty icon="agent" title={words.none} action={mayChange && <NewAgentLink />}>
          {words.noneAbout} {mayChange ? words.makeFirst : words.askMember}
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
          {levelLabel(level)} · {describeTools(tools)} · {model ?? words.anyModel}
        </p>
      </div>
      <span className="agent-changed muted">
        <span className="visually-hidden">{words.changedBy(changedBy.name)}</span>
        <Time at={changedAt} />
      </span>
      {archived && mayChange && (
        <Button
          size="small"
          busy={restore.isPending}
          aria-label={words.restoreNamed(name)}
          onClick={() => restore.mutate(agent, { onSuccess: () => showToast(texts.view.restored(name)) })}
        >
          {texts.view.restore}
        </Button>
      )}
    </li>
  );
}
