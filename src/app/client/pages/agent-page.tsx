import { useLocation } from 'wouter';
import type { User } from '#features/accounts/contract.ts';
import { AgentView, NewAgent } from '#features/agents/client/agent-view.tsx';
import { useDocumentTitle } from '#ui/app/document-title.ts';
import { Page, PagePath } from '#ui/app/page.tsx';
import type { Membership } from '../use-current-organization.ts';

interface AgentPageProps {
  user: User;
  organization: Membership;
  /** Undefined for a new agent. */
  agentId?: string;
}

export default function AgentPage({ user, organization, agentId }: AgentPageProps) {
  useDocumentTitle(agentId ? 'Agent' : 'New agent');
  const [, navigate] = useLocation();
  return (
    <Page>
      <PagePath href="/agents" name="Agents" />
      {agentId ? (
        <AgentView agentId={agentId} user={user} />
      ) : (
        <NewAgent organizationId={organization.id} userId={user.id} onCreated={({ id }) => navigate(`/agents/${id}`, { replace: true })} />
      )}
    </Page>
  );
}
