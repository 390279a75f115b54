import { useLocation } from 'wouter';
import type { User } from '#features/accounts/contract.ts';
import { AgentView, NewAgent } from '#features/agents/client/agent-view.tsx';
import { useDocumentTitle } from '#ui/app/document-title.ts';
import { Page, PagePath } from '#ui/app/page.tsx';
import { useOrganization } from './use-organization.ts';

/** @param agentId undefined for a new agent */
export default function AgentPage({ user, agentId }: { user: User; agentId?: string }) {
  useDocumentTitle(agentId ? 'Agent' : 'New agent');
  const [, navigate] = useLocation();
  const { organization } = useOrganization(user);
  if (!organization) return null;
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
