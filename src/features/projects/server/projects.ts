/**
 * Projects: the named sets of files a team and its agents work on. A project belongs to an organization; a user's rights in it follow from
 * their role there.
 */
import { v7 as uuid } from 'uuid';
import * as z from 'zod';
import { type OrganizationsAuth, requireRight, roleTooSmall } from '#features/accounts/server/access.ts';
import type { Action } from '#features/audit-log/actions.ts';
import type { Actor, AuditLog } from '#features/audit-log/server/audit-log.ts';
import { PROJECTS_PER_PAGE, type Project, type ProjectMembers, type putProjectMembers } from '#features/projects/contract.ts';
import { createCache } from '#kernel/cache.ts';
import { readCursor, writeCursor } from '#kernel/cursor.ts';
import type { Database, Transaction } from '#kernel/database/pool.ts';
import type { Queryable } from '#kernel/database/statement.ts';
import { conflict, invalid, notFound } from '#kernel/errors.ts';
import type { EventBus } from '#kernel/event-bus.ts';
import type { Identity } from '#kernel/http/route.ts';
import type { Metrics } from '#kernel/metrics.ts';
import type { Thing } from '#kernel/texts.ts';
import { type BodyOf, id, instant } from '#wire/contract.ts';
import { includes, type RightOf, rights } from '#wire/rights.ts';
import type { Role } from '#wire/role.ts';
import * as sql from './queries.ts';
import { type ProjectAccess, roleIn } from './role.ts';
import { texts } from './texts.ts';

export { type FoundProject, findProjects, keepProject, lockProject } from './queries.ts';
export type Projects = ReturnType<typeof createProjects>;

interface Options {
  db: Database;
  eventBus: EventBus;
  metrics: Metrics;
  auditLog: AuditLog;
  /** Per organization. */
  maxProjects: number;
}

/** Cursor of a page: when its last project was changed, and its id. */
const page = z.tuple([instant, id]);

