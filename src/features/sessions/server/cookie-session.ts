/** express-session on connect-pg-simple: sets the cookie of a new session, and renews it. Ordinary requests bypass it. */
import connectPgSimple from 'connect-pg-simple';
import { type SetCookie, stringifySetCookie } from 'cookie';
import { sign } from 'cookie-signature';
import type { Request, Response } from 'express';
import session from 'express-session';
import type { Clock } from '#kernel/clock.ts';
import type { Database } from '#kernel/database/pool.ts';
import { renewSession, type SessionData } from './queries.ts';

/** Browsers accept it only from this host and over TLS, so no site below the same domain can override it. */
export const HOST_COOKIE = '__Host-guildhall';
/** For sites also reached without TLS, and sessions that began before the other name was used. */
export const PLAIN_COOKIE = 'guildhall.sid';

declare module 'express-session' {
  interface SessionData {
    userId: string;
    publicId: string;
    device: string;
    address: string;
    createdAt: string;
    renewedAt: number;
    confirmedAt?: number;
    hostOnly?: true;
  }
}

/** However much it is used, a session ends this long after it began, or after its time to live if that is longer. */
const MAX_SECONDS = 30 * 24 * 3600;

interface Options {
  db: Database;
  clock: Clock;
  /** The first one signs, all are accepted. */
  secrets: string[];
  ttlSeconds: number;
  /** Whether the site is reached by HTTPS alone. */
  hostOnly: boolean;
}

export function createCookieSession({ db, clock, secrets, ttlSeconds, hostOnly }: Options) {
  const name = hostOnly ? HOST_COOKIE : PLAIN_COOKIE;
  const Store = connectPgSimple(session);
  const store = new Store({
    // The store's four statements use our pool, each prepared under its own text.
    pool: { query: (text: string, values: unknown[]) => db.query({ name: text.slice(0, 60), text, values, query_timeout: 2000 }) } as never,
    tableName: 'sessions',
    ttl: ttlSeconds,
    // Renewed here once a day instead of on every request; cleaned up by a job instead of a timer in every process.
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
    /** Whether this cookie has a name that new sessions no longer use. */
    isOutdated: (cookie: string) => hostOnly && cookie === PLAIN_COOKIE,
    /** Begins a session under a new id, which it returns. */
    async begin(request: Request, response: Response, data: Omit<SessionData, 'cookie'>): Promise<string> {
      // express-session would read the first cookie of its name, which another site may have set; a new session needs none.
      delete request.headers.cookie;
      await promised((done) => middleware(request, response, done));
      const { session, sessionID } = request;
      Object.assign(session, data, hostOnly && { hostOnly });
      // Sets both the row's and the cookie's expiry.
      const expires = new Date(clock.now() + ttlSeconds * 1000);
      session.cookie.expires = expires;
      await promised((done) => session.save(done));
      // Set here like everywhere else, and before any other cookie; express-session would append it last.
      setCookie(request, response, sessionID, expires);
      request.session = undefined as never;
      return sessionID;
    },
    /** Sets the cookie again with its full time to live, up to the session's end, unless the session has ended. */
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
    /** Sets the cookie of a session under its current name. */
    rename: setCookie,
    async end(sid: string): Promise<void> {
      await promised((done) => store.destroy(sid, done));
    },
    /** Deletes the cookie, under either name. */
    clear(response: Response): void {
      response.clearCookie(PLAIN_COOKIE, attributes);
      response.clearCookie(HOST_COOKIE, { ...attributes, secure: true });
    },
  };
}

function promised(start: (done: (error?: unknown) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => start((error) => (error ? reject(error) : resolve())));
}
