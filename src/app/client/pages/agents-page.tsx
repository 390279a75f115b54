import type { User } from '#features/accounts/contract.ts';
import { AgentList, NewAgentLink } from '#features/agents/client/agent-list.tsx';
import { useDocumentTitle } from '#ui/app/document-title.ts';
import { Page, PageHead } from '#ui/app/page.tsx';
import { atLeast } from '#wire/role.ts';
import { OrganizationSelect } from './organization-select.tsx';
import { useOrganization } from './use-organization.ts';

export default function AgentsPage({ user }: { user: User }) {
  useDocumentTitle('Agents');
  const { organization, choose } = useOrganization(user);
  if (!organization) return null;
  const mayChange = atLeast(organization.role, 'member');
  return (
    <Page>
      <PageHead title="Agents">
        <div className="page-actions">
          <OrganizationSelect user={user} value={organization.id} onChange={choose} />
          {mayChange && <NewAgentLink />}
        </div>
      </PageHead>
      <AgentList key={organization.id} organizationId={organization.id} mayChange={mayChange} />
    </Page>
  );
}
