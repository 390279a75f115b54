import { statement } from '#kernel/database/statement.ts';

export interface ProjectRow {
  id: string;
  organization_id: string;
  name: string;
  created_at: string;
  changed_at: string;
}

const columns = 'id, organization_id, name, created_at, changed_at';

/** The last changed first. @param changedAt with `id`, of the project after which the page starts; null: the first page */
export const selectProjects = statement<
  ProjectRow,
  { organizationIds: string[]; changedAt: string | null; id: string | null; limit: number }
>(
  'projects.select-page',
  `select ${columns} from projects
   where organization_id = any ($organizationIds::uuid[])
     and ($changedAt::timestamptz is null or (changed_at, id) < ($changedAt::timestamptz, $id::uuid))
   order by changed_at desc, id desc limit $limit`,
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
   returning p.id, organization_id, name, created_at, changed_at, former`,
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
