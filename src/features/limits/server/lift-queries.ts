import { statement } from '#kernel/database/statement.ts';

export const findUser = statement<{ id: string }, { email: string }>(
  'limits.find-user',
  'select id from users where lower(email) = lower($email)',
);

/** Keys are stored with the limiter's name and a colon as prefix. */
export const deleteWindows = statement<{ key: string }, { exactly: string[]; beginning: string | null; ending: string | null }>(
  'limits.delete-windows',
  `delete from limit_windows
   where substr(key, strpos(key, ':') + 1) = any($exactly)
     or starts_with(substr(key, strpos(key, ':') + 1), $beginning)
     or right(key, length($ending)) = $ending
   returning key`,
  { timeout: 30_000 },
);

export const deleteTries = statement<{ account: string }, { account: string }>(
  'limits.delete-tries',
  'delete from sign_in_tries where account = $account returning account',
);
