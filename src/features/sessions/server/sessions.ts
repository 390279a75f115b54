/**
 * Sessions: signed-in browsers. A session lives in the table `sessions`; its reads are kept in memory on every server and
 * dropped by news of the table's triggers, so that an ordinary request costs no query and no write for its session.
 */
import { hash } from 'node:crypto';
import * as cookie from 'cookie';
import { unsign } from 'cookie-signature';
import type { Request, Response } from 'express';
import { v7 as uuid } from 'uuid';
import type { Accounts, Person } from '#features/accounts/server/accounts.ts';
import type { Session } from '#features/sessions/contract.ts';
import { createBoundedMap } from '#kernel/bounded-map.ts';
import { createCache } from '#kernel/cache.ts';
import type { Clock } from '#kernel/clock.ts';
import type { Database } from '#kernel/database/pool.ts';
import { notFound } from '#kernel/errors.ts';
import { addressOf } from '#kernel/http/address.ts';
import type { Identity } from '#kernel/http/route.ts';
import type { Live } from '#kernel/live.ts';
import type { Log } from '#kernel/log.ts';
import { COOKIE, createCookieSession } from './cookie-session.ts';
import { describeDevice } from './device.ts';
import * as sql from './queries.ts';

export { COOKIE as SESSION_COOKIE } from './cookie-session.ts';
export type Sessions = ReturnType<typeof createSessions>;

/** How exact "last seen" is: at most one write in this time for each session. */
const SEEN_EVERY_MS = 5 * 60_000;
/** How often a browser in use gets its cookie anew, so that who comes back within the time to live stays signed in. */
const RENEW_EVERY_MS = 24 * 3600_000;
const CLEAN_UP_BATCH = 5000;
/** Sessions kept in memory. */
const MAX_KNOWN = 50_000;
/** Characters of a cookie header that is remembered. */
const MAX_HEADER = 500;

interface Options {
  db: Database;
  live: Live;
  log: Log;
  /** Of PostgreSQL: when a session ends does not depend on which server is asked. */
  clock: Clock;
  accounts: Accounts;
  /** The first signs, all are accepted. */
  secrets: string[];
  ttlDays: number;
}

interface Ticket {
  /** The secret id. */
  sid: string;
  /** Its hash, as the news name it. */
  key: string;
}

interface Entry {
  data: sql.SessionData;
  /** ms since 1970 by PostgreSQL's clock. */
  expires: number;
  seen: number;
  /** Who it was of last, and as whom they asked: the same until something of the person changes. */
  person?: Person;
  identity?: Identity;
}

export function createSessions({ db, live, log, clock, accounts, secrets, ttlDays }: Options) {
  const cookies = createCookieSession({ db, clock, secrets, ttlSeconds: ttlDays * 24 * 3600 });
  // Keyed by the hash of the secret id, as the news name it.
  const entries = createCache<Entry>({ live, topic: 'session', load, max: MAX_KNOWN });
  // Cookie headers whose signature was found right: it says nothing of whether the session is still there.
  const tickets = createBoundedMap<Ticket>(MAX_KNOWN);

  async function load(sid: string): Promise<Entry | undefined> {
    const [row] = await sql.selectSession(db, sid);
    return row && { data: row.sess, expires: Date.parse(row.expire), seen: Date.parse(row.seen_at) };
  }

  /** The session that a request's cookie names, if the cookie is one of ours. */
  function ticketOf(request: Request): Ticket | undefined {
    const header = request.headers.cookie;
    if (!header?.includes(COOKIE)) return undefined;
    const known = tickets.get(header);
    if (known) return known;
    const value = cookie.parseCookie(header)[COOKIE];
    const ticket = value?.startsWith('s:') ? verify(value.slice(2)) : undefined;
    if (ticket && header.length <= MAX_HEADER) tickets.set(header, ticket);
    return ticket;
  }

  function verify(signed: string): Ticket | undefined {
    for (const secret of secrets) {
      const sid = unsign(signed, secret);
      if (sid !== false) return { sid, key: hash('sha256', sid) };
    }
    return undefined;
  }

  function noteSeen(sid: string, entry: Entry): void {
    entry.seen = clock.now();
    sql.touchSession(db, sid).catch((error: unknown) => log.warn({ err: error }, 'could not note when a session was last seen'));
  }

  /** Tomorrow is soon enough: a database that takes no changes keeps nobody from reading. */
  async function renew(request: Request, response: Response, sid: string): Promise<void> {
    await cookies
      .renew(request, response, sid)
      .catch((error: unknown) => log.warn({ err: error }, 'a session’s time to live could not be prolonged'));
  }

  return {
    /** @returns who the request comes from; null without a session that is valid now */
    async identify(request: Request, response: Response): Promise<Identity | null> {
      const ticket = ticketOf(request);
      if (!ticket) return null;
      const { sid, key } = ticket;
      const entry = await entries.get(key, sid);
      const now = clock.now();
      if (!entry || entry.expires <= now) return null;
      const person = await accounts.person(entry.data.userId);
      if (!person) return null;
      if (now - entry.seen > SEEN_EVERY_MS) noteSeen(sid, entry);
      // An open stream is looked at again long after its headers were sent.
      if (now - entry.data.renewedAt > RENEW_EVERY_MS && !response.headersSent) await renew(request, response, sid);
      if (entry.person !== person) Object.assign(entry, { person, identity: { ...person, sessionId: entry.data.publicId } });
      return entry.identity ?? null;
    },

    /** Begins a session under a new id; the one the browser came with ends. */
    async begin(request: Request, response: Response, userId: string): Promise<void> {
      const device = describeDevice(request.headers['user-agent']);
      const data = {
        userId,
        publicId: uuid(),
        device,
        address: addressOf(request),
        createdAt: new Date(clock.now()).toISOString(),
        renewedAt: Math.round(clock.now()),
      };
      const former = ticketOf(request);
      await cookies.begin(request, response, data);
      if (former) entries.drop(former.key);
    },

    async end(request: Request, response: Response): Promise<void> {
      const ticket = ticketOf(request);
      await cookies.end(request, response);
      if (ticket) entries.drop(ticket.key);
    },

    async list(identity: Identity): Promise<Session[]> {
      const rows = await sql.selectSessionsOfUser(db, identity.id);
      return rows.map(({ sess, expire, seen_at }) => ({
        id: sess.publicId,
        device: sess.device,
        address: sess.address,
        createdAt: sess.createdAt,
        lastSeenAt: seen_at,
        expiresAt: expire,
        current: sess.publicId === identity.sessionId,
      }));
    },

    /** @throws 404 when the session is not the user's own */
    async revoke(identity: Identity, sessionId: string): Promise<void> {
      const [row] = await sql.deleteSession(db, identity.id, sessionId);
      if (!row) throw notFound('session');
      entries.drop(hash('sha256', row.sid));
    },

    /** Deletes what has expired. @returns how many */
    async cleanUp(): Promise<number> {
      let total = 0;
      for (;;) {
        const { length } = await sql.deleteExpired(db, CLEAN_UP_BATCH);
        total += length;
        if (length < CLEAN_UP_BATCH) return total;
      }
    },

    countActive: async (): Promise<number> => (await sql.countActive(db))[0]?.active ?? 0,
    cached: entries.size,
  };
}
