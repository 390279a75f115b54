import { Link } from 'wouter';
import type { User } from '#features/accounts/contract.ts';
import { OverviewView } from '#features/inbox/client/overview-view.tsx';
import { useDocumentTitle } from '#ui/app/document-title.ts';
import { OrganizationSelect } from './organization-select.tsx';
import { useOrganization } from './use-organization.ts';

export default function AutonomyPage({ user }: { user: User }) {
  useDocumentTitle('Autonomy');
  const { organization, choose } = useOrganization(user);
  if (!organization) return null;
  const policy = (
    <Link className="button" data-size="small" href="/settings/autonomy">
      Policy and budgets
    </Link>
  );
  return (
    <main id="main" className="page" tabIndex={-1}>
      <div className="page-head">
        <h1>Autonomy</h1>
        <OrganizationSelect user={user} value={organization.id} onChange={choose} />
      </div>
      <OverviewView key={organization.id} organization={organization} policy={policy} />
    </main>
  );
}
