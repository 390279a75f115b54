import { InvitationsView } from '#features/organizations/client/invitations-view.tsx';
import { useProjects } from '#features/projects/client/queries.ts';
import { useSearchParams } from '#ui/app/search-params.ts';
import { Button } from '#ui/primitives/button.tsx';
import { SettingsPage, type SettingsPageProps } from './settings-page.tsx';
import { texts } from './texts.ts';

/** The URL says whether the form is open, so that other pages can lead to it. */
export default function InvitationsPage({ organization }: SettingsPageProps) {
  const [params, setParams] = useSearchParams();
  const { data: projects = [] } = useProjects();
  const invite = (
    <Button kind="primary" icon="plus" onClick={() => setParams({ new: '' })}>
      {texts.invite}
    </Button>
  );
  return (
    <SettingsPage organization={organization} actions={invite}>
      <InvitationsView
        organizationId={organization.id}
        role={organization.role}
        projects={projects}
        inviting={params.has('new')}
        onInvite={(inviting) => setParams(inviting ? { new: '' } : {}, { replace: true })}
      />
    </SettingsPage>
  );
}
