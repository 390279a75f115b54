/** Lifts limits: an operator lets a person, or an address, start again at once. */
import { accountKeyOf } from '#kernel/account-key.ts';
import type { PayloadOf } from '#kernel/channels.ts';
import type { Queryable } from '#kernel/database/statement.ts';
import { publish } from '#kernel/event-bus.ts';
import { canonicalAddress, networkOf } from '#kernel/http/address.ts';
import * as sql from './lift-queries.ts';

/** Keys of limiters, without the limiter's name. */
type Lifted = PayloadOf<'limit-lift'>;

export function isLifted(key: string, { exactly, beginning, ending }: Lifted): boolean {
  return exactly.includes(key) || (beginning !== null && key.startsWith(beginning)) || (ending !== null && key.endsWith(ending));
}

/**
 * @param who a person's email address, or the rate-limited IP address
 * @returns how many counts were deleted, and whether an account has this address
 */
export async function liftLimits(db: Queryable, who: string): Promise<{ forgotten: number; hasAccount: boolean }> {
  const address = canonicalAddress(who);
  const [user] = address ? [] : await sql.findUser(db, { email: who.trim() });
  const account = accountKeyOf(who);
  const lifted = address ? ofAddress(networkOf(address)) : ofAccount(account, user?.id);
  const windows = await sql.deleteWindows(db, { exactly: lifted.exactly, beginning: lifted.beginning, ending: lifted.ending });
  const tries = address ? [] : await sql.deleteTries(db, { account });
  // After deleting the rows: a server that queries again finds none.
  await publish(db, 'limit-lift', lifted);
  return { forgotten: windows.length + tries.length, hasAccount: user !== undefined };
}

const ofAccount = (account: string, userId: string | undefined): Lifted => ({
  exactly: [`known:${account}`, ...(userId ? [userId] : [])],
  beginning: null,
  ending: `:${account}`,
});

const ofAddress = (network: string): Lifted => ({ exactly: [network, `signup:${network}`], beginning: `login:${network}:`, ending: null });
