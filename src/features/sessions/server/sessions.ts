/**
 * Sessions: signed-in browsers. A session is a row in the table `sessions`, cached on every server and invalidated by a NOTIFY from the
 * table's triggers, so an ordinary request costs no query and no write for its session.
 */
import { hash } from 'node:crypto';
import { unsign } from 'cookie-signature';
import type { Request, Response } from 'express';
import { v7 as uuid } from 'uuid';
import type { Accounts, Person } from '#features/accounts/server/accounts.ts';
import { createBoundedMap } from '#kernel/bounded-map.ts';
import { createCache } from '#kernel/cache.ts';
import type { Clock } from '#kernel/clock.ts';
import type { Database } from '#kernel/database/pool.ts';
import { forbidden } from '#kernel/errors.ts';
import type { EventBus } from '#kernel/event-bus.ts';
import { addressOf } from '#kernel/http/address.ts';
import type { Identity } from '#kernel/http/route.ts';
import type { Log } from '#kernel/log.ts';
import type { Metrics } from '#kernel/metrics.ts';
import { createCookieSession, HOST_COOKIE, PLAIN_COOKIE } from './cookie-session.ts';
import { describeDevice } from './device.ts';
import { createSessionEnds } from './ends.ts';
import { createKnownBrowsers } from './known-browsers.ts';
import * as sql from './queries.ts';
import { cookiesOf } from './request-cookies.ts';
import { texts } from './texts.ts';

export { PLAIN_COOKIE as SESSION_COOKIE } from './cookie-session.ts';

export type Sessions = ReturnType<typeof createSessions>;

/** Accuracy of "last seen": at most one write per session in this time. */
const SEEN_EVERY_MS = 5 * 60_000;
/** How often a browser in use gets a renewed cookie, so users who return within the time to live stay signed in. */
const RENEW_EVERY_MS = 24 * 3600_000;
const CLEAN_UP_BATCH = 5000;
/** Per person. Nobody uses this many browsers; the least recently used sessions end first. */
const MAX_SESSIONS = 50;
/** Maximum number of cached sessions. */
const MAX_KNOWN = 50_000;
/** Maximum characters of a cached cookie header. */
const MAX_HEADER = 500;

/** How long proof of who one is lasts for sensitive changes. */
const CONFIRMED_MS = 10 * 60_000;

const none: readonly never[] = [];

const confirmedAtOf = ({ confirmedAt, createdAt }: sql.SessionData): number => confirmedAt ?? Date.parse(createdAt);

interface Options {
  db: Database;
  eventBus: EventBus;
  log: Log;
  metrics: Metrics;
  /** PostgreSQL's clock: a session's end does not depend on the server that handles the request. */
  clock: Clock;
  accounts: Accounts;
  /** The first one signs, all are accepted. */
  secrets: string[];
  ttlDays: number;
  /** Whether the site is reached by HTTPS alone. If so, cookies are bound to this host, and Secure. */
  hostOnly: boolean;
}

interface SessionCookie {
  /** The secret id. */
  sid: string;
  /** Its hash, the payload of the channel `session`. */
  key: string;
  /** Name of the cookie. */
  cookie: string;
}

interface Entry {
  data: sql.SessionData;
  /** Expiry in ms since 1970, by PostgreSQL's clock. */
  expires: number;
  seen: number;
  /** The person and identity of the last request: reused until the person changes. */
  person?: Person;
  identity?: Identity;
}

