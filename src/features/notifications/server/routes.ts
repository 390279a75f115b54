import { requireScope, signedIn } from '#features/accounts/server/access.ts';
import { actorOf } from '#features/audit-log/server/access.ts';
import * as contract from '#features/notifications/contract.ts';
import { type Condition, type Identity, type Limit, type Route, reply, route } from '#kernel/http/route.ts';
import type { BodyOf } from '#wire/contract.ts';
import type { Notifications } from './notifications.ts';

interface Options {
  notifications: Notifications;
  /** `autonomy` limits outgoing requests that a click causes: the address may belong to anyone. */
  limits: { api: Limit; autonomy: Limit };
}

type Settings = BodyOf<typeof contract.putNotificationSettings>;

/** Anyone who reads that address learns what the person learns, even after the token that set it is revoked. */
const whenRedirected = (notifications: Notifications): Condition => ({
  description: 'it sets another address of the webhook',
  applies: ({ auth, body }) => notifications.redirects((auth as Identity).id, body as Settings),
});

export const notificationRoutes = ({ notifications, limits: { api, autonomy } }: Options): Route[] => [
  route(contract.listNotifications, [api], signedIn('notifications.read'), async ({ query, auth }) =>
    reply(200, await notifications.list(auth.id, query.channel, query.before, query.limit)),
  ),
  route(contract.getNotificationSettings, [api], signedIn('notifications.read'), async ({ auth }) =>
    reply(200, { settings: await notifications.settings(auth.id) }),
  ),
  route(
    contract.putNotificationSettings,
    [api],
    signedIn('notifications.change'),
    async ({ body, auth, ctx }) => {
      if (auth.token && (await notifications.redirects(auth.id, body))) requireScope(auth, 'notifications.webhook');
      return reply(200, { settings: await notifications.change(actorOf(ctx), body) });
    },
    { sensitiveWhen: whenRedirected(notifications) },
  ),
  route(contract.makeNotificationSecret, [api], signedIn('notifications.webhook'), async ({ ctx }) =>
    reply(201, { secret: await notifications.makeSecret(actorOf(ctx)) }),
  ),
  route(contract.testNotification, [api, autonomy], signedIn('notifications.change'), async ({ body, auth }) =>
    reply(200, await notifications.test(auth.id, body.channel)),
  ),
];
