import { isOperator } from '#features/accounts/operator.ts';
import { ConnectionsView } from '#features/connections/client/connections-view.tsx';
import { SettingsPage, type SettingsPageProps } from './settings-page.tsx';

export default function ConnectionsPage({ user, organization }: SettingsPageProps) {
  return (
    <SettingsPage organization={organization}>
      <ConnectionsView organizationId={organization.id} role={organization.role} isOperator={isOperator(user)} />
    </SettingsPage>
  );
}
