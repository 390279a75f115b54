import type { Queryable } from '#kernel/database/statement.ts';
import * as sql from './queries.ts';

/** Addresses are ASCII. PostgreSQL lowers İ to i, so another spelling would find the account, with a rate limit of its own. */
const isUsable = (email: string) => /^[\x20-\x7e]*$/.test(email);

export async function findByEmail(db: Queryable, email: string) {
  const [row] = isUsable(email) ? await sql.findUserByEmail(db, { email: email.trim() }) : [];
  return row;
}
