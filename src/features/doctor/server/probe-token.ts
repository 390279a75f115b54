/**
 * Proves that a request through the public address comes from a doctor of this installation: a time, signed with SESSION_SECRET. Needs no
 * storage, so the doctor of one server can ask any other, and a server with another SESSION_SECRET gives itself away. It opens the probes
 * and nothing else, so it may be sent over a connection whose certificate is not trusted.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';

/** Longer than the clocks of two servers differ. */
const VALID_MS = 5 * 60_000;

const sign = (secret: string, at: number) => createHmac('sha256', secret).update(`guildhall doctor probe ${at}`).digest('base64url');

/** @param secrets the first signs */
export function createProbeToken([secret]: readonly string[], now = Date.now()): string {
  if (secret === undefined) throw new Error('there is no secret to sign with');
  return `${now}.${sign(secret, now)}`;
}

export function isProbeToken(token: string, secrets: readonly string[], now = Date.now()): boolean {
  const [, at, signature = ''] = /^(\d{1,15})\.([\w-]{43})$/.exec(token) ?? [];
  if (at === undefined || Math.abs(now - Number(at)) > VALID_MS) return false;
  return secrets.some((secret) => timingSafeEqual(Buffer.from(signature), Buffer.from(sign(secret, Number(at)))));
}
