import type { User } from '#features/accounts/contract.ts';
import { OrganizationPolicy } from '#features/policies/client/view.tsx';
import { SettingsPage } from './settings-page.tsx';

export default function AutonomyPolicyPage({ user }: { user: User }) {
  return (
    <SettingsPage user={user} section="Autonomy">
      {({ id, role }) => <OrganizationPolicy key={id} organizationId={id} role={role} />}
    </SettingsPage>
  );
}
