/** Counts emails per recipient and per sender in a day, to protect mailboxes from floods and our reputation. */
import { createHash } from 'node:crypto';
import type { Database } from '#kernel/database/pool.ts';
import * as sql from './queries.ts';
import { texts } from './texts.ts';

/** Nobody reads more, and a sender who causes more does not intend to. */
const MAX_TO_RECIPIENT = 200;
const MAX_BY_SENDER = 1000;

export type MailCounts = ReturnType<typeof createMailCounts>;

export function createMailCounts({ db }: { db: Database }) {
  return {
    /**
     * Counts one email. @param senderId null if no person caused it
     * @param apart counts links and notices apart from notifications: unauthenticated senders who cause some must not use up the other
     * @returns why it must not be sent, or whether it is the last one today
     */
    async count(address: string, senderId: string | null, apart = ''): Promise<{ refused: string } | { last: boolean }> {
      const recipient = createHash('sha256')
        .update(apart + address.trim().toLowerCase())
        .digest('base64url');
      const [counted] = await sql.countMail(db, {
        senderId: senderId && apart + senderId,
        maxBySender: MAX_BY_SENDER,
        recipient,
        maxToRecipient: MAX_TO_RECIPIENT,
      });
      if (senderId !== null && !counted?.by_sender) return { refused: texts.problems.bySender(MAX_BY_SENDER) };
      if (!counted?.to_recipient) return { refused: texts.problems.toRecipient(MAX_TO_RECIPIENT) };
      return { last: counted.to_recipient === MAX_TO_RECIPIENT };
    },
    cleanUp: () => sql.deleteOldMailCounts(db),
  };
}
