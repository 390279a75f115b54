/**
 * The table of rights: who may do what, once, as data. Routes name the right they require; screens ask it what to offer; the API
 * description, docs/roles.md and the tests are derived from it.
 */
import { atLeast, type Role } from './role.ts';

/** What a token may be used for. Each scope stands alone: `write` does not include `read`. */
export const scopes = ['read', 'write', 'run', 'approve', 'admin'] as const;
export type Scope = (typeof scopes)[number];

export interface Right {
  /** The lowest sufficient role. */
  readonly role: Role | 'signed in' | 'operator';
  /** Where the role must be held. */
  readonly of?: 'organization' | 'project';
  /** The scope a token needs; null: only a person in a browser may do it. */
  readonly scope: Scope | null;
  /** Asks who you are unless that was confirmed in the last ten minutes. */
  readonly sensitive?: true;
  /** Concerns more than one project, and answers a token that is limited to projects with what it may see. */
  readonly limitable?: true;
}

const own = <const R extends Omit<Right, 'role' | 'of'>>(right: R) => ({ role: 'signed in', of: undefined, ...right }) as const;
const operators = <const R extends Omit<Right, 'role' | 'of'>>(right: R) => ({ role: 'operator', of: undefined, ...right }) as const;
const organization = <const R extends Omit<Right, 'of'>>(right: R) => ({ of: 'organization', ...right }) as const;
const project = <const R extends Omit<Right, 'of'>>(right: R) => ({ of: 'project', ...right }) as const;

export const rights = {
  'account.read': own({ scope: 'read', limitable: true }),
  'account.change': own({ scope: 'write' }),
  'account.sessions': own({ scope: null }),
  'account.password': own({ scope: null }),
  'account.email': own({ scope: null }),
  'account.tokens': own({ scope: null }),
  'account.tokens.create': own({ scope: null, sensitive: true }),
  'account.invitations': own({ scope: null }),
  'inbox.follow': own({ scope: 'read' }),
  'notifications.read': own({ scope: 'read' }),
  'notifications.change': own({ scope: 'write' }),
  'notifications.webhook': own({ scope: null, sensitive: true }),
  'organizations.create': own({ scope: null }),

  'inbox.read': organization({ role: 'viewer', scope: 'read' }),
  'organization.read': organization({ role: 'viewer', scope: 'read' }),
  'organization.change': organization({ role: 'admin', scope: 'admin' }),
  'organization.leave': organization({ role: 'viewer', scope: null }),
  'organization.transfer': organization({ role: 'owner', scope: null, sensitive: true }),
  'members.change': organization({ role: 'admin', scope: 'admin', sensitive: true }),
  'members.remove': organization({ role: 'admin', scope: 'admin', sensitive: true }),
  'members.sessions': organization({ role: 'admin', scope: null, sensitive: true }),
  'members.password': organization({ role: 'admin', scope: null, sensitive: true }),
  'invitations.read': organization({ role: 'admin', scope: 'read' }),
  'invitations.manage': organization({ role: 'admin', scope: 'admin' }),
  'tokens.read': organization({ role: 'admin', scope: null }),
  'tokens.manage': organization({ role: 'admin', scope: null, sensitive: true }),
  'models.read': organization({ role: 'viewer', scope: 'read' }),
  'models.settings.read': organization({ role: 'member', scope: 'read' }),
  'models.settings.change': organization({ role: 'admin', scope: 'admin' }),
  'models.providers.read': organization({ role: 'admin', scope: 'admin' }),
  'models.providers.change': organization({ role: 'admin', scope: 'admin', sensitive: true }),
  'connections.read': organization({ role: 'admin', scope: 'admin' }),
  'connections.tools.change': organization({ role: 'admin', scope: 'admin' }),
  'connections.change': organization({ role: 'admin', scope: 'admin', sensitive: true }),
  'hosts.read': organization({ role: 'viewer', scope: 'read' }),
  'hosts.change': organization({ role: 'admin', scope: 'admin' }),
  'policy.read': organization({ role: 'member', scope: 'read' }),
  'policy.change': organization({ role: 'admin', scope: 'admin', sensitive: true }),
  'autonomy.read': organization({ role: 'viewer', scope: 'read' }),
  'autonomy.switch': organization({ role: 'admin', scope: 'admin' }),
  'audit.read': organization({ role: 'admin', scope: 'read' }),
  'usage.read': organization({ role: 'viewer', scope: 'read' }),
  'agents.read': organization({ role: 'viewer', scope: 'read' }),
  'agents.change': organization({ role: 'member', scope: 'write' }),
  'automations.read': organization({ role: 'viewer', scope: 'read' }),
  'projects.list': organization({ role: 'viewer', scope: 'read', limitable: true }),
  'projects.create': organization({ role: 'member', scope: 'write' }),

  'project.read': project({ role: 'viewer', scope: 'read' }),
  'project.rename': project({ role: 'member', scope: 'write' }),
  'project.delete': project({ role: 'admin', scope: 'admin' }),
  'project.members.change': project({ role: 'admin', scope: 'admin', sensitive: true }),
  'project.policy.change': project({ role: 'admin', scope: 'admin', sensitive: true }),
  'files.write': project({ role: 'member', scope: 'write' }),
  'runs.read': project({ role: 'viewer', scope: 'read' }),
  'runs.start': project({ role: 'member', scope: 'run' }),
  'approvals.read': project({ role: 'viewer', scope: 'read' }),
  'approvals.resolve': project({ role: 'member', scope: 'approve' }),
  'instructions.accept': project({ role: 'member', scope: 'approve' }),
  'automations.change': project({ role: 'member', scope: 'run' }),
  'automations.secret': project({ role: 'member', scope: null, sensitive: true }),

  'monitor.read': operators({ scope: 'read' }),
  'doctor.read': operators({ scope: 'read' }),
  'doctor.run': operators({ scope: 'admin' }),
  'loadReports.read': operators({ scope: 'read' }),
  'loadReports.delete': operators({ scope: 'admin' }),
  'backups.read': operators({ scope: 'admin' }),
  'backups.make': operators({ scope: 'admin', sensitive: true }),
  'backups.download': operators({ scope: null, sensitive: true }),
  'backups.delete': operators({ scope: null, sensitive: true }),
  'restore.confirm': operators({ scope: null, sensitive: true }),
} as const satisfies Record<string, Right>;

export type RightName = keyof typeof rights;
/** The rights that are held in an organization, in a project, or by any signed-in person. */
export type RightOf<Of extends Right['of'] | 'own' | 'operator'> = {
  [N in RightName]: (typeof rights)[N] extends { of: infer O; role: infer R }
    ? O extends string
      ? O extends Of
        ? N
        : never
      : R extends 'signed in'
        ? 'own' extends Of
          ? N
          : never
        : 'operator' extends Of
          ? N
          : never
    : never;
}[RightName];

export const isOpenToLimitedTokens = (name: RightName): boolean => 'limitable' in rights[name];

export const isSensitive = (name: RightName): boolean => 'sensitive' in rights[name];

/** Whether a role in an organization or project includes a right there. */
export function includes(role: Role | undefined, name: RightOf<'organization' | 'project'>): boolean {
  return role !== undefined && atLeast(role, rights[name].role);
}

/** Whether somebody may give or take a role: at most their own. */
export const mayGrant = (own: Role, role: Role): boolean => atLeast(own, role);
