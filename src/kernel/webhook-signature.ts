/**
 * Signs webhooks, and verifies incoming ones, by Standard Webhooks (standardwebhooks.com): HMAC-SHA256 of `id.timestamp.body`, in three
 * headers. The secret is `whsec_` followed by the key in base64.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

const PREFIX = 'whsec_';
const KEY_BYTES = 32;
const VERSION = 'v1,';
/** Each costs an HMAC comparison; a rotation needs two, on either side. */
const MAX_SIGNATURES = 10;
/** No dot: `a.1` with body `x` and `a` with body `1.x` would be the same text, and share a signature. */
const ID = /^[\x21-\x2d\x2f-\x7e]{1,200}$/;
const TIMESTAMP = /^\d{1,11}$/;

/** Identifies a message: a retry has the same id and a new time. */
export interface WebhookStamp {
  id: string;
  /** Seconds since 1970, by the sender's clock. */
  timestamp: number;
}

export const createWebhookSecret = (): string => PREFIX + randomBytes(KEY_BYTES).toString('base64');

function sign(secret: string, { id, timestamp }: WebhookStamp, body: string | Uint8Array): Buffer {
  const key = Buffer.from(secret.slice(secret.startsWith(PREFIX) ? PREFIX.length : 0), 'base64');
  return createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest();
}

/** @param secrets one, or during a rotation the new and the old one: receivers accept a message signed by any of them */
export function webhookHeaders(secrets: readonly string[], stamp: WebhookStamp, body: string | Uint8Array): Record<string, string> {
  return {
    'webhook-id': stamp.id,
    'webhook-timestamp': String(stamp.timestamp),
    'webhook-signature': secrets.map((secret) => VERSION + sign(secret, stamp, body).toString('base64')).join(' '),
  };
}

/**
 * Takes the same time whether or not it finds a signature. The caller checks whether the time is close enough and the id new.
 * @param secrets any of them may have signed; if empty, nothing is found, in the time of one
 * @param headers by lower-case name: those of Standard Webhooks, or of Svix, which are the same with the prefix `svix-`
 * @returns the signed message, or undefined: no signature with these secrets for this body
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
  const signatures = String(headers[`${names}-signature`] ?? '')
    .split(' ')
    .slice(0, MAX_SIGNATURES)
    .map((text) => Buffer.from(text.startsWith(VERSION) ? text.slice(VERSION.length) : '', 'base64'));
  let found = false;
  for (const secret of secrets.length > 0 ? secrets : [createWebhookSecret()]) {
    const expected = sign(secret, stamp, body);
    for (const signature of signatures) found = (signature.length === expected.length && timingSafeEqual(signature, expected)) || found;
  }
  return found && wellFormed ? stamp : undefined;
}
