import { useLocation } from 'wouter';
import type { User } from '#features/accounts/contract.ts';
import { ProjectSelect } from '#features/projects/client/project-select.tsx';
import { useProjects } from '#features/projects/client/queries.ts';
import { NewScheduleLink, ScheduleList } from '#features/schedules/client/list.tsx';
import { NewTriggerLink, TriggerList } from '#features/triggers/client/list.tsx';
import { useDocumentTitle } from '#ui/app/document-title.ts';
import { Page, PageHead } from '#ui/app/page.tsx';
import { useSearchParams } from '#ui/app/search-params.ts';
import { atLeast } from '#wire/role.ts';
import { OrganizationSelect } from './organization-select.tsx';
import { useOrganization } from './use-organization.ts';

/** All schedules and triggers of an organization, or those of the project in the URL. */
export default function SchedulesPage({ user }: { user: User }) {
  useDocumentTitle('Schedules');
  const [, navigate] = useLocation();
  const { organization: chosen, choose } = useOrganization(user);
  const [params, setParams] = useSearchParams();
  const all = useProjects().data ?? [];
  const projectId = params.get('project') ?? undefined;
  // A link to a project takes precedence over the last chosen organization.
  const ofProject = all.find(({ id }) => id === projectId)?.organizationId;
  const organization = user.organizations.find(({ id }) => id === ofProject) ?? chosen;
  if (!organization) return null;
  const mayCreate = atLeast(organization.role, 'member');
  return (
    <Page>
      <PageHead title="Schedules">
        <div className="page-actions">
          <OrganizationSelect
            user={user}
            value={organization.id}
            onChange={(id) => {
              choose(id);
              setParams({});
            }}
          />
          <ProjectSelect
            projects={all.filter((project) => project.organizationId === organization.id)}
            value={projectId}
            onChange={(id) => setParams(id ? { project: id } : {})}
          />
          {mayCreate && <NewScheduleLink projectId={projectId} />}
        </div>
      </PageHead>
      <ScheduleList user={user} organization={organization} projectId={projectId} onEdit={({ id }) => navigate(`/schedules/${id}?edit`)} />
      <section className="section" aria-labelledby="triggers">
        <PageHead section="triggers" title="Triggers">
          <div className="page-actions">{mayCreate && <NewTriggerLink projectId={projectId} />}</div>
        </PageHead>
        <TriggerList user={user} organization={organization} projectId={projectId} onEdit={({ id }) => navigate(`/triggers/${id}?edit`)} />
      </section>
    </Page>
  );
}
