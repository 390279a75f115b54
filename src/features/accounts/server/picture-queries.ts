import { statement } from '#kernel/database/statement.ts';

/** Their own, or of somebody with whom they share an organization. */
const visible = `p.user_id = $userId and (p.user_id = $viewerId or exists (
     select from members a join members b using (organization_id) where a.user_id = p.user_id and b.user_id = $viewerId))`;

export const findPicture = statement<{ changed_at: string }, { userId: string; viewerId: string }>(
  'accounts.find-picture',
  `select p.changed_at from user_pictures p where ${visible}`,
);

export const selectPicture = statement<{ type: string; content: Buffer; changed_at: string }, { userId: string; viewerId: string }>(
  'accounts.select-picture',
  `select p.type, p.content, p.changed_at from user_pictures p where ${visible}`,
);

export const putPicture = statement<never, { userId: string; type: string; content: Buffer }>(
  'accounts.put-picture',
  `insert into user_pictures (user_id, type, content) values ($userId, $type, $content)
   on conflict (user_id) do update set type = excluded.type, content = excluded.content, changed_at = clock_timestamp()`,
);

export const deletePicture = statement<{ user_id: string }, { userId: string }>(
  'accounts.delete-picture',
  'delete from user_pictures where user_id = $userId returning user_id',
);

/** Notifies all servers, which cache where the picture is. */
export const touchUser = statement<never, { userId: string }>('accounts.touch-user', 'update users set name = name where id = $userId');
