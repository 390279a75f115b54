/**
 * Notifications: people are notified of events that concern them, over the channels they chose. An event is a row in the outbox, written in
 * the transaction that caused it. The first server to claim it turns it into notifications (`notifier.ts`) and delivers those that go out
 * by email or webhook (`deliverer.ts`).
 */
import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { AuditLog, Person } from '#features/audit-log/server/audit-log.ts';
import type { Mail } from '#features/mail/server/mail.ts';
import {
  type Choices,
  defaultChoices,
  kind,
  type Notification,
  type NotificationSettings,
  type putNotificationSettings,
} from '#features/notifications/contract.ts';
import { measureQueue as measureOutbox } from '#features/outbox/server/outbox.ts';
import type { Policies } from '#features/policies/server/policies.ts';
import type { Clock } from '#kernel/clock.ts';
import type { Database } from '#kernel/database/pool.ts';
import { conflict, HttpProblem, invalid, notFound } from '#kernel/errors.ts';
import type { EventBus } from '#kernel/event-bus.ts';
import { publicFetch as fetchFromPublic, type PublicFetch } from '#kernel/http/public-fetch.ts';
import type { Log } from '#kernel/log.ts';
import type { Metrics } from '#kernel/metrics.ts';
import type { Outgoing } from '#kernel/outgoing.ts';
import { createVault } from '#kernel/vault.ts';
import { createWebhookSecret } from '#kernel/webhook-signature.ts';
import type { BodyOf } from '#wire/contract.ts';
import { createDeliverer } from './deliverer.ts';
import { composeMessage } from './message.ts';
import { createNotifier } from './notifier.ts';
import * as sql from './queries.ts';
import { createSend } from './send.ts';
import { texts } from './texts.ts';

export type Notifications = ReturnType<typeof createNotifications>;

interface Options {
  db: Database;
  auditLog: Pick<AuditLog, 'recordOf'>;
  eventBus: EventBus;
  log: Log;
  metrics: Metrics;
  clock: Clock;
  mail: Mail;
  policies: Pick<Policies, 'rulesFor'>;
  outgoing: Pick<Outgoing, 'isHeld' | 'onChange'>;
  /** The public address of this Guildhall; set whenever email can be sent. */
  publicUrl: string | undefined;
  /** If empty, webhook secrets cannot be stored. */
  encryptionKeys: readonly string[];
  /** For tests: they have no public servers. */
  publicFetch?: PublicFetch | undefined;
}

/** Days for which notifications are listed. */
const KEEP_DAYS = 30;

const about = (name: string) => ({ kind: 'notifications', id: null, name });

