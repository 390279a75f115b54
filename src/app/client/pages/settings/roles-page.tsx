import { RolesTable } from '#features/organizations/client/roles-table.tsx';
import { texts } from '#features/organizations/client/texts/settings.ts';
import { SettingsPage, type SettingsPageProps } from './settings-page.tsx';

export default function RolesPage({ organization }: SettingsPageProps) {
  return (
    <SettingsPage organization={organization} about={texts.rolesPage.about}>
      <RolesTable own={organization.role} />
    </SettingsPage>
  );
}
