/** express-session on connect-pg-simple: gives out and ends the cookie, which is renewed beside it. Ordinary reads do not pass here. */
import connectPgSimple from 'connect-pg-simple';
import { type SetCookie, stringifySetCookie } from 'cookie';
import { sign } from 'cookie-signature';
import type { Request, Response } from 'express';
import session from 'express-session';
import type { Clock } from '#kernel/clock.ts';
import type { Database } from '#kernel/database/pool.ts';
import { renewSession, type SessionData, selectSession } from './queries.ts';

export const COOKIE = 'guildhall.sid';

declare module 'express-session' {
  interface SessionData {
    userId: string;
    publicId: string;
    device: string;
    address: string;
    createdAt: string;
    renewedAt: number;
  }
}

interface Options {
  db: Database;
  clock: Clock;
  secrets: string[];
  ttlSeconds: number;
}

export function createCookieSession({ db, clock, secrets, ttlSeconds }: Options) {
  class Store extends connectPgSimple(session) {
    /** By PostgreSQL's clock; the package's own compares with this server's, and a sign-out would then end nothing. */
    override get(sid: string, done: (error: unknown, session?: session.SessionData | null) => void): void {
      selectSession(db, sid).then(
        ([row]) => done(null, row ? (row.sess as unknown as session.SessionData) : null),
        (error: unknown) => done(error),
      );
    }
  }
  const store = new Store({
    // The store's statements go through our pool, each prepared under its own text.
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
    name: COOKIE,
    secret: secrets,
    resave: false,
    saveUninitialized: false,
    cookie: { ...attributes, secure: 'auto', maxAge: ttlSeconds * 1000 },
  });

  /** Reads the request's session the way express-session does; after this `request.session` is there. */
  function load(request: Request, response: Response): Promise<void> {
    return promised((done) => middleware(request, response, done));
  }

  return {
    /** Ends the session the request came with and begins a new one under a new id. */
    async begin(request: Request, response: Response, data: Omit<SessionData, 'cookie'>): Promise<void> {
      await load(request, response);
      // Who came without a session has been given a new id already, and there is none to delete.
      if (request.session.userId) await promised((done) => request.session.regenerate(done));
      Object.assign(request.session, data);
      // Both the table's and the browser's end follow from it.
      request.session.cookie.expires = new Date(clock.now() + ttlSeconds * 1000);
      await promised((done) => request.session.save(done));
    },
    /** Gives the cookie out again with its full time to live, unless the session has ended meanwhile. */
    async renew(request: Request, response: Response, sid: string): Promise<void> {
      const now = Math.round(clock.now());
      const expires = new Date(now + ttlSeconds * 1000);
      const [row] = await renewSession(db, sid, expires.toISOString(), now);
      if (!row) return;
      const value = `s:${sign(sid, secrets[0] ?? '')}`;
      response.append('set-cookie', stringifySetCookie({ name: COOKIE, value, expires, secure: request.secure, ...attributes }));
    },
    async end(request: Request, response: Response): Promise<void> {
      await load(request, response);
      await promised((done) => request.session.destroy(done));
      response.clearCookie(COOKIE, attributes);
    },
  };
}

function promised(start: (done: (error?: unknown) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => start((error) => (error ? reject(error) : resolve())));
}
