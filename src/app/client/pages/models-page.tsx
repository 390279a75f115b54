import type { User } from '#features/accounts/contract.ts';
import { isOperator } from '#features/accounts/operator.ts';
import { ModelsView } from '#features/models/client/models-view.tsx';
import { SettingsPage } from './settings-page.tsx';

export default function ModelsPage({ user }: { user: User }) {
  return (
    <SettingsPage user={user} section="Models">
      {({ id, role }) => <ModelsView key={id} organizationId={id} role={role} isOperator={isOperator(user)} />}
    </SettingsPage>
  );
}
