import { statement } from '#kernel/database/statement.ts';

export interface PointRow {
  id: string;
  name: string;
  number: number;
  at: string;
  user_id: string | null;
  user_name: string | null;
}

/** Newest state first. */
export const selectPoints = statement<PointRow, { projectId: string; limit: number }>(
  'files.select-points',
  `select p.id, p.name, p.number, p.at, p.user_id, u.name as user_name from points p left join users u on u.id = p.user_id
   where p.project_id = $projectId order by p.number desc, p.at desc, p.id limit $limit`,
  { replica: true },
);

/** Locks the project, so that its points are counted one after the other. */
export const lockForPoint = statement<{ head: number; organization_id: string }, { projectId: string }>(
  'files.lock-for-point',
  'select head, organization_id from projects where id = $projectId for no key update',
);

export const countPoints = statement<{ count: number }, { projectId: string }>(
  'files.count-points',
  'select count(*)::int as count from points where project_id = $projectId',
);

export const insertPoint = statement<PointRow, { id: string; projectId: string; number: number; name: string; userId: string }>(
  'files.insert-point',
  `insert into points (id, project_id, number, name, user_id) values ($id, $projectId, $number, $name, $userId)
   on conflict (project_id, name) do nothing
   returning id, name, number, at, user_id, (select name from users where id = $userId) as user_name`,
);

export const deletePoint = statement<{ name: string; number: number; organization_id: string }, { id: string; projectId: string }>(
  'files.delete-point',
  `delete from points p using projects o where p.id = $id and p.project_id = $projectId and o.id = p.project_id
   returning p.name, p.number, o.organization_id`,
);
