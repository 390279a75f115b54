import * as z from 'zod';
import { visibleText } from '#features/accounts/contract.ts';
import { endpointsOf, id, instant } from '#wire/contract.ts';
import { texts } from './texts.ts';

const endpoint = endpointsOf('Notifications');

/** The kinds of notifications. */
export const kind = z.enum(['approval_asked', 'run_ended', 'start_failed', 'autonomy_off', 'tools_changed']);
export type Kind = z.infer<typeof kind>;

export const channel = z.enum(['page', 'email', 'webhook']);
export type Channel = z.infer<typeof channel>;

const inPage = { page: true, email: false, webhook: false };
const channels = { page: z.boolean(), email: z.boolean(), webhook: z.boolean() };
/** For each kind, the channels over which a person wants it. */
const choices = z
  .strictObject({
    /** About runs that this person started, including by their schedules and triggers; or about all they may resolve. */
    approval_asked: z.strictObject({ ...channels, of: z.enum(['mine', 'all']) }),
    /** About unattended runs: scheduled, triggered or with a goal; or about all. */
    run_ended: z.strictObject({ ...channels, of: z.enum(['unattended', 'all']) }),
    start_failed: z.strictObject(channels),
    autonomy_off: z.strictObject(channels),
    /** For admins: a tool of a tool server differs from what one of them turned on. */
    tools_changed: z.strictObject(channels).default(inPage),
  })
  .meta({ id: 'NotificationChoices' });
export type Choices = z.infer<typeof choices>;

/** For people who have never chosen. */
export const defaultChoices: Choices = {
  approval_asked: { ...inPage, of: 'all' },
  run_ended: { ...inPage, of: 'unattended' },
  start_failed: inPage,
  autonomy_off: inPage,
  tools_changed: inPage,
};

const webhookUrl = visibleText(2000)
  .pipe(z.url({ protocol: /^https?$/, normalize: true, error: () => texts.url }))
  .refine((text) => !/^https?:\/\/[^/?#]*@/.test(text), { error: () => texts.credentials });

const settings = z
  .object({
    choices,
    email: z.object({
      /** Where email is sent. */
      address: z.string(),
      /** The operator of this Guildhall has configured email. */
      ready: z.boolean(),
    }),
    webhook: z.object({
      url: z.string().nullable(),
      /** There is a signing secret; the secret itself is shown only once. */
      hasSecret: z.boolean(),
    }),
  })
  .meta({ id: 'NotificationSettings' });
export type NotificationSettings = z.infer<typeof settings>;

const notification = z
  .object({
    id,
    kind,
    channel,
    /** A one-line summary. */
    subject: z.string(),
    /** The page in Guildhall it links to. */
    path: z.string(),
    /** Withdrawn: outdated before it could be sent, or its recipient may no longer see it. */
    status: z.enum(['waiting', 'delivered', 'failed', 'withdrawn']),
    /** Why it failed or was withdrawn; while it waits, why the last attempt failed. */
    reason: z.string().nullable(),
    attempts: z.int(),
    createdAt: instant,
    /** When it is retried; null once delivery has ended. */
    nextAttemptAt: instant.nullable(),
    endedAt: instant.nullable(),
  })
  .meta({ id: 'Notification' });
export type Notification = z.infer<typeof notification>;

const NOTIFICATIONS_PER_PAGE = 50;

export const listNotifications = endpoint({
  name: 'listNotifications',
  method: 'GET',
  path: '/api/notifications',
  summary: 'List your recent notifications, with their channel and delivery status, newest first. `before`: the id of a notification.',
  query: z.object({
    channel: channel.optional(),
    before: id.optional(),
    limit: z.coerce.number().int().min(1).max(NOTIFICATIONS_PER_PAGE).default(20),
  }),
  replies: { 200: z.object({ notifications: z.array(notification), more: z.boolean() }) },
});

export const getNotificationSettings = endpoint({
  name: 'getNotificationSettings',
  method: 'GET',
  path: '/api/notification-settings',
  summary: 'Get which notifications you receive, and how.',
  replies: { 200: z.object({ settings }) },
});

export const putNotificationSettings = endpoint({
  name: 'putNotificationSettings',
  method: 'PUT',
  path: '/api/notification-settings',
  summary: 'Set which notifications you receive, and how. Nothing is sent to a webhook until it has an address and a secret.',
  body: z.strictObject({ choices, webhookUrl: webhookUrl.nullable() }),
  replies: { 200: z.object({ settings }) },
});

export const makeNotificationSecret = endpoint({
  name: 'makeNotificationSecret',
  method: 'POST',
  path: '/api/notification-settings/secret',
  summary: 'Create a new signing secret for your webhook. It is returned only once and replaces the previous secret immediately.',
  replies: { 201: z.object({ secret: z.string() }) },
});

export const testNotification = endpoint({
  name: 'testNotification',
  method: 'POST',
  path: '/api/notification-settings/test',
  apart: true,
  summary: 'Send yourself a test by email or webhook now, and return the result.',
  body: z.strictObject({ channel: z.enum(['email', 'webhook']) }),
  replies: {
    200: z.object({
      delivered: z.boolean(),
      /** Why it was not delivered. */
      reason: z.string().nullable(),
    }),
  },
});
