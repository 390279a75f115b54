/** The pages of the organization's settings, in the order of the navigation. */
import type { AreaSection } from '#ui/app/area.tsx';
import { includes, type RightOf, rights } from '#wire/rights.ts';
import type { Role } from '#wire/role.ts';
import { texts } from './texts.ts';

export const root = '/settings';

interface Section extends AreaSection {
  /** Without it, the page has nothing to show. */
  readonly right: RightOf<'organization'>;
}

const sections: readonly Section[] = [
  { href: '/settings/general', ...texts.general, icon: 'settings', right: 'organization.read' },
  { href: '/settings/members', ...texts.members, icon: 'people', right: 'organization.read' },
  { href: '/settings/invitations', ...texts.invitations, icon: 'mail', right: 'invitations.read' },
  { href: '/settings/roles', ...texts.roles, icon: 'key', right: 'organization.read' },
  { href: '/settings/security', ...texts.security, icon: 'shield', right: 'organization.read' },
  { href: '/settings/models', ...texts.models, icon: 'thought', right: 'models.read' },
  { href: '/settings/connections', ...texts.connections, icon: 'link', right: 'hosts.read' },
  { href: '/settings/agent-permissions', ...texts.agentPermissions, icon: 'toggle', right: 'policy.read' },
  { href: '/settings/limits', ...texts.limits, icon: 'gauge', right: 'organization.read' },
  { href: '/settings/audit', ...texts.audit, icon: 'history', right: 'audit.read' },
];

export const sectionsFor = (role: Role | undefined): readonly AreaSection[] => sections.filter(({ right }) => includes(role, right));

/** @returns the role that a page needs; undefined if there is no such page */
export function roleFor(href: string): Role | undefined {
  const section = sections.find((each) => each.href === href);
  return section && rights[section.right].role;
}
