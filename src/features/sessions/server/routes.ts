import * as account from '#features/accounts/contract.ts';
import { signedIn } from '#features/accounts/server/access.ts';
import type { Accounts } from '#features/accounts/server/accounts.ts';
import type { AuditLog } from '#features/audit-log/server/audit-log.ts';
import { listSessions, revokeOtherSessions, revokeSession } from '#features/sessions/contract.ts';
import { forbidden, Refusal } from '#kernel/errors.ts';
import { anyone, type Limit, type Route, reply, route, type Visit } from '#kernel/http/route.ts';
import type { BodyOf } from '#wire/contract.ts';
import { describeDevice } from './device.ts';
import type { Sessions } from './sessions.ts';

interface Options {
  accounts: Accounts;
  sessions: Sessions;
  auditLog: Pick<AuditLog, 'signIns'>;
  limits: {
    api: Limit;
    signup: Limit;
    signIn: Limit;
    login: Limit;
    tryPassword<T>(visit: Visit, email: string, attempt: () => Promise<T>): Promise<T>;
  };
}

/** Notes which sign-ins were refused, and why. */
function noteRefused(signIns: AuditLog['signIns'], email: string, visit: Visit, error: unknown): void {
  if (!(error instanceof Refusal)) return;
  if (error.status === 401) signIns.refused(email, visit, 'wrong_password');
  if (error.status === 429) signIns.refused(email, visit, 'rate_limited');
}

/** A limit on signing in, whose refusals are noted. */
const noted = (limit: Limit, signIns: AuditLog['signIns']): Limit => ({
  ...limit,
  async count(visit, body) {
    try {
      await limit.count(visit, body);
    } catch (error) {
      noteRefused(signIns, (body as BodyOf<typeof account.login>).email, visit, error);
      throw error;
    }
  },
});

/** Signing in and out stands here rather than with accounts: it is what begins and ends a session. */
export const sessionRoutes = ({ accounts, sessions, auditLog: { signIns }, limits }: Options): Route[] => [
  route(account.signup, [limits.api, limits.signup], anyone, async ({ body, visit }) => {
    if (body.invitation) throw forbidden('This invitation is not valid. Ask for a new one.', 'invitation_invalid');
    const user = await accounts.signUp(body, (tx, who) => signIns.signedUp(tx, who, visit));
    await sessions.begin(visit.request, visit.response, user);
    return reply(201, { user });
  }),
  route(account.login, [limits.signIn, noted(limits.login, signIns)], anyone, async ({ body, visit }) => {
    const recognised = limits.tryPassword(visit, body.email, () => accounts.recognise(body.email, body.password));
    const user = await recognised.catch((error: unknown) => {
      noteRefused(signIns, body.email, visit, error);
      throw error;
    });
    await signIns.signedIn(user, visit, describeDevice(visit.request.headers['user-agent']));
    await sessions.begin(visit.request, visit.response, user);
    return reply(200, { user });
  }),
  route(account.logout, [limits.api], anyone, async ({ visit }) => {
    if (visit.identity) await signIns.signedOut(visit.identity, visit);
    await sessions.end(visit.request, visit.response);
    return reply(204);
  }),
  route(account.currentUser, [limits.api], signedIn, async ({ auth: { id, name, email, organizations } }) =>
    reply(200, { user: { id, name, email, organizations: [...organizations] } }),
  ),
  route(listSessions, [limits.api], signedIn, async ({ auth }) => reply(200, { sessions: await sessions.list(auth) })),
  route(revokeSession, [limits.api], signedIn, async ({ params, auth, visit }) => {
    await sessions.revoke(auth, params.sessionId, (tx, session) => signIns.ended(tx, auth, visit, session));
    return reply(204);
  }),
  route(revokeOtherSessions, [limits.api], signedIn, async ({ auth, visit }) => {
    await sessions.revokeOthers(auth, (tx, count) => signIns.endedOthers(tx, auth, visit, count));
    return reply(204);
  }),
];
