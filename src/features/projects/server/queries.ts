import { statement } from '#kernel/database/statement.ts';

export interface ProjectRow {
  id: string;
  organization_id: string;
  name: string;
  created_at: string;
  changed_at: string;
}

const columns = 'id, organization_id, name, created_at, changed_at';

export const selectProjects = statement<ProjectRow, [organizationIds: string[]]>(
  'projects.select-all',
  `select ${columns} from projects where organization_id = any ($1::uuid[]) order by changed_at desc, id desc limit 1000`,
);

export const selectProject = statement<ProjectRow, [id: string]>('projects.select', `select ${columns} from projects where id = $1`);

export const insertProject = statement<ProjectRow, [id: string, organizationId: string, name: string]>(
  'projects.insert',
  `insert into projects (id, organization_id, name) values ($1, $2, $3) returning ${columns}`,
);

export const renameProject = statement<ProjectRow, [id: string, name: string]>(
  'projects.rename',
  `update projects set name = $2, changed_at = now() where id = $1 returning ${columns}`,
);

/** Takes its files, history and runs along. */
export const deleteProject = statement<{ id: string }, [id: string]>('projects.delete', 'delete from projects where id = $1 returning id', {
  timeout: 30_000,
});
