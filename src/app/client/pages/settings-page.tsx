import type { ReactNode } from 'react';
import { Link } from 'wouter';
import type { User } from '#features/accounts/contract.ts';
import { useDocumentTitle } from '#ui/app/document-title.ts';
import { Page, PageHead } from '#ui/app/page.tsx';
import { atLeast } from '#wire/role.ts';
import { OrganizationSelect } from './organization-select.tsx';
import { useOrganization } from './use-organization.ts';
import './settings-page.css';

type Organization = User['organizations'][number];

/** In tab order. */
const sections = [
  { name: 'Models', href: '/settings/models' },
  { name: 'Connections', href: '/settings/connections' },
  { name: 'Autonomy', href: '/settings/autonomy' },
  { name: 'Audit', href: '/settings/audit', forAdmins: true },
] as const;

interface SettingsPageProps {
  user: User;
  /** The current section. */
  section: (typeof sections)[number]['name'];
  children: (organization: Organization) => ReactNode;
}

/** The layout of every settings page of an organization. */
export function SettingsPage({ user, section, children }: SettingsPageProps) {
  useDocumentTitle(section);
  const { organization, choose } = useOrganization(user);
  if (!organization) return null;
  return (
    <Page>
      <PageHead title="Settings">
        <OrganizationSelect user={user} value={organization.id} onChange={choose} />
      </PageHead>
      <nav className="settings-sections" aria-label="Settings">
        {sections
          .filter((each) => !('forAdmins' in each) || atLeast(organization.role, 'admin'))
          .map(({ name, href }) => (
            <Link key={name} href={href} aria-current={name === section ? 'page' : undefined}>
              {name}
            </Link>
          ))}
      </nav>
      {children(organization)}
    </Page>
  );
}