export function createNotifications({
  db,
  auditLog,
  eventBus,
  log,
  metrics,
  clock,
  publicUrl,
  encryptionKeys,
  publicFetch = fetchFromPublic,
  mail,
  policies,
  outgoing,
}: Options) {
  const vault = encryptionKeys.length > 0 ? createVault(encryptionKeys) : undefined;
  const send = createSend({ mail, vault, clock, publicUrl, publicFetch });
  const notifier = createNotifier({ db, eventBus, log, policies });
  const deliverer = createDeliverer({ db, eventBus, log, metrics, send, outgoing });
  metrics.storedQueue('notifications', () => sql.measureQueue(db));
  metrics.storedQueue('outbox', () => measureOutbox(db));

  async function find(userId: string): Promise<sql.SettingsRow> {
    const [row] = await sql.selectSettings(db, { userId });
    if (!row) throw notFound('account');
    return row;
  }

  async function settings(userId: string): Promise<NotificationSettings> {
    const row = await find(userId);
    return {
      choices: { ...defaultChoices, ...row.choices } satisfies Choices,
      email: { address: row.email, ready: mail.sender !== undefined },
      webhook: { url: row.webhook_url, hasSecret: row.webhook_secret !== null },
    };
  }

  async function requireReachable(url: string): Promise<void> {
    await publicFetch.check(url).catch((error: unknown) => {
      throw error instanceof HttpProblem ? invalid([{ path: 'webhookUrl', message: error.message }]) : error;
    });
  }

  return {
    settings,

    /** Whether these settings would send the person's notifications to another address. */
    redirects: async (userId: string, { webhookUrl }: BodyOf<typeof putNotificationSettings>): Promise<boolean> =>
      webhookUrl !== null && webhookUrl !== (await find(userId)).webhook_url,

    /** @throws 422 for a new address that may not be called */
    async change(actor: Person, { choices, webhookUrl }: BodyOf<typeof putNotificationSettings>): Promise<NotificationSettings> {
      const { userId } = actor;
      const before = await settings(userId);
      if (webhookUrl !== null && webhookUrl !== before.webhook.url) await requireReachable(webhookUrl);
      await db.transaction(async (tx) => {
        await sql.upsertSettings(tx, { userId, choices: JSON.stringify(choices), webhookUrl });
        const changed = kind.options.filter((each) => !isDeepStrictEqual(before.choices[each], choices[each]));
        const moved = before.webhook.url !== webhookUrl;
        if (changed.length === 0 && !moved) return;
        const detail = {
          changed: [...changed, ...(moved ? ['webhook'] : [])],
          ...(moved && { webhookHost: webhookUrl && new URL(webhookUrl).host }),
        };
        tx.withCommit(auditLog.recordOf(tx, { actor, action: 'settings.change', subject: about(texts.subjects.settings), detail }));
      });
      return settings(userId);
    },

    /** @returns the secret, which is returned only here; @throws 409 `no_encryption_key` */
    async makeSecret(actor: Person): Promise<string> {
      const { userId } = actor;
      if (!vault) throw conflict('no_encryption_key', texts.problems.noEncryptionKey);
      const secret = createWebhookSecret();
      await db.transaction(async (tx) => {
        await sql.upsertSecret(tx, { userId, secret: vault.seal(secret, userId) });
        tx.withCommit(auditLog.recordOf(tx, { actor, action: 'secret.create', subject: about(texts.subjects.webhook) }));
      });
      return secret;
    },

    /** Sends a test message now; @throws 409 `held_after_restore`, `mail_not_set_up`, `webhook_not_set_up` */
    async test(userId: string, channel: 'email' | 'webhook'): Promise<{ delivered: boolean; reason: string | null }> {
      if (outgoing.isHeld()) throw conflict('held_after_restore', texts.problems.heldAfterRestore);
      const { email, webhook_url: webhookUrl, webhook_secret: webhookSecret } = await find(userId);
      if (channel === 'email' && !mail.sender) throw conflict('mail_not_set_up', texts.problems.noMail);
      if (channel === 'webhook' && !(webhookUrl && webhookSecret)) throw conflict('webhook_not_set_up', texts.problems.noWebhook);
      const notice = {
        id: randomUUID(),
        message: texts.test(),
        type: 'test',
        at: new Date(clock.now()).toISOString(),
        payload: {},
        senderId: userId,
        again: false,
      };
      const outcome = await send(channel, { id: userId, email, webhookUrl, webhookSecret }, notice, new AbortController().signal);
      return outcome.delivered ? { delivered: true, reason: null } : { delivered: false, reason: outcome.reason };
    },

    async list(
      userId: string,
      channel: Notification['channel'] | undefined,
      before: string | undefined,
      limit: number,
    ): Promise<{ notifications: Notification[]; more: boolean }> {
      const rows = await sql.selectNotifications(db, { userId, channel: channel ?? null, before: before ?? null, limit: limit + 1 });
      return { notifications: rows.slice(0, limit).map(describe), more: rows.length > limit };
    },

    async cleanUp(): Promise<number> {
      return (await sql.deleteOld(db, { days: KEEP_DAYS })).length;
    },

    start(): void {
      notifier.start();
      deliverer.start();
    },
    async close(): Promise<void> {
      await notifier.close();
      await deliverer.close();
    },
  };
}

function describe(row: sql.NotificationRow): Notification {
  const { id, kind, channel, status, reason, attempts } = row;
  const { subject, path } = composeMessage(row);
  const nextAttemptAt = status === 'waiting' ? row.next_attempt_at : null;
  return { id, kind, channel, subject, path, status, reason, attempts, createdAt: row.created_at, nextAttemptAt, endedAt: row.ended_at };
}
