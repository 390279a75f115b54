import { Link, useLocation } from 'wouter';
import type { User } from '#features/accounts/contract.ts';
import { AgentView, NewAgent } from '#features/agents/client/agent-view.tsx';
import { useDocumentTitle } from '#ui/app/document-title.ts';
import { showToast } from '#ui/primitives/toast.tsx';
import { atLeast } from '#wire/role.ts';
import { useOrganization } from './use-organization.ts';

/** @param agentId undefined: a new one */
export default function AgentPage({ user, agentId }: { user: User; agentId?: string }) {
  useDocumentTitle(agentId ? 'Agent' : 'New agent');
  const [, navigate] = useLocation();
  const { organization } = useOrganization(user);
  if (!organization) return null;
  const mayChangeIn = (id: string) => user.organizations.some((each) => each.id === id && atLeast(each.role, 'member'));
  return (
    <main id="main" className="page" tabIndex={-1}>
      <nav className="page-path" aria-label="Where this is">
        <Link href="/agents">Agents</Link>
      </nav>
      {agentId ? (
        <AgentView agentId={agentId} userId={user.id} mayChangeIn={mayChangeIn} />
      ) : (
        <NewAgent
          organizationId={organization.id}
          userId={user.id}
          onCreated={({ id, name }) => {
            showToast(`${name} can be chosen for new runs.`);
            navigate(`/agents/${id}`, { replace: true });
          }}
        />
      )}
    </main>
  );
}
