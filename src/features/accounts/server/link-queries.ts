import { statement } from '#kernel/database/statement.ts';

/** What a link does: sets a new password, or confirms an address. */
export type Purpose = 'password' | 'email';

/** Returns nothing once the person got this many links for the purpose within an hour. */
export const insertLink = statement<
  { expires_at: string },
  {
    tokenHash: Buffer;
    userId: string;
    purpose: Purpose;
    email: string | null;
    createdBy: string | null;
    hours: number;
    maxPerHour: number;
  }
>(
  'accounts.insert-link',
  `insert into one_time_links (token_hash, user_id, purpose, email, created_by, expires_at)
   select $tokenHash, $userId, $purpose, $email, $createdBy, now() + make_interval(hours => $hours)
   where (
     select count(*) from one_time_links where user_id = $userId and purpose = $purpose and created_at > now() - interval '1 hour'
   ) < $maxPerHour
   returning expires_at`,
);

interface LinkRow {
  user_id: string;
  name: string;
  current_email: string;
  /** The address it was made for. */
  email: string | null;
  created_by: string | null;
}

/** An open link, and whose it is. */
export const findLink = statement<LinkRow, { tokenHash: Buffer; purpose: Purpose }>(
  'accounts.find-link',
  `select l.user_id, u.name, u.email as current_email, l.email, l.created_by
   from one_time_links l join users u on u.id = l.user_id
   where l.token_hash = $tokenHash and l.purpose = $purpose and l.used_at is null and l.expires_at > now() and u.kind = 'person'`,
);

/** Of several at once, one gets the row: the others wait for it and find the link used. */
export const useLink = statement<{ user_id: string }, { tokenHash: Buffer; purpose: Purpose }>(
  'accounts.use-link',
  `update one_time_links set used_at = now()
   where token_hash = $tokenHash and purpose = $purpose and used_at is null and expires_at > now() returning user_id`,
);

/** Open links of a person stop working, except the given one. */
export const endLinks = statement<never, { userId: string; purpose: Purpose | null; except: Buffer | null }>(
  'accounts.end-links',
  `update one_time_links set used_at = now()
   where user_id = $userId and ($purpose::text is null or purpose = $purpose) and used_at is null
     and token_hash is distinct from $except::bytea`,
);

export const deleteOldLinks = statement<never>(
  'accounts.delete-old-links',
  `delete from one_time_links where expires_at < now() - interval '1 day'`,
);
