import * as account from '#features/accounts/contract.ts';
import { inOrganization, signedIn, tokenNotAllowed } from '#features/accounts/server/access.ts';
import { type Accounts, invalidCredentials } from '#features/accounts/server/accounts.ts';
import { actorOf } from '#features/audit-log/server/access.ts';
import type { AuditLog } from '#features/audit-log/server/audit-log.ts';
import type { Joining, Organizations } from '#features/organizations/server/organizations.ts';
import { endSessionsOfMember, listSessions, revokeOtherSessions, revokeSession } from '#features/sessions/contract.ts';
import { accountKeyOf } from '#kernel/account-key.ts';
import type { Transaction } from '#kernel/database/pool.ts';
import { HttpProblem } from '#kernel/errors.ts';
import { anyone, type Limit, type RequestContext, type Route, reply, route } from '#kernel/http/route.ts';
import type { BodyOf } from '#wire/contract.ts';
import { describeDevice, describeKnownDevice } from './device.ts';
import type { Sessions } from './sessions.ts';

interface Options {
  accounts: Accounts;
  sessions: Sessions;
  invitations: Organizations['invitations'];
  auditLog: Pick<AuditLog, 'signIns' | 'record'>;
  limits: {
    api: Limit;
    signup: Limit;
    signIn: Limit;
    login: Limit;
    confirmIdentity: Limit;
    link: Limit;
    tryPassword<T>(ctx: RequestContext, email: string, attempt: () => Promise<T>): Promise<T>;
  };
}

/** Records denied sign-ins and the reason. */
function recordDenied(signIns: AuditLog['signIns'], email: string, ctx: RequestContext, error: unknown): void {
  if (!(error instanceof HttpProblem)) return;
  if (error.status === 401) signIns.rejected(email, ctx, 'wrong_password');
  if (error.status === 429) signIns.rejected(email, ctx, 'rate_limited');
}

/** A limit on signing in that records the attempts it rejects. */
const noted = (limit: Limit, signIns: AuditLog['signIns']): Limit => ({
  ...limit,
  async count(ctx, body) {
    try {
      await limit.count(ctx, body);
    } catch (error) {
      recordDenied(signIns, (body as BodyOf<typeof account.login>).email, ctx, error);
      throw error;
    }
  },
});

/** Sign-in, sign-out and new passwords are here rather than in accounts, since they begin and end sessions. */
export const sessionRoutes = ({ accounts, sessions, invitations, auditLog, auditLog: { signIns }, limits }: Options): Route[] => [
  route(account.signup, [limits.api, limits.signup], anyone, async ({ body, ctx }) => {
    const { invitation: token } = body;
    // Before the password is hashed, so that a bad link costs nothing.
    if (token !== undefined) await invitations.lookUp(token);
    const join = token === undefined ? undefined : (tx: Transaction, who: Joining) => invitations.join(tx, token, who, ctx.address);
    const user = await accounts.signUp(body, (tx, who) => signIns.signedUp(tx, who, ctx), join);
    accounts.emails.confirm(user);
    await sessions.begin(ctx.request, ctx.response, user);
    return reply(201, { user });
  }),
  route(account.login, [limits.signIn, noted(limits.login, signIns)], anyone, async ({ body, ctx }) => {
    const recognised = limits.tryPassword(ctx, body.email, () => accounts.recognise(body.email, body.password));
    const { user, passwordHash } = await recognised.catch((error: unknown) => {
      recordDenied(signIns, body.email, ctx, error);
      throw error;
    });
    const isKnown = ctx.knownBrowser?.accounts.includes(accountKeyOf(user.email)) === true;
    const userAgent = ctx.request.headers['user-agent'];
    await signIns.signedIn(user, ctx, describeDevice(userAgent));
    const isStillValid = () => accounts.passwords.isStill(user.id, passwordHash);
    if (!(await sessions.begin(ctx.request, ctx.response, user, isStillValid))) throw invalidCredentials();
    if (!isKnown) accounts.emails.noticeSignIn(user, { device: describeKnownDevice(userAgent), address: ctx.address, at: sessions.now() });
    return reply(200, { user });
  }),
  route(account.logout, [limits.api], anyone, async ({ ctx }) => {
    if (ctx.identity?.token) throw tokenNotAllowed();
    if (ctx.identity) await signIns.signedOut(ctx.identity, ctx);
    await sessions.end(ctx.request, ctx.response);
    return reply(204);
  }),
  route(account.currentUser, [limits.api], signedIn('account.read'), async ({ auth }) => reply(200, { user: accounts.show(auth) })),
  route(listSessions, [limits.api], signedIn('account.sessions'), async ({ auth }) => reply(200, { sessions: await sessions.list(auth) })),
  route(revokeSession, [limits.api], signedIn('account.sessions'), async ({ params, auth, ctx }) => {
    await sessions.revoke(auth, params.sessionId, (tx, session) => signIns.ended(tx, auth, ctx, session));
    return reply(204);
  }),
  route(revokeOtherSessions, [limits.api], signedIn('account.sessions'), async ({ auth, ctx }) => {
    await sessions.revokeOthers(auth, (tx, count) => signIns.endedOthers(tx, auth, ctx, count));
    return reply(204);
  }),
  route(account.confirmIdentity, [limits.api, limits.confirmIdentity], signedIn('account.password'), async ({ body, auth, ctx }) => {
    await accounts.passwords.check(ctx, auth, body.password);
    const confirmedUntil = await sessions.confirm(auth);
    await signIns.confirmed(auth, ctx);
    return reply(200, { confirmedUntil });
  }),
  route(account.changePassword, [limits.api, limits.confirmIdentity], signedIn('account.password'), async ({ body, auth, ctx }) => {
    const passwordHash = await sessions.endingAll((endSessions) => accounts.passwords.change(ctx, auth, body, endSessions));
    // Under a new id: a copy of this browser's cookie stops working too. Unless the password was reset since, which ends all sessions.
    const isStillValid = () => accounts.passwords.isStill(auth.id, passwordHash);
    if (!(await sessions.begin(ctx.request, ctx.response, auth, isStillValid))) throw invalidCredentials();
    return reply(200, { user: accounts.show(auth) });
  }),
  route(account.resetPassword, [limits.api, limits.link], anyone, async ({ body, ctx }) => {
    const email = await sessions.endingAll((endSessions) => accounts.passwords.reset(ctx, body, endSessions));
    return reply(200, { email });
  }),
  route(endSessionsOfMember, [limits.api], inOrganization('members.sessions'), async ({ params: { userId }, auth, ctx }) => {
    const actor = actorOf(ctx);
    await sessions.endAllOfMember(auth, userId, (tx, name) => {
      const subject = { kind: 'member', id: userId, name };
      return auditLog.record(tx, { organizationId: auth.organizationId, actor, action: 'member.sign_out', subject });
    });
    return reply(204);
  }),
];
