import type { ReactNode } from 'react';
import type { User } from '#features/accounts/contract.ts';
import type { Agent } from '#features/agents/contract.ts';
import { PageFailure, PageHead } from '#ui/app/page.tsx';
import { hasCode } from '#ui/format/explain.ts';
import { Button } from '#ui/primitives/button.tsx';
import { Note } from '#ui/primitives/note.tsx';
import { showToast } from '#ui/primitives/toast.tsx';
import { Waiting } from '#ui/primitives/waiting.tsx';
import { atLeast } from '#wire/role.ts';
import { AgentEditor } from './agent-editor.tsx';
import { toForm } from './agent-form.ts';
import { useAgent, useAgents, useArchiveAgent, useChangeAgent, useCreateAgent, useRestoreAgent } from './queries.ts';
import { useAgentForm } from './use-agent-form.ts';
import { VersionHistory } from './version-history.tsx';
import './agents.css';
import { texts } from './texts.ts';

const words = texts.view;

interface NewAgentProps {
  organizationId: string;
  userId: string;
  onCreated: (agent: Agent) => void;
}

export function NewAgent({ organizationId, userId, onCreated }: NewAgentProps) {
  const list = useAgents(organizationId);
  const fields = useAgentForm(`agent-draft:${userId}:new:${organizationId}`, undefined);
  const create = useCreateAgent(organizationId);
  const onSuccess = (agent: Agent) => {
    fields.discard();
    showToast(words.created(agent.name));
    onCreated(agent);
  };
  return (
    <>
      <PageHead title={texts.new} />
      <AgentEditor
        organizationId={organizationId}
        tools={list.data?.tools ?? []}
        agent={undefined}
        readOnly={false}
        fields={fields}
        saving={{ busy: create.isPending, error: create.error }}
        onSave={(settings) => create.mutate(settings, { onSuccess })}
      />
    </>
  );
}

interface AgentViewProps {
  agentId: string;
  user: User;
}

/** An agent and its versions. */
export function AgentView(props: AgentViewProps): ReactNode {
  const { agentId } = props;
  const { data, error, refetch } = useAgent(agentId);
  const agent = data?.pages[0]?.agent;
  if (error && !agent) return <PageFailure title={words.title} error={error} onRetry={() => void refetch()} />;
  if (!agent) return <Waiting what={words.loading} />;
  return <KnownAgent {...props} agent={agent} />;
}

function KnownAgent({ user, agent }: AgentViewProps & { agent: Agent }) {
  const { organizationId } = agent;
  const tools = useAgents(organizationId).data?.tools ?? [];
  const mayChange = user.organizations.some(({ id, role }) => id === organizationId && atLeast(role, 'member'));
  const fields = useAgentForm(`agent-draft:${user.id}:${agent.id}`, agent);
  const { data, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = useAgent(agent.id);
  const change = useChangeAgent(agent.id);
  const versions = data?.pages.flatMap((page) => page.versions) ?? [];
  const readOnly = !mayChange || agent.archived;
  const onSuccess = ({ version }: Agent) => {
    fields.discard();
    showToast(words.saved(version));
  };
  // Shows a version saved by another person next to the draft.
  const onError = (error: unknown) => void (hasCode(error, 'changed_meanwhile') && refetch());
  return (
    <>
      <PageHead title={agent.name} isName>
        {mayChange && <ShelfButton agent={agent} />}
      </PageHead>
      {agent.archived && <Note>{words.isArchived}</Note>}
      {!mayChange && <Note>{words.readOnly}</Note>}
      <AgentEditor
        organizationId={organizationId}
        tools={tools}
        agent={agent}
        readOnly={readOnly}
        fields={fields}
        saving={{ busy: change.isPending, error: change.error }}
        onSave={(settings) => change.mutate({ basedOn: agent.version, ...settings }, { onSuccess, onError })}
      />
      <section className="section" aria-labelledby="versions">
        <h2 id="versions">{texts.versions.title}</h2>
        <p>{texts.versions.about}</p>
        <VersionHistory
          versions={versions}
          more={hasNextPage ? { busy: isFetchingNextPage, load: () => void fetchNextPage() } : undefined}
          onTake={readOnly ? undefined : (version) => fields.change(toForm(version))}
        />
      </section>
    </>
  );
}

function ShelfButton({ agent }: { agent: Agent }) {
  const archive = useArchiveAgent();
  const restore = useRestoreAgent();
  const { name } = agent;
  if (agent.archived)
    return (
      <Button
        icon="refresh"
        busy={restore.isPending}
        onClick={() => restore.mutate(agent, { onSuccess: () => showToast(words.restored(name)) })}
      >
        {words.restore}
      </Button>
    );
  const onArchived = () => showToast(words.archived(name), { action: { label: words.undo, onSelect: () => restore.mutate(agent) } });
  return (
    <Button busy={archive.isPending} onClick={() => archive.mutate(agent, { onSuccess: onArchived })}>
      {words.archive}
    </Button>
  );
}
