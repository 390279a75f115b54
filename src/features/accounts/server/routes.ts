import * as contract from '#features/accounts/contract.ts';
import { actorOf } from '#features/audit-log/server/access.ts';
import { baseUrlOf } from '#kernel/http/base-url.ts';
import { anyone, type Limit, type Route, reply, route } from '#kernel/http/route.ts';
import { isFresh } from '#kernel/http/send.ts';
import { inOrganization, signedIn } from './access.ts';
import type { Accounts } from './accounts.ts';
import { texts } from './texts.ts';

interface Options {
  accounts: Accounts;
  publicUrl: string | undefined;
  limits: { api: Limit; confirmIdentity: Limit; forgot: Limit; link: Limit };
}

/** Links, addresses, names and pictures. What begins or ends a session is in the routes of sessions. */
export const accountRoutes = ({ accounts, publicUrl, limits }: Options): Route[] => [
  route(contract.forgotPassword, [limits.api, limits.forgot], anyone, async ({ body, ctx }) =>
    reply(202, { message: await accounts.passwords.forgot(body.email, ctx.address) }),
  ),
  route(contract.createPasswordLink, [limits.api], inOrganization('members.password'), async ({ params, auth, ctx }) => {
    const { token, expiresAt } = await accounts.passwords.createLinkFor(auth, actorOf(ctx), params.userId);
    return reply(201, { link: baseUrlOf(ctx.request, publicUrl) + texts.resetPath(token), expiresAt });
  }),
  route(contract.changeEmail, [limits.api, limits.confirmIdentity], signedIn('account.email'), async ({ body, auth, ctx }) =>
    reply(202, { message: await accounts.emails.request(ctx, auth, body) }),
  ),
  route(contract.verifyEmail, [limits.api, limits.link], anyone, async ({ body, ctx }) => {
    const { userId, email } = await accounts.emails.verify(ctx, body.token);
    accounts.forget(userId);
    return reply(200, { email });
  }),
  route(contract.changeUser, [limits.api], signedIn('account.change'), async ({ body, ctx }) =>
    reply(200, { user: await accounts.changeName(actorOf(ctx), body.name) }),
  ),
  route(contract.putPicture, [limits.api], signedIn('account.change'), async ({ body, auth, ctx }) => {
    await accounts.pictures.put(actorOf(ctx), body);
    return reply(200, { user: await accounts.describe(auth.id) });
  }),
  route(contract.deletePicture, [limits.api], signedIn('account.change'), async ({ ctx }) => {
    await accounts.pictures.delete(actorOf(ctx));
    return reply(204);
  }),
  route(contract.getPicture, [limits.api], signedIn('account.read'), async ({ params, auth, ctx }) => {
    const headers = { etag: await accounts.pictures.tag(params.userId, auth.id), 'cache-control': 'private, no-cache' };
    if (isFresh(ctx.request, headers.etag)) return { status: 304, headers };
    const { type, content, etag } = await accounts.pictures.get(params.userId, auth.id);
    return reply(200, content, { ...headers, etag, 'content-type': type });
  }),
];
