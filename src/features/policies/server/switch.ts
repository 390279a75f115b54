/** The switch of an organization. Off pauses all its autonomous work on every server; nothing is lost, and no new work starts. */
import type { AutonomySwitch } from '#features/policies/contract.ts';
import type { Transaction } from '#kernel/database/pool.ts';
import type { Queryable } from '#kernel/database/statement.ts';
import { publish } from '#kernel/event-bus.ts';
import { texts as wire } from '#wire/texts.ts';
import * as sql from './queries.ts';

export async function readSwitch(on: Queryable, organizationId: string): Promise<AutonomySwitch> {
  const [row] = await sql.selectSwitch(on, { organizationId });
  if (!row) return { on: true, changedAt: null, changedBy: null };
  const { off_at, changed_at: changedAt, changed_by: id, user_name: name } = row;
  return { on: off_at === null, changedAt, changedBy: { id, name: name ?? wire.formerMember } };
}

/**
 * Servers poll for runs as soon as they are notified, and do not claim runs that the row pauses.
 * @returns the new state, and whether this call changed it
 */
export async function setSwitch(
  tx: Transaction,
  organizationId: string,
  { on, userId }: { on: boolean; userId: string | null },
): Promise<{ current: AutonomySwitch; changed: boolean }> {
  const [changed] = await (on ? sql.switchOn : sql.switchOff)(tx, { organizationId, userId });
  if (changed) tx.withCommit(publish(tx, 'autonomy', organizationId));
  return { current: await readSwitch(tx, organizationId), changed: changed !== undefined };
}
