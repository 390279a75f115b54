/**
 * Projects: the named sets of files a team and its agents work on. A project belongs to an organization; what somebody may do
 * in it is their role there.
 */
import { v7 as uuid } from 'uuid';
import type { Project } from '#features/projects/contract.ts';
import { createCache } from '#kernel/cache.ts';
import type { Database } from '#kernel/database/pool.ts';
import { forbidden, notFound } from '#kernel/errors.ts';
import type { Identity } from '#kernel/http/route.ts';
import type { Live } from '#kernel/live.ts';
import { atLeast, type Role } from '#wire/role.ts';
import * as sql from './queries.ts';

export type Projects = ReturnType<typeof createProjects>;

export function createProjects({ db, live }: { db: Database; live: Live }) {
  // Which organization a project belongs to: asked at every request that names one, and hardly ever changed.
  const owners = createCache<string>({
    live,
    topic: 'project',
    load: async (id) => (await sql.selectProject(db, id))[0]?.organization_id,
    max: 50_000,
  });

  function describe(row: sql.ProjectRow, role: Role): Project {
    return { id: row.id, name: row.name, organizationId: row.organization_id, role, createdAt: row.created_at, changedAt: row.changed_at };
  }

  function roleIn(identity: Identity, organizationId: string | undefined): Role | undefined {
    return identity.organizations.find((organization) => organization.id === organizationId)?.role;
  }

  return {
    /**
     * @returns the role of somebody in a project that they may know of and in which they have at least this role
     * @param thing what was asked for, where it is something in the project
     * @throws 404 when it is not of their organizations, 403 when their role is too small
     */
    async requireRole(identity: Identity, projectId: string, required: Role, thing = 'project'): Promise<Role> {
      const role = roleIn(identity, await owners.get(projectId));
      if (!role) throw notFound(thing);
      if (!atLeast(role, required))
        throw forbidden(`This needs the role ${required} in the project’s organization; yours is ${role}.`, 'role_too_small');
      return role;
    },

    /** @throws 404 for a project that is no more */
    async organizationOf(projectId: string): Promise<string> {
      const organizationId = await owners.get(projectId);
      if (!organizationId) throw notFound('project');
      return organizationId;
    },

    async list(identity: Identity): Promise<Project[]> {
      const rows = await sql.selectProjects(
        db,
        identity.organizations.map((organization) => organization.id),
      );
      return rows.map((row) => describe(row, roleIn(identity, row.organization_id) ?? 'viewer'));
    },

    /** @throws 404 for somebody else's organization, 403 for a viewer */
    async create(identity: Identity, name: string, organizationId = identity.organizations[0]?.id): Promise<Project> {
      const role = roleIn(identity, organizationId);
      if (!role || !organizationId) throw notFound('organization');
      if (!atLeast(role, 'member')) throw forbidden('A viewer cannot create projects. Ask an admin for the role member.', 'role_too_small');
      const [row] = await sql.insertProject(db, uuid(), organizationId, name);
      if (!row) throw new Error('insert returned no project');
      return describe(row, role);
    },

    async get(projectId: string, role: Role): Promise<Project> {
      const [row] = await sql.selectProject(db, projectId);
      if (!row) throw notFound('project');
      return describe(row, role);
    },

    async rename(projectId: string, name: string, role: Role): Promise<Project> {
      const [row] = await sql.renameProject(db, projectId, name);
      if (!row) throw notFound('project');
      return describe(row, role);
    },

    async remove(projectId: string): Promise<void> {
      const [row] = await sql.deleteProject(db, projectId);
      owners.drop(projectId);
      if (!row) throw notFound('project');
    },
  };
}
