/**
 * Projects: the named sets of files a team and its agents work on. A project belongs to an organization; a user's rights in it follow from
 * their role there.
 */
import { v7 as uuid } from 'uuid';
import * as z from 'zod';
import type { Action } from '#features/audit-log/actions.ts';
import type { Actor, AuditLog } from '#features/audit-log/server/audit-log.ts';
import { PROJECTS_PER_PAGE, type Project } from '#features/projects/contract.ts';
import { createCache } from '#kernel/cache.ts';
import { readCursor, writeCursor } from '#kernel/cursor.ts';
import type { Database, Transaction } from '#kernel/database/pool.ts';
import { conflict, forbidden, notFound } from '#kernel/errors.ts';
import type { EventBus } from '#kernel/event-bus.ts';
import type { Identity } from '#kernel/http/route.ts';
import { id, instant } from '#wire/contract.ts';
import { atLeast, type Role } from '#wire/role.ts';
import * as sql from './queries.ts';

export { keepProject, lockProject } from './queries.ts';
export type Projects = ReturnType<typeof createProjects>;

interface Options {
  db: Database;
  eventBus: EventBus;
  auditLog: AuditLog;
  /** Per organization. */
  maxProjects: number;
}

/** Cursor of a page: when its last project was changed, and its id. */
const page = z.tuple([instant, id]);

export function createProjects({ db, eventBus, auditLog, maxProjects }: Options) {
  // The organization of each project: needed by every request that names a project, and almost never changed.
  const owners = createCache<string>({
    eventBus,
    channel: 'project',
    load: async (id) => (await sql.selectProject(db, { id }))[0]?.organization_id,
    max: 50_000,
  });

  function describe(row: sql.ProjectRow, role: Role): Project {
    return { id: row.id, name: row.name, organizationId: row.organization_id, role, createdAt: row.created_at, changedAt: row.changed_at };
  }

  function record(tx: Transaction, actor: Actor, action: Action, project: sql.ProjectRow, detail?: Record<string, unknown>): void {
    const { id, name, organization_id: organizationId } = project;
    tx.withCommit(auditLog.record(tx, { organizationId, projectId: id, actor, action, subject: { kind: 'project', id, name }, detail }));
  }

  function roleIn(identity: Identity, organizationId: string | undefined): Role | undefined {
    return identity.organizations.find((organization) => organization.id === organizationId)?.role;
  }

  return {
    /**
     * @returns the user's role in a project of their organizations, if it is at least the required one
     * @param thing what was requested, if it is something in the project
     * @throws 404 if the project is not in the user's organizations, 403 if their role is too low
     */
    async requireRole(identity: Identity, projectId: string, required: Role, thing = 'project'): Promise<Role> {
      const organizationId = await owners.get(projectId);
      const role = roleIn(identity, organizationId);
      if (!role) throw notFound(thing);
      if (!atLeast(role, required))
        throw forbidden(
          `This needs the role ${required} in the project’s organization; yours is ${role}.`,
          'role_too_small',
          organizationId,
        );
      return role;
    },

    /** @throws 404 for a deleted project */
    async organizationOf(projectId: string): Promise<string> {
      const organizationId = await owners.get(projectId);
      if (!organizationId) throw notFound('project');
      return organizationId;
    },

    /** A page of projects, the last changed first. @param cursor of the previous page @throws 422 if it is invalid */
    async list(identity: Identity, cursor?: string): Promise<{ projects: Project[]; nextCursor?: string }> {
      const [changedAt = null, id = null] = cursor === undefined ? [] : readCursor(cursor, page);
      const organizationIds = identity.organizations.map((organization) => organization.id);
      const rows = await sql.selectProjects(db, { organizationIds, changedAt, id, limit: PROJECTS_PER_PAGE + 1 });
      const projects = rows.slice(0, PROJECTS_PER_PAGE).map((row) => describe(row, roleIn(identity, row.organization_id) ?? 'viewer'));
      const last = projects.at(-1);
      return { projects, ...(rows.length > projects.length && last && { nextCursor: writeCursor([last.changedAt, last.id]) }) };
    },

    /** @throws 404 if the user is not in the organization, 403 for a viewer, 409 `project_limit_reached` */
    async create(actor: Actor, identity: Identity, name: string, organizationId = identity.organizations[0]?.id): Promise<Project> {
      const role = roleIn(identity, organizationId);
      if (!role || !organizationId) throw notFound('organization');
      if (!atLeast(role, 'member'))
        throw forbidden('A viewer cannot create projects. Ask an admin for the role member.', 'role_too_small', organizationId);
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

    async remove(actor: Actor, projectId: string): Promise<void> {
      await db.transaction(async (tx) => {
        const [row] = await sql.deleteProject(tx, { id: projectId });
        if (!row) throw notFound('project');
        record(tx, actor, 'project.delete', row);
      });
      owners.invalidate(projectId);
    },
  };
}

const tooMany = (max: number) =>
  conflict(
    'project_limit_reached',
    `This organization has ${max.toLocaleString('en')} projects, the limit. Delete some, or ask the operator for a higher limit (MAX_PROJECTS).`,
    { limit: max },
  );
