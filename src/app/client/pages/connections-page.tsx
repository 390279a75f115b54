import type { User } from '#features/accounts/contract.ts';
import { isOperator } from '#features/accounts/operator.ts';
import { ConnectionsView } from '#features/connections/client/connections-view.tsx';
import { SettingsPage } from './settings-page.tsx';

export default function ConnectionsPage({ user }: { user: User }) {
  return (
    <SettingsPage user={user} section="Connections">
      {({ id, role }) => <ConnectionsView key={id} organizationId={id} role={role} isOperator={isOperator(user)} />}
    </SettingsPage>
  );
}
