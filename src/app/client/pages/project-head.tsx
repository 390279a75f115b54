import { Link } from 'wouter';
import type { Project } from '#features/projects/contract.ts';
import { useIsNarrow } from '#ui/app/media.ts';
import { Icon } from '#ui/primitives/icon.tsx';
import { Menu, type MenuItem } from '#ui/primitives/menu.tsx';
import { includes } from '#wire/rights.ts';
import { texts } from '../texts.ts';
import { texts as words } from './texts/project.ts';

/** The name of a project, and the ways to its other pages: a menu on a phone. */
export function ProjectHead({ project, onShare }: { project: Project; onShare: () => void }) {
  const narrow = useIsNarrow();
  return (
    <header className="project-head">
      <nav aria-label={words.breadcrumb} className="project-path">
        <Link href="/">{texts.projects}</Link>
        <span aria-hidden="true">/</span>
        {project.access === 'listed' && <Icon name="lock" label={words.restricted} />}
        <h1 className="truncate">{project.name}</h1>
      </nav>
      {narrow ? <ProjectMenu project={project} onShare={onShare} /> : <ProjectLinks project={project} onShare={onShare} />}
    </header>
  );
}

const schedulesOf = ({ id }: Project): string => `/schedules?project=${id}`;
const permissionsOf = ({ id, role }: Project): string | undefined =>
  includes(role, 'policy.read') ? `/projects/${id}/agent-permissions` : undefined;

function ProjectLinks({ project, onShare }: { project: Project; onShare: () => void }) {
  const permissions = permissionsOf(project);
  return (
    <nav aria-label={words.links} className="project-links">
      <Link href={schedulesOf(project)}>{texts.schedules}</Link>
      {permissions && <Link href={permissions}>{words.agentPermissions}</Link>}
      <button type="button" className="link" onClick={onShare}>
        {words.access}
      </button>
    </nav>
  );
}

function ProjectMenu({ project, onShare }: { project: Project; onShare: () => void }) {
  const permissions = permissionsOf(project);
  const items: MenuItem[] = [
    { label: texts.schedules, icon: 'clock', href: schedulesOf(project) },
    ...(permissions ? [{ label: words.agentPermissions, icon: 'toggle', href: permissions } as const] : []),
    { label: words.access, icon: 'people', onSelect: onShare },
  ];
  return (
    <div className="project-menu">
      <Menu label={words.more(project.name)} items={items} />
    </div>
  );
}
