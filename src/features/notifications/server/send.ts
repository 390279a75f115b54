/** Sends email and webhooks. Both have a timeout, and return the outcome instead of throwing. */

import type { Mail, Message } from '#features/mail/server/mail.ts';
import type { Clock } from '#kernel/clock.ts';
import type { Vault } from '#kernel/vault.ts';
import { explainMailFailure, explainWebhookFailure } from './failure.ts';
import { texts } from './texts.ts';
import { postWebhook } from './webhook.ts';

export type Send = ReturnType<typeof createSend>;

/** `final`: a retry would not help. */
export type Outcome = { delivered: true } | { delivered: false; reason: string; final?: true };

interface Receiver {
  id: string;
  email: string;
  webhookUrl: string | null;
  webhookSecret: Buffer | null;
}

interface Outgoing {
  /** The same for every attempt. */
  id: string;
  message: Message;
  /** The event type sent to a webhook. */
  type: string;
  at: string;
  payload: object;
  /** The person who caused it; null if no person did. */
  senderId: string | null;
  /** A retry: the first attempt already counted against the limit. */
  again: boolean;
}

const MAIL_TIMEOUT_MS = 30_000;
const WEBHOOK_TIMEOUT_MS = 10_000;

const delivered: Outcome = { delivered: true };
const permanentFailure = (reason: string): Outcome => ({ delivered: false, reason, final: true });

interface Options {
  mail: Mail;
  vault: Vault | undefined;
  clock: Clock;
  publicUrl: string | undefined;
  publicFetch: typeof fetch;
}

export function createSend({ mail, vault, clock, publicUrl, publicFetch }: Options) {
  async function sendEmail({ email }: Receiver, { id, message, senderId, again }: Outgoing, stop: AbortSignal): Promise<Outcome> {
    if (!mail.sender) return permanentFailure(texts.problems.noMail);
    const counted = again ? { last: false } : await mail.count(email, senderId);
    if ('refused' in counted) return permanentFailure(counted.refused);
    const lines = counted.last ? [...message.lines, texts.lastToday] : message.lines;
    try {
      await mail.sender.send(id, email, { ...message, lines }, AbortSignal.any([stop, AbortSignal.timeout(MAIL_TIMEOUT_MS)]));
      return delivered;
    } catch (error) {
      return { delivered: false, reason: explainMailFailure(error) };
    }
  }

  async function sendToWebhook(receiver: Receiver, { id, message, type, at, payload }: Outgoing, stop: AbortSignal): Promise<Outcome> {
    const { webhookUrl: url, webhookSecret: sealed } = receiver;
    if (!url || !sealed) return permanentFailure(texts.problems.noWebhook);
    const secret = vault?.open(sealed, receiver.id);
    if (!secret) return permanentFailure(texts.failures.secretUnreadable);
    const link = publicUrl && { url: new URL(message.path, publicUrl).href };
    const body = JSON.stringify({ type, timestamp: at, data: { subject: message.subject, ...payload, path: message.path, ...link } });
    try {
      const signal = AbortSignal.any([stop, AbortSignal.timeout(WEBHOOK_TIMEOUT_MS)]);
      const reason = await postWebhook(publicFetch, { url, secret, id, body, now: clock.now() }, signal);
      return reason === undefined ? delivered : { delivered: false, reason };
    } catch (error) {
      return { delivered: false, reason: explainWebhookFailure(error, WEBHOOK_TIMEOUT_MS / 1000) };
    }
  }

  /** @param stop aborts the attempt, which may have been delivered anyway */
  return (channel: 'email' | 'webhook', receiver: Receiver, outgoing: Outgoing, stop: AbortSignal): Promise<Outcome> =>
    channel === 'email' ? sendEmail(receiver, outgoing, stop) : sendToWebhook(receiver, outgoing, stop);
}
