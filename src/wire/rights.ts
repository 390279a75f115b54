/**
 * The table of rights: who may do what, once, as data. Routes name the right they require; screens ask it what to offer; the API
 * description, docs/roles.md and the tests are derived from it.
 */
import { atLeast, type Role } from './role.ts';

/** What a token may be used for. Each scope stands alone: `write` does not include `read`. */
export const scopes = ['read', 'write', 'run', 'approve', 'admin'] as const;
export type Scope = (typeof scopes)[number];

export interface Right {
  /** Completes "May …". */
  readonly allows: string;
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
  'account.read': own({ allows: 'see their own account', scope: 'read', limitable: true }),
  'account.change': own({ allows: 'change their name, picture and default organization', scope: 'write' }),
  'account.sessions': own({ allows: 'see and end their sessions', scope: null }),
  'account.password': own({ allows: 'change their password and confirm who they are', scope: null }),
  'account.email': own({ allows: 'change and confirm their email address', scope: null }),
  'account.tokens': own({ allows: 'see and revoke their tokens', scope: null }),
  'account.tokens.create': own({ allows: 'create tokens that act for them', scope: null, sensitive: true }),
  'account.invitations': own({ allows: 'accept invitations', scope: null }),
  'inbox.follow': own({ allows: 'follow what waits for them', scope: 'read' }),
  'notifications.read': own({ allows: 'see their notifications', scope: 'read' }),
  'notifications.change': own({ allows: 'choose what they are notified of', scope: 'write' }),
  'notifications.webhook': own({ allows: 'choose the address of their webhook and create its secret', scope: null, sensitive: true }),
  'organizations.create': own({ allows: 'found an organization, if sign-up is open or they are an operator', scope: null }),

  'inbox.read': organization({ allows: 'see what waits for a person', role: 'viewer', scope: 'read' }),
  'organization.read': organization({ allows: 'see the organization and its members', role: 'viewer', scope: 'read' }),
  'organization.change': organization({ allows: 'rename the organization and change its settings', role: 'admin', scope: 'admin' }),
  'organization.leave': organization({ allows: 'leave the organization', role: 'viewer', scope: null }),
  'organization.transfer': organization({ allows: 'make somebody else the owner', role: 'owner', scope: null, sensitive: true }),
  'members.change': organization({ allows: 'change the roles of members', role: 'admin', scope: 'admin', sensitive: true }),
  'members.remove': organization({ allows: 'remove members', role: 'admin', scope: 'admin', sensitive: true }),
  'members.sessions': organization({ allows: 'sign members out everywhere', role: 'admin', scope: null, sensitive: true }),
  'members.password': organization({
    allows: 'create links by which members set a new password',
    role: 'admin',
    scope: null,
    sensitive: true,
  }),
  'invitations.read': organization({ allows: 'see open invitations', role: 'admin', scope: 'read' }),
  'invitations.manage': organization({ allows: 'invite people, and revoke invitations', role: 'admin', scope: 'admin' }),
  'tokens.read': organization({ allows: 'see the organization’s tokens', role: 'admin', scope: null }),
  'tokens.manage': organization({ allows: 'create and revoke the organization’s tokens', role: 'admin', scope: null, sensitive: true }),
  'models.read': organization({ allows: 'see which models there are', role: 'viewer', scope: 'read' }),
  'models.settings.read': organization({ allows: 'see the settings of models', role: 'member', scope: 'read' }),
  'models.settings.change': organization({ allows: 'choose which models may be used, and their prices', role: 'admin', scope: 'admin' }),
  'models.providers.read': organization({ allows: 'see and test model providers', role: 'admin', scope: 'admin' }),
  'models.providers.change': organization({
    allows: 'connect model providers and store their keys',
    role: 'admin',
    scope: 'admin',
    sensitive: true,
  }),
  'connections.read': organization({ allows: 'see and test tool servers', role: 'admin', scope: 'admin' }),
  'connections.tools.change': organization({ allows: 'turn tools of tool servers on and off', role: 'admin', scope: 'admin' }),
  'connections.change': organization({
    allows: 'connect tool servers and store their secrets',
    role: 'admin',
    scope: 'admin',
    sensitive: true,
  }),
  'hosts.read': organization({ allows: 'see which hosts agents may read', role: 'viewer', scope: 'read' }),
  'hosts.change': organization({ allows: 'choose which hosts agents may read', role: 'admin', scope: 'admin' }),
  'policy.read': organization({ allows: 'see agent permissions', role: 'member', scope: 'read' }),
  'policy.change': organization({ allows: 'change agent permissions', role: 'admin', scope: 'admin', sensitive: true }),
  'autonomy.read': organization({ allows: 'see what agents are doing', role: 'viewer', scope: 'read' }),
  'autonomy.switch': organization({ allows: 'pause and resume autonomous runs', role: 'admin', scope: 'admin' }),
  'audit.read': organization({ allows: 'read and export the audit log', role: 'admin', scope: 'read' }),
  'usage.read': organization({ allows: 'see and export usage and cost', role: 'viewer', scope: 'read' }),
  'agents.read': organization({ allows: 'see agents', role: 'viewer', scope: 'read' }),
  'agents.change': organization({ allows: 'create, change and archive agents', role: 'member', scope: 'write' }),
  'automations.read': organization({ allows: 'see schedules and triggers of their projects', role: 'viewer', scope: 'read' }),
  'projects.list': organization({ allows: 'list the projects they have access to', role: 'viewer', scope: 'read', limitable: true }),
  'projects.create': organization({ allows: 'create projects', role: 'member', scope: 'write' }),

  'project.read': project({ allows: 'see a project, its files and their history', role: 'viewer', scope: 'read' }),
  'project.rename': project({ allows: 'rename a project', role: 'member', scope: 'write' }),
  'project.delete': project({ allows: 'delete a project', role: 'admin', scope: 'admin' }),
  'project.members.change': project({ allows: 'choose who has access to a project', role: 'admin', scope: 'admin', sensitive: true }),
  'project.policy.change': project({ allows: 'change agent permissions of a project', role: 'admin', scope: 'admin', sensitive: true }),
  'files.write': project({ allows: 'change files and undo changes', role: 'member', scope: 'write' }),
  'runs.read': project({ allows: 'read runs and their logs', role: 'viewer', scope: 'read' }),
  'runs.start': project({ allows: 'start, steer and stop runs', role: 'member', scope: 'run' }),
  'approvals.read': project({ allows: 'see requests for approval', role: 'viewer', scope: 'read' }),
  'approvals.resolve': project({ allows: 'approve and reject, as far as policies allow', role: 'member', scope: 'approve' }),
  'instructions.accept': project({ allows: 'accept instructions for unattended runs', role: 'member', scope: 'approve' }),
  'automations.change': project({ allows: 'create and change their schedules and triggers', role: 'member', scope: 'run' }),
  'automations.secret': project({ allows: 'renew the secrets of their triggers', role: 'member', scope: null, sensitive: true }),

  'loadReports.read': operators({ allows: 'see load reports', scope: 'read' }),
  'loadReports.delete': operators({ allows: 'delete load reports', scope: 'admin' }),
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
