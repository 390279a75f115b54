import { SecurityView } from '#features/organizations/client/security-view.tsx';
import { ServiceAccounts } from '../service-accounts.tsx';
import { SettingsPage, type SettingsPageProps } from './settings-page.tsx';

export default function SecurityPage({ organization }: SettingsPageProps) {
  return (
    <SettingsPage organization={organization}>
      <ServiceAccounts organization={organization} />
      <SecurityView />
    </SettingsPage>
  );
}
