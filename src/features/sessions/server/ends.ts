/** Sessions that people see and end: their own, and as an admin those of a member. */
import type { OrganizationAuth } from '#features/accounts/server/access.ts';
import type { Accounts } from '#features/accounts/server/accounts.ts';
import type { Session } from '#features/sessions/contract.ts';
import type { Database, Transaction } from '#kernel/database/pool.ts';
import { notFound } from '#kernel/errors.ts';
import type { Identity } from '#kernel/http/route.ts';
import * as sql from './queries.ts';

interface Options {
  db: Database;
  accounts: Pick<Accounts, 'requireManaged'>;
  /** Drops ended sessions here immediately; other servers receive a notification. */
  drop: (rows: readonly { sid: string }[]) => void;
}

export function createSessionEnds({ db, accounts, drop }: Options) {
  return {
    async list(identity: Identity): Promise<Session[]> {
      const rows = await sql.selectSessionsOfUser(db, { userId: identity.id });
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

    /** @param record records it in the same transaction @throws 404 if the session is not the user's own */
    async revoke(
      identity: Identity,
      sessionId: string,
      record: (tx: Transaction, session: { id: string; device: string }) => Promise<unknown>,
    ): Promise<void> {
      const row = await db.transaction(async (tx) => {
        const [ended] = await sql.deleteSession(tx, { userId: identity.id, publicId: sessionId });
        if (!ended) throw notFound('session');
        tx.withCommit(record(tx, { id: sessionId, device: ended.device }));
        return ended;
      });
      drop([row]);
    },

    /** Ends all of a person's sessions except the current one. @param record records how many, in the same transaction */
    async revokeOthers(identity: Identity, record: (tx: Transaction, count: number) => Promise<unknown>): Promise<void> {
      const rows = await db.transaction(async (tx) => {
        const ended = await sql.deleteOthers(tx, { userId: identity.id, publicId: identity.sessionId });
        if (ended.length > 0) tx.withCommit(record(tx, ended.length));
        return ended;
      });
      drop(rows);
    },

    /** Ends all sessions of a person with the transaction of `work`, which calls `endSessions` in it. */
    async endingAll<T>(work: (endSessions: (tx: Transaction, userId: string) => Promise<void>) => Promise<T>): Promise<T> {
      const rows: { sid: string }[] = [];
      const result = await work(async (tx, userId) => void rows.push(...(await sql.deleteAll(tx, { userId }))));
      drop(rows);
      return result;
    },

    /**
     * For an admin. @param record records it in the same transaction
     * @throws 404 if they are no member, 403 if their role is above the admin's
     */
    endAllOfMember: (auth: OrganizationAuth, userId: string, record: (tx: Transaction, name: string) => Promise<unknown>): Promise<void> =>
      db
        .transaction(async (tx) => {
          const { name } = await accounts.requireManaged(tx, auth, 'members.sessions', userId);
          tx.withCommit(record(tx, name));
          return sql.deleteAll(tx, { userId });
        })
        .then(drop),
  };
}
