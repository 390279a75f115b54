import { statement } from '#kernel/database/statement.ts';

/** @throws a violation of `users_email` if another account has the address by now */
export const confirmEmail = statement<never, { userId: string; email: string }>(
  'accounts.confirm-email',
  'update users set email = $email, email_confirmed_at = now() where id = $userId',
);
