import { isOperator } from '#features/accounts/operator.ts';
import { StorageView } from '#features/files/client/storage/storage-view.tsx';
import { SettingsPage, type SettingsPageProps } from './settings-page.tsx';

export default function LimitsPage({ user, organization }: SettingsPageProps) {
  return (
    <SettingsPage organization={organization}>
      <StorageView organizationId={organization.id} operator={isOperator(user)} />
    </SettingsPage>
  );
}
