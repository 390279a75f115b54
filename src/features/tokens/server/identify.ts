/**
 * Who makes a request with a token. Tokens are cached on every server and invalidated by a NOTIFY from the table's triggers, so an ordinary
 * request costs no query for its token.
 */
import type { Request } from 'express';
import type { Accounts, Person } from '#features/accounts/server/accounts.ts';
import { createCache } from '#kernel/cache.ts';
import type { Clock } from '#kernel/clock.ts';
import type { Database } from '#kernel/database/pool.ts';
import type { EventBus } from '#kernel/event-bus.ts';
import { addressOf, networkOf } from '#kernel/http/address.ts';
import type { Identity } from '#kernel/http/route.ts';
import type { Log } from '#kernel/log.ts';
import { createFailedLookups } from './failed-lookups.ts';
import * as sql from './queries.ts';
import { hashOf, isWellFormed } from './secret.ts';

/** Accuracy of "last used": at most one write per token in this time. */
const USED_EVERY_S = 5 * 60;
/** Maximum number of cached tokens. */
const MAX_KNOWN = 50_000;

export interface Options {
  db: Database;
  eventBus: EventBus;
  log: Log;
  /** PostgreSQL's clock: a token's end does not depend on the server that handles the request. */
  clock: Clock;
  accounts: Pick<Accounts, 'person'>;
}

interface Entry {
  row: sql.UsableRow;
  /** In ms since 1970, by PostgreSQL's clock. */
  expires: number;
  used: number;
  /** The person and identity of the last request: reused until the person changes. */
  person?: Person;
  identity?: Identity;
}

export function createIdentify({ db, eventBus, log, clock, accounts }: Options) {
  // Keyed by the hash in hex, the payload of the channel `token`.
  const entries = createCache<Entry>({ eventBus, channel: 'token', load, max: MAX_KNOWN });
  const failedLookups = createFailedLookups();

  async function load(key: string): Promise<Entry | undefined> {
    const [row] = await sql.findToken(db, { tokenHash: Buffer.from(key, 'hex') });
    if (!row) return undefined;
    const expires = row.expires_at === null ? Number.POSITIVE_INFINITY : Date.parse(row.expires_at);
    return { row, expires, used: row.last_used_at === null ? 0 : Date.parse(row.last_used_at) };
  }

  /** @throws 429 for too many unknown ones from one address */
  function find(request: Request, key: string): Entry | undefined | Promise<Entry | undefined> {
    if (entries.has(key)) return entries.get(key);
    return failedLookups.tryLookup(networkOf(addressOf(request)), async () => entries.get(key));
  }

  function noteUsed(entry: Entry): void {
    entry.used = clock.now();
    sql
      .touchToken(db, { id: entry.row.id, seconds: USED_EVERY_S })
      .catch((error: unknown) => log.warn({ err: error }, 'could not record when a token was last used'));
  }

  return {
    /** @returns the identity of whom a token acts for; null if it is unknown, expired or revoked @throws 429 */
    async identify(request: Request, secret: string): Promise<Identity | null> {
      // Nothing that follows reads a cookie, so no page of another site can add its token to a person's session.
      delete request.headers.cookie;
      if (!isWellFormed(secret)) return null;
      const entry = await find(request, hashOf(secret).toString('hex'));
      const now = clock.now();
      if (!entry || entry.expires <= now) return null;
      const { row } = entry;
      const person = await accounts.person(row.user_id);
      if (!person) return null;
      if (now - entry.used > USED_EVERY_S * 1000) noteUsed(entry);
      if (entry.person !== person) {
        const { id, name, scopes, projects } = row;
        const expiresAt = row.expires_at === null ? undefined : entry.expires;
        Object.assign(entry, { person, identity: { ...person, sessionId: '', token: { id, name, scopes, projects, expiresAt } } });
      }
      return entry.identity ?? null;
    },

    /** @returns milliseconds until the caller's token expires; undefined if it never does */
    timeLeft({ token }: Identity): number | undefined {
      return token?.expiresAt === undefined ? undefined : token.expiresAt - clock.now();
    },

    /** Drops a token here immediately; other servers receive a notification. */
    forget: (tokenHash: Buffer): void => entries.invalidate(tokenHash.toString('hex')),
  };
}
