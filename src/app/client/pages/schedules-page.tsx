import { useId } from 'react';
import { Link, useLocation } from 'wouter';
import type { User } from '#features/accounts/contract.ts';
import { useProjects } from '#features/projects/client/queries.ts';
import { mayChangeFor } from '#features/runs/client/settings/own-or-admin.ts';
import { ScheduleList } from '#features/schedules/client/list.tsx';
import { TriggerList } from '#features/triggers/client/list.tsx';
import { useDocumentTitle } from '#ui/app/document-title.ts';
import { useSearchParams } from '#ui/app/search-params.ts';
import { Icon } from '#ui/primitives/icon.tsx';
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
  const ofThis = projectId ? `?${new URLSearchParams({ project: projectId })}` : '';
  const newSchedule = atLeast(organization.role, 'member') && (
    <Link className="button" data-kind="primary" href={`/schedules/new${ofThis}`}>
      <Icon name="plus" />
      New schedule
    </Link>
  );
  const newTrigger = atLeast(organization.role, 'member') && (
    <Link className="button" href={`/triggers/new${ofThis}`}>
      <Icon name="plus" />
      New trigger
    </Link>
  );
  return (
    <main id="main" className="page" tabIndex={-1}>
      <div className="page-head">
        <h1>Schedules</h1>
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
          {newSchedule}
        </div>
      </div>
      <ScheduleList
        organizationId={organization.id}
        projectId={projectId}
        mayChange={mayChangeFor(user, organization.role)}
        newSchedule={newSchedule}
        onEdit={({ id }) => navigate(`/schedules/${id}?edit`)}
      />
      <section className="section" aria-labelledby="triggers">
        <div className="page-head">
          <h2 id="triggers">Triggers</h2>
          <div className="page-actions">{newTrigger}</div>
        </div>
        <TriggerList
          organizationId={organization.id}
          projectId={projectId}
          mayChange={mayChangeFor(user, organization.role)}
          newTrigger={newTrigger}
          onEdit={({ id }) => navigate(`/triggers/${id}?edit`)}
        />
      </section>
    </main>
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
