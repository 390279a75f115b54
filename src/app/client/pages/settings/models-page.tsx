import { isOperator } from '#features/accounts/operator.ts';
import { ModelsView } from '#features/models/client/models-view.tsx';
import { SettingsPage, type SettingsPageProps } from './settings-page.tsx';

export default function ModelsPage({ user, organization }: SettingsPageProps) {
  return (
    <SettingsPage organization={organization}>
      <ModelsView organizationId={organization.id} role={organization.role} isOperator={isOperator(user)} />
    </SettingsPage>
  );
}