export function createProjects({ db, eventBus, metrics, auditLog, maxProjects }: Options) {
  // The organization and access of each project: needed by every request that names a project, and rarely changed.
  const counts = metrics.cache('projects');
  const access = createCache<ProjectAccess>({ eventBus, channel: 'project', load: loadAccess, max: 50_000, counts });

  async function loadAccess(id: string): Promise<ProjectAccess | undefined> {
    const [row] = await sql.selectProject(db, { id });
    return row && { id, organizationId: row.organization_id, listedOnly: row.access === 'listed' };
  }

  function describe(row: sql.ProjectRow, role: Role): Project {
    return {
      id: row.id,
      name: row.name,
      organizationId: row.organization_id,
      role,
      access: row.access,
      createdAt: row.created_at,
      changedAt: row.changed_at,
    };
  }

  function record(tx: Transaction, actor: Actor, action: Action, project: sql.ProjectRow, detail?: Record<string, unknown>): void {
    const { id, name, organization_id: organizationId } = project;
    tx.withCommit(auditLog.record(tx, { organizationId, projectId: id, actor, action, subject: { kind: 'project', id, name }, detail }));
  }

  return {
    /**
     * @returns the person's role in a project, if it includes the right
     * @param thing what was requested, if it is something in the project
     * @throws 404 if the person has no access to the project, 403 if their role is too low
     */
    async requireRight(identity: Identity, projectId: string, right: RightOf<'project'>, thing: Thing = 'project'): Promise<Role> {
      const found = await access.get(projectId);
      const role = found && roleIn(identity, found);
      if (!role) throw notFound(thing);
      if (!includes(role, right)) throw roleTooSmall(rights[right].role, role, { id: found.organizationId, of: 'project' });
      return role;
    },

    /** @returns the person's role in a project; undefined without access */
    async roleIn(identity: Identity, projectId: string): Promise<Role | undefined> {
      const found = await access.get(projectId);
      return found && roleIn(identity, found);
    },

    /** @throws 404 for a deleted project */
    async organizationOf(projectId: string): Promise<string> {
      const found = await access.get(projectId);
      if (!found) throw notFound('project');
      return found.organizationId;
    },

    /** A page of projects, the last changed first. @param cursor of the previous page @throws 422 if it is invalid */
    async list({ identity, organizationIds }: OrganizationsAuth, cursor?: string): Promise<{ projects: Project[]; nextCursor?: string }> {
      const [changedAt = null, id = null] = cursor === undefined ? [] : readCursor(cursor, page);
      const only = identity.token?.projects ?? null;
      const from = { userId: identity.id, organizationIds, only, changedAt, id };
      const rows = await sql.selectProjects(db, { ...from, limit: PROJECTS_PER_PAGE + 1 });
      const projects = rows.slice(0, PROJECTS_PER_PAGE).map((row) => describe(row, row.role));
      const last = projects.at(-1);
      return { projects, ...(rows.length > projects.length && last && { nextCursor: writeCursor([last.changedAt, last.id]) }) };
    },

    /** @throws 404 if the person is not in the organization, 403 for a viewer, 409 `project_limit_reached` */
    async create(actor: Actor, identity: Identity, name: string, inOrganization: string | undefined): Promise<Project> {
      const { organizationId, role } = requireRight(identity, inOrganization, 'projects.create');
      return db.transaction(async (tx) => {
        const [, [before], [row]] = await Promise.all([
          sql.lockCreations(tx, { organizationId }),
          sql.countProjects(tx, { organizationId, limit: maxProjects }),
          sql.insertProject(tx, { id: uuid(), organizationId, name }),
        ]);
        if ((before?.projects ?? 0) >= maxProjects) throw tooMany(maxProjects);
        if (!row) throw new Error('insert returned no project');
        record(tx, actor, 'project.create', row);
        return describe(row, role);
      });
    },

    async get(projectId: string, role: Role): Promise<Project> {
      const [row] = await sql.selectProject(db, { id: projectId });
      if (!row) throw notFound('project');
      return describe(row, role);
    },

    async rename(actor: Actor, projectId: string, name: string, role: Role): Promise<Project> {
      return db.transaction(async (tx) => {
        const [row] = await sql.renameProject(tx, { id: projectId, name });
        if (!row) throw notFound('project');
        if (row.former !== name) record(tx, actor, 'project.rename', row, { from: row.former });
        return describe(row, role);
      });
    },

    members: async (projectId: string): Promise<ProjectMembers> => readMembers(db, projectId),

    /** @throws 422 for people who are not members of the organization */
    async changeMembers(
      actor: Actor,
      projectId: string,
      { access: to, members }: BodyOf<typeof putProjectMembers>,
    ): Promise<ProjectMembers> {
      const changed = await db.transaction(async (tx) => {
        const [row] = await sql.changeAccess(tx, { id: projectId, access: to });
        if (!row) throw notFound('project');
        const before = await sql.selectProjectMembers(tx, { projectId });
        const listed = { projectId, organizationId: row.organization_id, userIds: members.map(({ userId }) => userId) };
        await sql.deleteMembersExcept(tx, listed);
        const stored = await sql.putMembers(tx, { ...listed, roles: members.map(({ role }) => role) });
        requireAllStored(members, stored);
        const roles = (rows: readonly { user_id: string; role: Role }[]) =>
          Object.fromEntries(rows.map((each) => [each.user_id, each.role]));
        record(tx, actor, 'project.members', row, { access: to, from: roles(before), to: roles(stored) });
        return readMembers(tx, projectId);
      });
      access.invalidate(projectId);
      return changed;
    },

    async remove(actor: Actor, projectId: string): Promise<void> {
      await db.transaction(async (tx) => {
        const [row] = await sql.deleteProject(tx, { id: projectId });
        if (!row) throw notFound('project');
        record(tx, actor, 'project.delete', row);
      });
      access.invalidate(projectId);
    },
  };
}

async function readMembers(on: Queryable, projectId: string): Promise<ProjectMembers> {
  const [[project], rows] = await Promise.all([sql.selectProject(on, { id: projectId }), sql.selectProjectMembers(on, { projectId })]);
  if (!project) throw notFound('project');
  return { access: project.access, members: rows.map(({ user_id: userId, name, email, role }) => ({ userId, name, email, role })) };
}

function requireAllStored(members: readonly { userId: string }[], stored: readonly { user_id: string }[]): void {
  const known = new Set(stored.map(({ user_id }) => user_id));
  const errors = members.flatMap(({ userId }, at) =>
    known.has(userId) ? [] : [{ path: `members.${at}.userId`, message: texts.problems.notAMember }],
  );
  if (errors.length > 0) throw invalid(errors);
}

const tooMany = (max: number) => conflict('project_limit_reached', texts.problems.tooMany(max), { limit: max });
