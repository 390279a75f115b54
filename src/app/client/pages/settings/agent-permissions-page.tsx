import { OrganizationPolicy } from '#features/policies/client/view.tsx';
import { SettingsPage, type SettingsPageProps } from './settings-page.tsx';

export default function AgentPermissionsPage({ organization }: SettingsPageProps) {
  return (
    <SettingsPage organization={organization}>
      <OrganizationPolicy organizationId={organization.id} role={organization.role} />
    </SettingsPage>
  );
}
