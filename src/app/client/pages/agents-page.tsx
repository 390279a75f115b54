import { Link } from 'wouter';
import type { User } from '#features/accounts/contract.ts';
import { AgentList } from '#features/agents/client/agent-list.tsx';
import { useDocumentTitle } from '#ui/app/document-title.ts';
import { Icon } from '#ui/primitives/icon.tsx';
import { atLeast } from '#wire/role.ts';
import { OrganizationSelect } from './organization-select.tsx';
import { useOrganization } from './use-organization.ts';

export default function AgentsPage({ user }: { user: User }) {
  useDocumentTitle('Agents');
  const { organization, choose } = useOrganization(user);
  if (!organization) return null;
  const mayChange = atLeast(organization.role, 'member');
  const newAgent = (
    <Link className="button" data-kind="primary" href="/agents/new">
      <Icon name="plus" />
      New agent
    </Link>
  );
  return (
    <main id="main" className="page" tabIndex={-1}>
      <div className="page-head">
        <h1>Agents</h1>
        <div className="page-actions">
          <OrganizationSelect user={user} value={organization.id} onChange={choose} />
          {mayChange && newAgent}
        </div>
      </div>
      <AgentList key={organization.id} organizationId={organization.id} mayChange={mayChange} newAgent={newAgent} />
    </main>
  );
}
