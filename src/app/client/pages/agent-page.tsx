import { useLocation } from 'wouter';
import type { User } from '#features/accounts/contract.ts';
import { AgentView, NewAgent } from '#features/agents/client/agent-view.tsx';
import { useDocumentTitle } from '#ui/app/document-title.ts';
import { Page, PageHead, PagePath } from '#ui/app/page.tsx';
import { Note } from '#ui/primitives/note.tsx';
import { includes, rights } from '#wire/rights.ts';
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
      ) : !includes(organization.role, 'agents.change') ? (
        <>
          <PageHead title={words.newAgent} />
          <Note>{words.needsRole(organization.name, rights['agents.change'].role, organization.role)}</Note>
        </>
      ) : (
        <NewAgent organizationId={organization.id} userId={user.id} onCreated={({ id }) => navigate(`/agents/${id}`, { replace: true })} />
      )}
    </Page>
  );
}
