/** An e-mail address as limits and cookies name the account it may belong to: hashed, so that no key is long and no address is told. */
import { createHash } from 'node:crypto';

/** @returns 22 characters, the same whatever the address's case */
export function accountKeyOf(email: string): string {
  return createHash('sha256').update(email.trim().toLowerCase()).digest('base64url').slice(0, 22);
}
