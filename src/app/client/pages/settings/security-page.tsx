import { SecurityView } from '#features/organizations/client/security-view.tsx';
import { SettingsPage, type SettingsPageProps } from './settings-page.tsx';

export default function SecurityPage({ organization }: SettingsPageProps) {
  return (
    <SettingsPage organization={organization}>
      <SecurityView />
    </SettingsPage>
  );
}
