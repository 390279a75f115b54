/** Pictures of people: small, stored as they were sent, and recognized by their first bytes rather than by what a client calls them. */
import type { Actor, AuditLog } from '#features/audit-log/server/audit-log.ts';
import type { Database } from '#kernel/database/pool.ts';
import { notFound, unsupportedMedia } from '#kernel/errors.ts';
import * as sql from './picture-queries.ts';
import { texts } from './texts.ts';

const types: readonly [string, (bytes: Buffer) => boolean][] = [
  ['image/png', (bytes) => bytes.subarray(0, 8).equals(Buffer.from('89504e470d0a1a0a', 'hex'))],
  ['image/jpeg', (bytes) => bytes.subarray(0, 3).equals(Buffer.from('ffd8ff', 'hex'))],
  ['image/webp', (bytes) => bytes.toString('latin1', 0, 4) === 'RIFF' && bytes.toString('latin1', 8, 12) === 'WEBP'],
];

interface Picture {
  type: string;
  content: Buffer;
  etag: string;
}

const etagOf = (changedAt: string) => `"${Date.parse(changedAt)}-${changedAt.slice(-4, -1)}"`;

/** @param forget reads a person anew at their next request */
export function createPictures({ db, auditLog, forget }: { db: Database; auditLog: AuditLog; forget: (userId: string) => void }) {
  return {
    /** @throws 415 for anything but a PNG, JPEG or WebP */
    async put(actor: Actor & { userId: string }, body: Uint8Array): Promise<void> {
      const { userId } = actor;
      const content = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
      const type = types.find(([, matches]) => matches(content))?.[0];
      if (!type) throw unsupportedMedia(texts.picture);
      await db.transaction(async (tx) => {
        await sql.putPicture(tx, { userId, type, content });
        tx.withCommit(sql.touchUser(tx, { userId }));
        tx.withCommit(auditLog.recordOf(tx, { actor, action: 'account.picture' }));
      });
      forget(userId);
    },

    /** Without a picture, nothing happens. */
    async delete(actor: Actor & { userId: string }): Promise<void> {
      const { userId } = actor;
      await db.transaction(async (tx) => {
        const [deleted] = await sql.deletePicture(tx, { userId });
        if (!deleted) return;
        tx.withCommit(sql.touchUser(tx, { userId }));
        tx.withCommit(auditLog.recordOf(tx, { actor, action: 'account.picture' }));
      });
      forget(userId);
    },

    /** @returns the tag of the picture, to compare before reading it @throws 404 unless the viewer shares an organization with them */
    async tag(userId: string, viewerId: string): Promise<string> {
      const [found] = await sql.findPicture(db, { userId, viewerId });
      if (!found) throw notFound('picture');
      return etagOf(found.changed_at);
    },

    /** @throws 404 as `tag` */
    async get(userId: string, viewerId: string): Promise<Picture> {
      const [found] = await sql.selectPicture(db, { userId, viewerId });
      if (!found) throw notFound('picture');
      return { type: found.type, content: found.content, etag: etagOf(found.changed_at) };
    },
  };
}
