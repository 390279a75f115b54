import { useState } from 'react';
import { Link } from 'wouter';
import type { Project } from '#features/projects/contract.ts';
import { Time } from '#ui/format/time.tsx';
import { Button } from '#ui/primitives/button.tsx';
import { Empty } from '#ui/primitives/empty.tsx';
import { Icon } from '#ui/primitives/icon.tsx';
import { Menu, type MenuItem } from '#ui/primitives/menu.tsx';
import { Failure } from '#ui/primitives/note.tsx';
import { Waiting } from '#ui/primitives/waiting.tsx';
import { includes } from '#wire/rights.ts';
import { DeleteProjectDialog, RenameProjectDialog } from './project-dialogs.tsx';
import { useProjects } from './queries.ts';
import { texts } from './texts/projects.ts';
import './project-list.css';

interface ProjectListProps {
  /** Undefined for a user who may not create projects. */
  onNew: (() => void) | undefined;
  /** Shows who has access to a project. */
  onAccess: (project: Project) => void;
}

export function ProjectList({ onNew, onAccess }: ProjectListProps) {
  const projects = useProjects();
  if (projects.isPending) return <Waiting what={texts.loading} />;
  if (projects.isError) return <Failure error={projects.error} onRetry={() => void projects.refetch()} />;
  if (projects.data.length === 0) {
    return (
      <Empty
        icon="projects"
        title={texts.emptyTitle}
        action={
          onNew && (
            <Button kind="primary" icon="plus" onClick={onNew}>
              {texts.new.title}
            </Button>
          )
        }
      >
        {onNew ? texts.empty : texts.emptyReadOnly}
      </Empty>
    );
  }
  return (
    <ul className="projects">
      {projects.data.map((project) => (
        <ProjectRow key={project.id} project={project} onAccess={() => onAccess(project)} />
      ))}
    </ul>
  );
}

function ProjectRow({ project, onAccess }: { project: Project; onAccess: () => void }) {
  const [asked, setAsked] = useState<'rename' | 'delete'>();
  const close = () => setAsked(undefined);
  const { role } = project;
  const items: MenuItem[] = [];
  if (includes(role, 'project.rename')) items.push({ label: texts.rename.open, icon: 'pencil', onSelect: () => setAsked('rename') });
  if (includes(role, 'project.members.change')) items.push({ label: texts.access, icon: 'lock', onSelect: onAccess });
  if (includes(role, 'project.delete'))
    items.push({ label: texts.delete.open, icon: 'trash', kind: 'danger', onSelect: () => setAsked('delete') });
  return (
    <li className="project">
      {project.access === 'listed' ? <Icon name="lock" label={texts.restricted} /> : <Icon name="folder" />}
      <Link className="project-name truncate" href={`/projects/${project.id}`}>
        {project.name}
      </Link>
      <span className="project-role">{texts.roles[project.role]}</span>
      <span className="project-changed">
        <span className="visually-hidden">{texts.changed}</span>
        <Time at={project.changedAt} />
      </span>
      {items.length === 0 ? <span /> : <Menu label={texts.actions(project.name)} items={items} />}
      {asked === 'rename' && <RenameProjectDialog project={project} onClose={close} />}
      {asked === 'delete' && <DeleteProjectDialog project={project} onClose={close} />}
    </li>
  );
}
