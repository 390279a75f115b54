/**
 * Signs webhooks, and checks the signatures of those that come in, by Standard Webhooks (standardwebhooks.com): HMAC-SHA256 of
 * `id.timestamp.body`, told in three headers. The secret is `whsec_` and the key in base64.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

const PREFIX = 'whsec_';
const KEY_BYTES = 32;
const VERSION = 'v1,';
/** Each costs an HMAC's comparison; two are what a rotation needs, on either side. */
const MAX_SIGNATURES = 10;
/** No dot: `a.1` with body `x` and `a` with body `1.x` would be the same text, and one signature would do for both. */
const ID = /^[\x21-\x2d\x2f-\x7e]{1,200}$/;
const TIMESTAMP = /^\d{1,11}$/;

/** What tells one message from another: the same id when it is sent again, a new time. */
export interface WebhookStamp {
  id: string;
  /** Seconds since 1970, as the sender's clock says. */
  timestamp: number;
}

export const createWebhookSecret = (): string => PREFIX + randomBytes(KEY_BYTES).toString('base64');

function sign(secret: string, { id, timestamp }: WebhookStamp, body: string | Uint8Array): Buffer {
  const key = Buffer.from(secret.slice(secret.startsWith(PREFIX) ? PREFIX.length : 0), 'base64');
  return createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest();
}

/** @param secrets one, or during a rotation the new and the old one: receivers take a message that any of them signed */
export function webhookHeaders(secrets: readonly string[], stamp: WebhookStamp, body: string | Uint8Array): Record<string, string> {
  return {
    'webhook-id': stamp.id,
    'webhook-timestamp': String(stamp.timestamp),
    'webhook-signature': secrets.map((secret) => VERSION + sign(secret, stamp, body).toString('base64')).join(' '),
  };
}

/**
 * Takes as long whether it finds a signature or not. Whether the time is near enough, and the id new, the caller decides.
 * @param secrets any of them may have signed; none: nothing is found, in the time of one
 * @param headers by their names in lower case: those of Standard Webhooks, or of Svix, whose are the same and begin with `svix-`
 * @returns what was signed, or undefined: no signature of these secrets for this body
 */
export function readSignature(
  secrets: readonly string[],
  headers: Readonly<Record<string, string | string[] | undefined>>,
  body: Uint8Array,
): WebhookStamp | undefined {
  const names = headers['webhook-signature'] === undefined && headers['svix-signature'] !== undefined ? 'svix' : 'webhook';
  const id = String(headers[`${names}-id`] ?? '');
  const time = String(headers[`${names}-timestamp`] ?? '');
  const wellFormed = ID.test(id) && TIMESTAMP.test(time);
  const stamp = { id, timestamp: Number(time) };
  const given = String(headers[`${names}-signature`] ?? '')
    .split(' ')
    .slice(0, MAX_SIGNATURES)
    .map((text) => Buffer.from(text.startsWith(VERSION) ? text.slice(VERSION.length) : '', 'base64'));
  let found = false;
  for (const secret of secrets.length > 0 ? secrets : [createWebhookSecret()]) {
    const expected = sign(secret, stamp, body);
    for (const signature of given) found = (signature.length === expected.length && timingSafeEqual(signature, expected)) || found;
  }
  return found && wellFormed ? stamp : undefined;
}
