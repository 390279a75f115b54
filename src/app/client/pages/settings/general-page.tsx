import { GeneralView } from '#features/organizations/client/general-view.tsx';
import { SettingsPage, type SettingsPageProps } from './settings-page.tsx';

export default function GeneralPage({ user, organization }: SettingsPageProps) {
  return (
    <SettingsPage organization={organization}>
      <GeneralView organizationId={organization.id} userId={user.id} />
    </SettingsPage>
  );
}
