/** express-session on connect-pg-simple: gives out, renews and ends the cookie. Ordinary reads do not pass here. */
import connectPgSimple from 'connect-pg-simple';
import type { Request, Response } from 'express';
import session from 'express-session';
import type { Database } from '#kernel/database/pool.ts';
import type { SessionData } from './queries.ts';

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

export function createCookieSession({ db, secrets, ttlSeconds }: { db: Database; secrets: string[]; ttlSeconds: number }) {
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
  const middleware = session({
    store,
    name: COOKIE,
    secret: secrets,
    resave: false,
    saveUninitialized: false,
    cookie: { httpOnly: true, sameSite: 'lax', secure: 'auto', path: '/', maxAge: ttlSeconds * 1000 },
  });

  /** Reads the request's session the way express-session does; after this `request.session` is there. */
  function load(request: Request, response: Response): Promise<void> {
    return promised((done) => middleware(request, response, done));
  }

  return {
    /** Ends the session the request came with and begins a new one under a new id. */
    async begin(request: Request, response: Response, data: Omit<SessionData, 'cookie'>): Promise<void> {
      await load(request, response);
      await promised((done) => request.session.regenerate(done));
      Object.assign(request.session, data);
      await promised((done) => request.session.save(done));
    },
    /** Gives the cookie out again with its full time to live. */
    async renew(request: Request, response: Response): Promise<void> {
      await load(request, response);
      if (!request.session.userId) return;
      request.session.renewedAt = Date.now();
      request.session.touch();
      await promised((done) => request.session.save(done));
    },
    async end(request: Request, response: Response): Promise<void> {
      await load(request, response);
      await promised((done) => request.session.destroy(done));
      response.clearCookie(COOKIE, { path: '/', httpOnly: true, sameSite: 'lax' });
    },
  };
}

function promised(start: (done: (error?: unknown) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => start((error) => (error ? reject(error) : resolve())));
}
