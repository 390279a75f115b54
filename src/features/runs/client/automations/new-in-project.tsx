import { type ReactNode, useId, useState } from 'react';
import { useProjects } from '#features/projects/client/queries.ts';
import type { Project } from '#features/projects/contract.ts';
import { PageHead } from '#ui/app/page.tsx';
import { Empty } from '#ui/primitives/empty.tsx';
import { Note } from '#ui/primitives/note.tsx';
import { Waiting } from '#ui/primitives/waiting.tsx';
import { includes } from '#wire/rights.ts';
import { texts } from '../texts/automations.ts';

interface NewInProjectProps {
  noun: 'schedule' | 'trigger';
  organizationId: string;
  /** The initial project; for a project of another organization, that organization's projects are listed. */
  projectId: string | undefined;
  /** @param field selects another project */
  children: (project: Project, field: ReactNode) => ReactNode;
}

/** A new schedule or trigger, with a choice of project. */
export function NewInProject({ noun, organizationId, projectId, children }: NewInProjectProps) {
  const { data: all = [], isPending } = useProjects();
  const [chosen, choose] = useState(projectId);
  if (isPending) return <Waiting what={texts.project.loading} />;
  const start = all.find(({ id }) => id === projectId);
  const known = all.filter((each) => each.organizationId === (start?.organizationId ?? organizationId));
  const projects = known.filter(({ role }) => includes(role, 'automations.change'));
  const project = projects.find(({ id }) => id === chosen) ?? projects[0];
  return (
    <>
      <PageHead title={texts.new[noun]} />
      {project ? (
        children(project, <ProjectField projects={projects} value={project.id} onChange={choose} />)
      ) : known.length > 0 ? (
        <Note>{texts.project.readOnly}</Note>
      ) : (
        <Empty icon="projects" title={texts.project.none}>
          {texts.project.noneAbout[noun]}
        </Empty>
      )}
    </>
  );
}

interface ProjectFieldProps {
  projects: readonly Project[];
  value: string;
  onChange: (projectId: string) => void;
}

function ProjectField({ projects, value, onChange }: ProjectFieldProps) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{texts.project.label}</label>
      <select id={id} className="input" value={value} onChange={(event) => onChange(event.target.value)}>
        {projects.map((project) => (
          <option key={project.id} value={project.id}>
            {project.name}
          </option>
        ))}
      </select>
    </div>
  );
}
