/** Triggers for tests, and senders who sign. */
import { randomUUID } from 'node:crypto';
import { createTrigger, type Trigger } from '#features/triggers/contract.ts';
import { webhookHeaders } from '#kernel/webhook-signature.ts';
import type { CallOf } from '#wire/contract.ts';
import { query } from './database.ts';
import type { Person } from './test-server.ts';

export interface Hook {
  trigger: Trigger;
  secret: string;
}

type Wanted = CallOf<typeof createTrigger>['body'];

export async function newTrigger(person: Person, projectId: string, wanted: Partial<Wanted> = {}): Promise<Hook> {
  const body = { name: 'Deployed', message: 'Say what was deployed.', level: 'supervised', model: 'practice', ...wanted } as const;
  const { trigger, secret } = (await person.call(createTrigger, { params: { projectId }, body })).body;
  return { trigger, secret: secret ?? '' };
}

interface Message {
  id?: string;
  /** Seconds since 1970. */
  timestamp?: number;
  body?: string | Uint8Array<ArrayBuffer>;
  headers?: Record<string, string>;
}

/** Sends a signed message to a trigger. */
export function sendWebhook(
  testServer: { origin: string },
  { trigger, secret }: Hook,
  { id = randomUUID(), timestamp = Math.floor(Date.now() / 1000), body = '{"event":"deployed"}', headers = {} }: Message = {},
): Promise<Response> {
  const signed = webhookHeaders([secret], { id, timestamp }, body);
  return fetch(`${testServer.origin}/api/hooks/${trigger.id}`, { method: 'POST', headers: { ...signed, ...headers }, body });
}

type Stored = { databaseUrl: string };

/** Pauses a trigger, while its project changes and time passes. */
export const hold = ({ databaseUrl }: Stored, { trigger }: Hook) =>
  query(databaseUrl, 'update triggers set paused_at = now() where id = $1', [trigger.id]);

/** Resumes it, due in this many seconds, as if it had not been paused. */
export const release = ({ databaseUrl }: Stored, { trigger }: Hook, seconds: number) =>
  query(databaseUrl, 'update triggers set paused_at = null, look_at = now() + make_interval(secs => $2) where id = $1', [
    trigger.id,
    seconds,
  ]);
