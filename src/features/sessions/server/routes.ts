import * as account from '#features/accounts/contract.ts';
import { signedIn } from '#features/accounts/server/access.ts';
import type { Accounts } from '#features/accounts/server/accounts.ts';
import { listSessions, revokeSession } from '#features/sessions/contract.ts';
import { forbidden } from '#kernel/errors.ts';
import { anyone, type Limit, type Route, reply, route, type Visit } from '#kernel/http/route.ts';
import type { Sessions } from './sessions.ts';

interface Options {
  accounts: Accounts;
  sessions: Sessions;
  limits: {
    api: Limit;
    signup: Limit;
    signIn: Limit;
    login: Limit;
    tryPassword<T>(visit: Visit, email: string, attempt: () => Promise<T>): Promise<T>;
  };
}

/** Signing in and out stands here rather than with accounts: it is what begins and ends a session. */
export const sessionRoutes = ({ accounts, sessions, limits }: Options): Route[] => [
  route(account.signup, [limits.api, limits.signup], anyone, async ({ body, visit }) => {
    if (body.invitation) throw forbidden('This invitation is not valid. Ask for a new one.', 'invitation_invalid');
    const user = await accounts.signUp(body);
    await sessions.begin(visit.request, visit.response, user);
    return reply(201, { user });
  }),
  route(account.login, [limits.signIn, limits.login], anyone, async ({ body, visit }) => {
    const user = await limits.tryPassword(visit, body.email, () => accounts.recognise(body.email, body.password));
    await sessions.begin(visit.request, visit.response, user);
    return reply(200, { user });
  }),
  route(account.logout, [limits.api], anyone, async ({ visit }) => {
    await sessions.end(visit.request, visit.response);
    return reply(204);
  }),
  route(account.currentUser, [limits.api], signedIn, async ({ scope: { id, name, email, organizations } }) =>
    reply(200, { user: { id, name, email, organizations: [...organizations] } }),
  ),
  route(listSessions, [limits.api], signedIn, async ({ scope }) => reply(200, { sessions: await sessions.list(scope) })),
  route(revokeSession, [limits.api], signedIn, async ({ params, scope }) => {
    await sessions.revoke(scope, params.sessionId);
    return reply(204);
  }),
];
