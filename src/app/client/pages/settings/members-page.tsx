import { MembersView } from '#features/organizations/client/members-view.tsx';
import { endSessionsOf } from '#features/sessions/client/queries.ts';
import { LinkButton } from '#ui/app/link-button.tsx';
import { includes } from '#wire/rights.ts';
import { SettingsPage, type SettingsPageProps } from './settings-page.tsx';
import { texts } from './texts.ts';

export default function MembersPage({ user, organization }: SettingsPageProps) {
  const { id, role } = organization;
  const invite = includes(role, 'invitations.manage') && (
    <LinkButton kind="primary" icon="plus" href="/settings/invitations?new">
      {texts.invite}
    </LinkButton>
  );
  return (
    <SettingsPage organization={organization} actions={invite}>
      <MembersView organizationId={id} role={role} userId={user.id} onSignOut={(userId) => endSessionsOf(id, userId)} />
    </SettingsPage>
  );
}
