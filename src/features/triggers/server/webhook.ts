/**
 * Incoming webhooks. Only a sender with the trigger's secret learns anything about it: an unknown trigger and an invalid signature get the
 * same response. Trigger ids are random, so response times reveal nothing worth guessing.
 */
import type { IncomingMessage } from 'node:http';
import type { Database } from '#kernel/database/pool.ts';
import { conflict, HttpProblem } from '#kernel/errors.ts';
import type { Log } from '#kernel/log.ts';
import type { Vault } from '#kernel/vault.ts';
import { createWebhookSecret, readSignature, type WebhookStamp } from '#kernel/webhook-signature.ts';
import * as occurrences from './occurrence-queries.ts';
import * as sql from './queries.ts';
import { senderCodes } from './sender-codes.ts';
import type { createSenders } from './senders.ts';
import { paused, replayed, type TriggerEvent, type TriggerStart } from './start.ts';
import { texts } from './texts.ts';
import type { createUnauthenticatedSenders } from './unauthenticated.ts';

/** Most seconds a sender's clock may be off; a captured request could be replayed for as long if its id were not stored. */
const MAX_OFF = 300;

interface Options {
  db: Database;
  log: Log;
  /** Undefined if the environment has no encryption key: then there are no webhooks. */
  vault: Vault | undefined;
  starting: TriggerStart;
  unauthenticated: ReturnType<typeof createUnauthenticatedSenders>;
  senders: ReturnType<typeof createSenders>;
}

/** As received. */
export interface WebhookMessage {
  triggerId: string;
  request: IncomingMessage;
  body: Uint8Array;
  address: string;
}

/** What the signature of a message proves. */
interface Verified {
  /** Undefined if there is no such trigger, or the signature matches none of its secrets. */
  signed: { trigger: sql.HookRow; stamp: WebhookStamp; off: HttpProblem | undefined } | undefined;
  /** Signed correctly, and on time. */
  valid: boolean;
  /** True if a sender at this address had signed for the trigger before. */
  wasKnown: boolean;
}

export function createWebhook({ db, log, vault, starting, unauthenticated, senders }: Options) {
  // Decrypted in place of a missing secret, so both cases take equally long.
  const nobodys = vault?.seal(createWebhookSecret(), 'nobody');

  function secretsOf(trigger: sql.HookRow | undefined): string[] {
    if (!vault || !nobodys) return [];
    const sealed = [trigger?.secret, trigger?.old_secret].map((secret) =>
      vault.open(secret ?? nobodys, secret && trigger ? trigger.id : 'nobody'),
    );
    if (sealed.includes(undefined)) log.warn({ trigger: trigger?.id }, 'a webhook secret cannot be decrypted: ENCRYPTION_KEY has changed');
    return sealed.filter((secret) => secret !== undefined);
  }

  async function read({ triggerId, request, body, address }: WebhookMessage): Promise<Verified> {
    const [trigger] = await sql.selectHook(db, { id: triggerId });
    const stamp = readSignature(secretsOf(trigger), request.headers, body);
    const wasKnown = senders.knows(triggerId, address);
    if (!trigger || !stamp) {
      unauthenticated.note(triggerId);
      return { signed: undefined, valid: false, wasKnown };
    }
    const off = timestampOff(stamp.timestamp, trigger.now);
    // Replaying a captured message uses up none of the trigger's limit.
    if (!off) senders.remember(triggerId, address);
    return { signed: { trigger, stamp, off }, valid: !off, wasKnown };
  }

  const verified = new WeakMap<IncomingMessage, Promise<Verified>>();

  /** Verifies the signature once per request: the limits ask for it first, then `receive`. */
  function verify(message: WebhookMessage): Promise<Verified> {
    const result = verified.get(message.request) ?? read(message);
    verified.set(message.request, result);
    return result;
  }

  return {
    verify,
    /** Whether a sender at this address has signed correctly for this trigger before. */
    knowsSender: senders.knows,

    /**
     * @returns the run that was started
     * @throws 401 `invalid_signature`, `timestamp_off`; 409 `replayed`, `paused`, `not_started`
     */
    async receive(message: WebhookMessage): Promise<string> {
      const { triggerId, body, address } = message;
      const { signed } = await verify(message);
      if (!signed) throw invalidSignature();
      const { trigger, stamp, off } = signed;
      const event: TriggerEvent = {
        actor: { userId: null, name: texts.signedRequest, address },
        messageId: stamp.id,
        bytes: body.length,
        depth: 1,
      };
      try {
        if (off) throw off;
        if (trigger.paused) throw paused();
        const [before] = await occurrences.selectStartedBy(db, { triggerId, messageId: stamp.id });
        if (before) throw replayed(before.run_id);
        const runId = await starting.start(trigger, event, toText(body));
        if (runId === undefined) throw invalidSignature();
        return runId;
      } catch (error) {
        if (!(error instanceof HttpProblem) || error.status >= 500) throw error;
        await db.transaction((tx) => starting.recordRejection(tx, trigger, event, error));
        throw problemForSender(error);
      }
    },
  };
}

const invalidSignature = () => new HttpProblem(401, 'invalid_signature', texts.problems.invalidSignature);

/** By PostgreSQL's clock, which all servers share, so they agree on which timestamps are valid. */
function timestampOff(timestamp: number, now: number): HttpProblem | undefined {
  const off = Math.round(now - timestamp);
  if (Math.abs(off) <= MAX_OFF) return undefined;
  return new HttpProblem(401, 'timestamp_off', texts.problems[off > 0 ? 'late' : 'early'](Math.abs(off), MAX_OFF));
}

/** Only what PostgreSQL can store. */
const toText = (body: Uint8Array): string => new TextDecoder().decode(body).replaceAll('\0', '\ufffd');

/** All other problems name people, agents and models. They belong in the trigger's history, not in another system's log. */
function problemForSender(problem: HttpProblem): HttpProblem {
  if (senderCodes.includes(problem.code)) return problem;
  return conflict('not_started', texts.problems.notStarted(problem.code), { reason: problem.code });
}
