import { useLocation } from 'wouter';
import type { User } from '#features/accounts/contract.ts';
import { AgentView, NewAgent } from '#features/agents/client/agent-view.tsx';
import { useDocumentTitle } from '#ui/app/document-title.ts';
import { Page, PagePath } from '#ui/app/page.tsx';
import { texts } from '../texts.ts';
import type { Membership } from '../use-current-organization.ts';
import { texts as words } from './texts/pages.ts';

interface AgentPageProps {
  user: User;
  organization: Membership;
  /** Undefined for a new agent. */
  agentId?: string;
}

export default function AgentPage({ user, organization, agentId }: AgentPageProps) {
  useDocumentTitle(agentId ? words.agent : words.newAgent);
  const [, navigate] = useLocation();
  return (
    <Page>
      <PagePath href="/agents" name={texts.agents} />
      {agentId ? (
        <AgentView agentId={agentId} user={user} />
      ) : (
        <NewAgent organizationId={organization.id} userId={user.id} onCreated={({ id }) => navigate(`/agents/${id}`, { replace: true })} />
      )}
    </Page>
  );
}
