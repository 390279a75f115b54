/**
 * express-session on connect-pg-simple: gives out the cookie of a new session, which is renewed beside it. Ordinary reads do not
 * pass here.
 */
import connectPgSimple from 'connect-pg-simple';
import { type SetCookie, stringifySetCookie } from 'cookie';
import { sign } from 'cookie-signature';
import type { Request, Response } from 'express';
import session from 'express-session';
import type { Clock } from '#kernel/clock.ts';
import type { Database } from '#kernel/database/pool.ts';
import { renewSession, type SessionData } from './queries.ts';

/** Browsers take it from this very host over TLS alone, so that no site below the same domain can set one in its place. */
export const HOST_COOKIE = '__Host-guildhall';
/** Where people may come without TLS; and of sessions that began before the other name was used. */
export const PLAIN_COOKIE = 'guildhall.sid';

declare module 'express-session' {
  interface SessionData {
    userId: string;
    publicId: string;
    device: string;
    address: string;
    createdAt: string;
    renewedAt: number;
    hostOnly?: true;
  }
}

/** However much it is used, a session ends so long after it began, or after its time to live where that is longer. */
const MAX_SECONDS = 30 * 24 * 3600;

interface Options {
  db: Database;
  clock: Clock;
  /** The first signs, all are accepted. */
  secrets: string[];
  ttlSeconds: number;
  /** Is the site reached by https alone? */
  hostOnly: boolean;
}

export function createCookieSession({ db, clock, secrets, ttlSeconds, hostOnly }: Options) {
  const name = hostOnly ? HOST_COOKIE : PLAIN_COOKIE;
  const Store = connectPgSimple(session);
  const store = new Store({
    // The store's four statements go through our pool, each prepared under its own text.
    pool: { query: (text: string, values: unknown[]) => db.query({ name: text.slice(0, 60), text, values, query_timeout: 2000 }) } as never,
    tableName: 'sessions',
    ttl: ttlSeconds,
    // Renewed by us once a day instead of written at every request; cleaned up by a job instead of a timer in every process.
    disableTouch: true,
    pruneSessionInterval: false,
    createTableIfMissing: false,
  });
  const attributes = { httpOnly: true, sameSite: 'lax', path: '/' } satisfies Partial<SetCookie>;
  const middleware = session({
    store,
    name,
    secret: secrets,
    resave: false,
    saveUninitialized: false,
    cookie: { ...attributes, secure: 'auto', maxAge: ttlSeconds * 1000 },
  });

  function setCookie(request: Request, response: Response, sid: string, expires: Date): void {
    const value = `s:${sign(sid, secrets[0] ?? '')}`;
    const secure = hostOnly || request.secure;
    // Encoded as express-session does.
    response.append('set-cookie', stringifySetCookie({ name, value, expires, secure, ...attributes }, { encode: encodeURIComponent }));
  }

  return {
    /** Did this cookie come under a name that sessions get their cookies under no more? */
    isOutdated: (cookie: string) => hostOnly && cookie === PLAIN_COOKIE,
    /** Begins a session under a new id. */
    async begin(request: Request, response: Response, data: Omit<SessionData, 'cookie'>): Promise<void> {
      // express-session would read the first cookie of its name, whoever set it; a new session needs none.
      delete request.headers.cookie;
      await promised((done) => middleware(request, response, done));
      const { session, sessionID } = request;
      Object.assign(session, data, hostOnly && { hostOnly });
      // Both the table's and the browser's end follow from it.
      const expires = new Date(clock.now() + ttlSeconds * 1000);
      session.cookie.expires = expires;
      await promised((done) => session.save(done));
      // Set here as everywhere, and before any other; left to express-session, it would come last.
      setCookie(request, response, sessionID, expires);
      request.session = undefined as never;
    },
    /** Gives the cookie out again with its full time to live, as far as the session may last, unless it has ended meanwhile. */
    async renew(request: Request, response: Response, sid: string): Promise<void> {
      const now = Math.round(clock.now());
      const wanted = new Date(now + ttlSeconds * 1000);
      const [row] = await renewSession(db, {
        sid,
        expires: wanted.toISOString(),
        renewedAt: now,
        maxSeconds: Math.max(MAX_SECONDS, ttlSeconds),
      });
      if (row) setCookie(request, response, sid, new Date(row.expire));
    },
    /** Gives out the cookie of a session that came by another name. */
    rename: setCookie,
    async end(sid: string): Promise<void> {
      await promised((done) => store.destroy(sid, done));
    },
    /** Takes the cookie away, by either name. */
    clear(response: Response): void {
      response.clearCookie(PLAIN_COOKIE, attributes);
      response.clearCookie(HOST_COOKIE, { ...attributes, secure: true });
    },
  };
}

function promised(start: (done: (error?: unknown) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => start((error) => (error ? reject(error) : resolve())));
}
