import { statement } from '#kernel/database/statement.ts';

/** A page that is not heard of for this long counts as closed. */
const GONE = `interval '45 seconds'`;

/** @returns whether others must learn of it: the page is new, or shows another file */
export const reportPage = statement<{ is_news: boolean }, { projectId: string; userId: string; page: string; path: string | null }>(
  'files.report-page',
  `with before as (
     select path, seen_at from presence where project_id = $projectId and user_id = $userId and page = $page
   ), report as (
     insert into presence (project_id, user_id, page, path) values ($projectId, $userId, $page, $path)
     on conflict (project_id, user_id, page) do update set path = excluded.path, seen_at = now()
   )
   select not exists (select from before where path is not distinct from $path and seen_at > now() - ${GONE}) as is_news`,
);

export const closePage = statement<never, { projectId: string; userId: string; page: string }>(
  'files.close-page',
  'delete from presence where project_id = $projectId and user_id = $userId and page = $page',
);

/** Everyone with a page of the project but this one, by name; each with the files that they have open. */
export const selectPresent = statement<{ user_id: string; name: string; path: string | null }, { projectId: string; page: string }>(
  'files.select-present',
  `select distinct p.user_id, u.name, p.path from presence p
   join users u on u.id = p.user_id
   join project_roles r on r.project_id = p.project_id and r.user_id = p.user_id
   where p.project_id = $projectId and p.page <> $page and p.seen_at > now() - ${GONE}
   order by u.name, p.user_id, p.path limit 200`,
);

/** Who has a page of each of these projects, and still has access to it. */
export const selectFollowers = statement<{ project_id: string; user_id: string }, { projectIds: readonly string[] }>(
  'files.select-followers',
  `select distinct p.project_id, p.user_id from presence p
   join project_roles r on r.project_id = p.project_id and r.user_id = p.user_id
   where p.project_id = any ($projectIds::uuid[]) and p.seen_at > now() - ${GONE}`,
);

export const deleteGone = statement<never, Record<never, never>>(
  'files.delete-gone-pages',
  `delete from presence where seen_at < now() - interval '1 hour'`,
);
