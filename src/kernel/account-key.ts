/** An email address as the key of the account it may belong to, for limits and cookies: hashed, so keys are short and reveal no address. */
import { createHash } from 'node:crypto';

/** @returns 22 characters, independent of the address's case */
export function accountKeyOf(email: string): string {
  return createHash('sha256').update(email.trim().toLowerCase()).digest('base64url').slice(0, 22);
}
