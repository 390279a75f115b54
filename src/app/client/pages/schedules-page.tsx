import { useId } from 'react';
import { useLocation } from 'wouter';
import type { User } from '#features/accounts/contract.ts';
import { useProjects } from '#features/projects/client/queries.ts';
import { NewScheduleLink, ScheduleList } from '#features/schedules/client/list.tsx';
import { NewTriggerLink, TriggerList } from '#features/triggers/client/list.tsx';
import { useDocumentTitle } from '#ui/app/document-title.ts';
import { Page, PageHead } from '#ui/app/page.tsx';
import { useSearchParams } from '#ui/app/search-params.ts';
import { atLeast } from '#wire/role.ts';
import { OrganizationSelect } from './organization-select.tsx';
import { useOrganization } from './use-organization.ts';

/** All of an organization, or those of one project: which one stands in the address. */
export default function SchedulesPage({ user }: { user: User }) {
  useDocumentTitle('Schedules');
  const [, navigate] = useLocation();
  const { organization: chosen, choose } = useOrganization(user);
  const [params, setParams] = useSearchParams();
  const all = useProjects().data ?? [];
  const projectId = params.get('project') ?? undefined;
  // A link names a project, whichever organization was looked at last.
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

interface ProjectSelectProps {
  projects: readonly { id: string; name: string }[];
  value: string | undefined;
  onChange: (projectId: string | undefined) => void;
}

function ProjectSelect({ projects, value, onChange }: ProjectSelectProps) {
  const id = useId();
  return (
    <>
      <label htmlFor={id} className="visually-hidden">
        Project
      </label>
      <select id={id} className="select" value={value ?? ''} onChange={(event) => onChange(event.target.value || undefined)}>
        <option value="">All projects</option>
        {projects.map((project) => (
          <option key={project.id} value={project.id}>
            {project.name}
          </option>
        ))}
      </select>
    </>
  );
}
