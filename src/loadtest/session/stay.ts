/** The people of a session test and their browsers, at each of the servers. Terms: a *visit* is one session of a person. */
import { currentUser, login, logout } from '#features/accounts/contract.ts';
import { listSessions } from '#features/sessions/contract.ts';
import { type Call, createCall, ProblemError } from '#wire/call.ts';
import { createBrowserFetch } from '../browser.ts';
import { type Connections, createConnections } from '../connection.ts';
import { type CookieJar, createCookieJar } from '../cookies.ts';
import type { Rig } from '../rig.ts';
import { insist, signUpUsers, type VirtualUser } from '../users.ts';

export interface RequestContext {
  cookies: CookieJar;
  /** Calls one of the servers with this session. @param server 0 is the first */
  at(server: number): Call;
}

export type Stay = ReturnType<typeof createStay>;

export function createStay(rig: Rig) {
  const connections: Connections[] = rig.target.origins.map(createConnections);
  const visits: RequestContext[] = [];

  function open(given: Iterable<[string, string]> = []): RequestContext {
    const cookies = createCookieJar(given);
    const calls = connections.map((server) => createCall('', createBrowserFetch(server, cookies)));
    return {
      cookies,
      at(server) {
        const call = calls[server % calls.length];
        if (!call) throw new Error('There is no server to call');
        return call;
      },
    };
  }

  return {
    rig,
    servers: connections.length,
    /** People with accounts, signed out. */
    signUp: (count: number): Promise<VirtualUser[]> => signUpUsers({ connections, count, staySignedIn: false }),
    async signIn({ email, password }: Pick<VirtualUser, 'email' | 'password'>, server: number): Promise<RequestContext> {
      const ctx = open();
      visits.push(ctx);
      await ctx.at(server)(login, { body: { email, password } });
      return ctx;
    },
    /** The same cookies in another browser, which keeps them when the first one is told to delete them. */
    copy: ({ cookies }: RequestContext): RequestContext => open(cookies.entries()),
    /** Ends all visits, including those of interrupted phases. */
    async signOutAll(): Promise<void> {
      const signedIn = visits.splice(0).filter(({ cookies }) => cookies.header() !== '');
      await Promise.all(signedIn.map((ctx) => insist(() => ctx.at(0)(logout, {}))));
    },
    close: () => Promise.all(connections.map((server) => server.destroy())),
  };
}

/** @throws anything that is not a clear yes or no */
export async function isAccepted(ctx: RequestContext, server: number): Promise<boolean> {
  try {
    await ctx.at(server)(currentUser, {});
    return true;
  } catch (error) {
    if (error instanceof ProblemError && error.status === 401) return false;
    throw error;
  }
}

/** @returns the id by which a session is listed and revoked */
export async function idOf(ctx: RequestContext, server: number): Promise<string> {
  const { body } = await ctx.at(server)(listSessions, {});
  const own = body.sessions.find(({ current }) => current);
  if (!own) throw new Error('The list of sessions does not name the one that asks');
  return own.id;
}
