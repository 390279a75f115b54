import type { User } from '#features/accounts/contract.ts';
import { OverviewView } from '#features/inbox/client/overview-view.tsx';
import { useDocumentTitle } from '#ui/app/document-title.ts';
import { Page, PageHead } from '#ui/app/page.tsx';
import { OrganizationSelect } from './organization-select.tsx';
import { useOrganization } from './use-organization.ts';

export default function AutonomyPage({ user }: { user: User }) {
  useDocumentTitle('Autonomy');
  const { organization, choose } = useOrganization(user);
  if (!organization) return null;
  return (
    <Page>
      <PageHead title="Autonomy">
        <OrganizationSelect user={user} value={organization.id} onChange={choose} />
      </PageHead>
      <OverviewView key={organization.id} organization={organization} />
    </Page>
  );
}
