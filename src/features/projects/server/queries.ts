import type { Project } from '#features/projects/contract.ts';
import { statement } from '#kernel/database/statement.ts';
import type { ProjectRole, Role } from '#wire/role.ts';

export interface ProjectRow {
  id: string;
  organization_id: string;
  name: string;
  access: Project['access'];
  created_at: string;
  changed_at: string;
}

const columns = 'id, organization_id, name, access, created_at, changed_at';

/** Those a person has access to, with their role; the last changed first. @param only null: of any id @param changedAt with `id`, of the project after which the page starts; null: the first page */
export const selectProjects = statement<
  ProjectRow & { role: Role },
  {
    userId: string;
    organizationIds: readonly string[];
    only: readonly string[] | null;
    changedAt: string | null;
    id: string | null;
    limit: number;
  }
>(
  'projects.select-page',
  `select p.id, p.organization_id, p.name, p.access, p.created_at, p.changed_at, r.role
   from projects p join project_roles r on r.project_id = p.id and r.user_id = $userId
   where p.organization_id = any ($organizationIds::uuid[]) and ($only::uuid[] is null or p.id = any ($only::uuid[]))
     and ($changedAt::timestamptz is null or (p.changed_at, p.id) < ($changedAt::timestamptz, $id::uuid))
   order by p.changed_at desc, p.id desc limit $limit`,
);

export const selectProject = statement<ProjectRow, { id: string }>('projects.select', `select ${columns} from projects where id = $id`);

/** Serializes the creation of projects in one organization until the transaction ends, so each counts those before it. */
export const lockCreations = statement<never, { organizationId: string }>(
  'projects.lock-creations',
  `select pg_advisory_xact_lock(hashtextextended('projects of ' || $organizationId::uuid, 0))`,
);

/** Counts up to the limit. */
export const countProjects = statement<{ projects: number }, { organizationId: string; limit: number }>(
  'projects.count',
  'select count(*)::int as projects from (select from projects where organization_id = $organizationId limit $limit) p',
);

export const insertProject = statement<ProjectRow, { id: string; organizationId: string; name: string }>(
  'projects.insert',
  `insert into projects (id, organization_id, name) values ($id, $organizationId, $name) returning ${columns}`,
);

/** Also returns the former name. */
export const renameProject = statement<ProjectRow & { former: string }, { id: string; name: string }>(
  'projects.rename',
  `with before as (select id, name as former from projects where id = $id for update)
   update projects p set name = $name, changed_at = now() from before where p.id = before.id
   returning p.id, organization_id, name, access, created_at, changed_at, former`,
);

/** Also deletes its files, history and runs. */
export const deleteProject = statement<ProjectRow, { id: string }>(
  'projects.delete',
  `delete from projects where id = $id returning ${columns}`,
  { timeout: 30_000 },
);

/**
 * Until the transaction ends, nothing else changes the project's files or locks one of its runs. Lock the project before one of its runs:
 * deleting a project uses this order too.
 */
export const lockProject = statement<{ id: string }, { projectId: string }>(
  'projects.lock',
  'select id from projects where id = $projectId for no key update',
  { timeout: 15_000 },
);

/** Until the transaction ends, the project cannot be deleted. Lock the project before one of its schedules, for the same reason. */
export const keepProject = statement<{ id: string }, { projectId: string }>(
  'projects.keep',
  'select id from projects where id = $projectId for key share',
);

/** Locks the project, so that two changes of its members come one after the other. */
export const changeAccess = statement<ProjectRow, { id: string; access: Project['access'] }>(
  'projects.change-access',
  `update projects set access = $access where id = $id returning ${columns}`,
);

/** Listed people by name. */
export const selectProjectMembers = statement<{ user_id: string; name: string; email: string; role: ProjectRole }, { projectId: string }>(
  'projects.select-members',
  `select l.user_id, u.name, u.email, l.role from project_members l join users u on u.id = l.user_id
   where l.project_id = $projectId order by lower(u.name), l.user_id`,
);

export const deleteMembersExcept = statement<never, { projectId: string; userIds: readonly string[] }>(
  'projects.delete-members-except',
  'delete from project_members where project_id = $projectId and user_id <> all ($userIds::uuid[])',
);

/** Stores those who are members of the organization, and returns them. */
export const putMembers = statement<
  { user_id: string; role: ProjectRole },
  { projectId: string; organizationId: string; userIds: readonly string[]; roles: readonly ProjectRole[] }
>(
  'projects.put-members',
  `insert into project_members as l (project_id, organization_id, user_id, role)
   select $projectId::uuid, m.organization_id, m.user_id, listed.role
   from unnest($userIds::uuid[], $roles::text[]) as listed (user_id, role)
   join members m on m.user_id = listed.user_id and m.organization_id = $organizationId::uuid
   on conflict (project_id, user_id) do update set role = excluded.role
   returning l.user_id, l.role`,
);

export interface FoundProject {
  id: string;
  name: string;
  /** The name of its organization. */
  organization: string;
}

/** For operators, in any organization: by id or by name, whatever its case. */
export const findProjects = statement<FoundProject, { named: string }>(
  'projects.find',
  `select p.id, p.name, o.name as organization from projects p join organizations o on o.id = p.organization_id
   where p.id::text = lower($named) or lower(p.name) = lower($named) order by o.name, p.created_at, p.id`,
);