export function createSessions({ db, eventBus, log, metrics, clock, accounts, secrets, ttlDays, hostOnly }: Options) {
  const cookies = createCookieSession({ db, clock, secrets, ttlSeconds: ttlDays * 24 * 3600, hostOnly });
  const knownBrowsers = createKnownBrowsers({ secrets, hostOnly });
  // Keyed by the hash of the secret id, the payload of the channel `session`.
  const entries = createCache<Entry>({ eventBus, channel: 'session', load, max: MAX_KNOWN, counts: metrics.cache('sessions') });
  // Cookie headers with a valid signature; the session itself may have ended.
  const verifiedCookies = createBoundedMap<readonly SessionCookie[]>(MAX_KNOWN);

  metrics.gauge('cached_sessions', 'Sessions cached in memory by this process', (gauge) => gauge.set(entries.size()));
  metrics.gauge(
    'active_sessions',
    'Unexpired sessions across all servers',
    // While PostgreSQL is down this number is unavailable.
    (gauge) =>
      sql.countActive(db).then(
        ([row]) => gauge.set(row?.active ?? 0),
        () => gauge.remove(),
      ),
    { aggregator: 'first' },
  );

  async function load(sid: string): Promise<Entry | undefined> {
    const [row] = await sql.selectSession(db, { sid });
    return row && { data: row.sess, expires: Date.parse(row.expire), seen: Date.parse(row.seen_at) };
  }

  /** The sessions in a request's cookies with a valid signature: usually one, and those bound to this host first. */
  function sessionCookiesOf(request: Request): readonly SessionCookie[] {
    const header = request.headers.cookie;
    if (!header?.includes(PLAIN_COOKIE) && !header?.includes(HOST_COOKIE)) return none;
    const known = verifiedCookies.get(header);
    if (known) return known;
    const found = [HOST_COOKIE, PLAIN_COOKIE].flatMap((cookie) =>
      cookiesOf(request, cookie).flatMap((value) => (value.startsWith('s:') ? verify(value.slice(2), cookie) : [])),
    );
    if (found.length > 0 && header.length <= MAX_HEADER) verifiedCookies.set(header, found);
    return found;
  }

  function verify(signed: string, cookie: string): SessionCookie[] {
    for (const secret of secrets) {
      const sid = unsign(signed, secret);
      if (sid !== false) return [{ sid, key: hash('sha256', sid), cookie }];
    }
    return [];
  }

  /** @returns the request's session, if it is currently valid */
  async function find(request: Request): Promise<{ ticket: SessionCookie; entry: Entry; person: Person } | undefined> {
    for (const sessionCookie of sessionCookiesOf(request)) {
      const entry = await entries.get(sessionCookie.key, sessionCookie.sid);
      if (!entry || entry.expires <= clock.now()) continue;
      // Another site may have set a cookie with the plain name, for a session of its choosing.
      if (entry.data.hostOnly && sessionCookie.cookie !== HOST_COOKIE) continue;
      const person = await accounts.person(entry.data.userId);
      if (person) return { ticket: sessionCookie, entry, person };
    }
    return undefined;
  }

  /** Renews the cookie of a browser in use once a day, and immediately if its name is outdated. */
  async function renew(request: Request, response: Response, { sid, cookie }: SessionCookie, { data, expires }: Entry, { email }: Person) {
    if (clock.now() - data.renewedAt > RENEW_EVERY_MS) {
      // Tomorrow is soon enough: a read-only database must not block reads.
      await cookies
        .renew(request, response, sid)
        .catch((error: unknown) => log.warn({ err: error }, 'a session’s expiry could not be extended'));
      knownBrowsers.remember(request, response, email, knownBrowsers.read(request));
    } else if (cookies.isOutdated(cookie)) cookies.rename(request, response, sid, new Date(expires));
  }

  async function endAll(ended: readonly SessionCookie[]): Promise<void> {
    for (const { sid, key } of ended) {
      await cookies.end(sid);
      entries.invalidate(key);
    }
  }

  function noteSeen(sid: string, entry: Entry): void {
    entry.seen = clock.now();
    sql.touchSession(db, { sid }).catch((error: unknown) => log.warn({ err: error }, 'could not record when a session was last seen'));
  }

  /** Drops sessions here immediately; other servers receive a notification. */
  function drop(rows: readonly { sid: string }[]): void {
    for (const { sid } of rows) entries.invalidate(hash('sha256', sid));
  }

  return {
    /** @returns the request's identity; null without a valid session */
    async identify(request: Request, response: Response): Promise<Identity | null> {
      const found = await find(request);
      if (!found) return null;
      const { ticket: sessionCookie, entry, person } = found;
      const now = clock.now();
      if (now - entry.seen > SEEN_EVERY_MS) noteSeen(sessionCookie.sid, entry);
      const isDue = now - entry.data.renewedAt > RENEW_EVERY_MS || cookies.isOutdated(sessionCookie.cookie);
      // An open stream is rechecked long after its headers were sent.
      if (isDue && !response.headersSent) await renew(request, response, sessionCookie, entry, person);
      if (entry.person !== person)
        Object.assign(entry, { person, identity: { ...person, sessionId: entry.data.publicId, confirmedAt: confirmedAtOf(entry.data) } });
      return entry.identity ?? null;
    },

    /** @throws 403 `confirm_identity` if the person last proved who they are more than ten minutes ago */
    requireConfirmed({ token, confirmedAt = 0 }: Identity): void {
      if (token || clock.now() - confirmedAt < CONFIRMED_MS) return;
      throw forbidden(texts.problems.confirm, 'confirm_identity');
    },

    /** The time on PostgreSQL's clock. */
    now: (): string => new Date(clock.now()).toISOString(),

    /** @returns the state of a browser with an earlier sign-in */
    knownBrowser: knownBrowsers.read,

    /**
     * Begins a session under a new id; the browser's previous session ends.
     * @param isStillValid asked once the session is there to be ended: a change of the password ends those that it finds
     * @returns false if it is not, and the session has ended
     */
    async begin(
      request: Request,
      response: Response,
      { id: userId, email }: { id: string; email: string },
      isStillValid: () => Promise<boolean> = async () => true,
    ): Promise<boolean> {
      const device = describeDevice(request.headers['user-agent']);
      const data = {
        userId,
        publicId: uuid(),
        device,
        address: addressOf(request),
        createdAt: new Date(clock.now()).toISOString(),
        renewedAt: Math.round(clock.now()),
      };
      const former = sessionCookiesOf(request);
      const known = knownBrowsers.read(request);
      const sid = await cookies.begin(request, response, data);
      if (!(await isStillValid())) {
        await cookies.end(sid);
        cookies.clear(response);
        return false;
      }
      knownBrowsers.remember(request, response, email, known);
      await endAll(former);
      drop(await sql.deleteBeyond(db, { userId, publicId: data.publicId, left: MAX_SESSIONS - 1 }));
      return true;
    },

    /** The person has proved who they are. @returns until when that holds */
    async confirm({ id: userId, sessionId: publicId }: Identity): Promise<string> {
      const confirmedAt = Math.round(clock.now());
      drop(await sql.confirmSession(db, { userId, publicId, confirmedAt }));
      return new Date(confirmedAt + CONFIRMED_MS).toISOString();
    },

    async end(request: Request, response: Response): Promise<void> {
      await endAll(sessionCookiesOf(request));
      cookies.clear(response);
    },

    ...createSessionEnds({ db, accounts, drop }),

    /** Deletes expired sessions. @returns how many */
    async cleanUp(): Promise<number> {
      let total = 0;
      for (;;) {
        const { length } = await sql.deleteExpired(db, { batch: CLEAN_UP_BATCH });
        total += length;
        if (length < CLEAN_UP_BATCH) return total;
      }
    },
  };
}
