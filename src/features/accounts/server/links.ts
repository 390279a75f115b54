/** Links that work once. The token is in the link alone; the database has its hash. */
import { createHash, randomBytes } from 'node:crypto';
import type { Queryable } from '#kernel/database/statement.ts';
import { forbidden } from '#kernel/errors.ts';
import type { Purpose } from './link-queries.ts';
import * as sql from './link-queries.ts';
import { texts } from './texts.ts';

const TOKEN_BYTES = 32;

interface NewLink {
  userId: string;
  purpose: Purpose;
  /** The address it is made for: a link for a new password ends when the address changes. */
  email: string | null;
  /** The admin who makes it. */
  createdBy?: string;
  hours: number;
  /** Links for this purpose that the person may get in an hour. */
  maxPerHour: number;
}

export const hashOf = (token: string): Buffer => createHash('sha256').update(token).digest();

/** @returns undefined if the person got too many within an hour */
export async function createLink(on: Queryable, link: NewLink): Promise<{ token: string; expiresAt: string } | undefined> {
  const token = randomBytes(TOKEN_BYTES).toString('base64url');
  const [row] = await sql.insertLink(on, { ...link, createdBy: link.createdBy ?? null, tokenHash: hashOf(token) });
  return row && { token, expiresAt: row.expires_at };
}

export const linkInvalid = () => forbidden(texts.problems.linkInvalid, 'link_invalid');
