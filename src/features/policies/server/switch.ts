/** The switch of an organization: off, and all its autonomous work is held on every server; none is lost, and none begins. */
import type { Actor, Audit } from '#features/audit/server/audit.ts';
import type { AutonomySwitch } from '#features/policies/contract.ts';
import type { Database } from '#kernel/database/pool.ts';
import type { Queryable } from '#kernel/database/statement.ts';
import { publish } from '#kernel/live.ts';
import * as sql from './queries.ts';

export async function readSwitch(on: Queryable, organizationId: string): Promise<AutonomySwitch> {
  const [row] = await sql.selectSwitch(on, organizationId);
  if (!row) return { on: true, changedAt: null, changedBy: null };
  const { off_at, changed_at: changedAt, changed_by: id, user_name: name } = row;
  return { on: off_at === null, changedAt, changedBy: { id, name: name ?? 'a former member' } };
}

/**
 * Servers look at their runs as soon as they have the news, and begin none that the row forbids.
 * @returns how many runs are held now, or were until now; switching to what it is changes nothing
 */
export async function switchAutonomy(
  { db, audit }: { db: Database; audit: Audit },
  actor: Actor,
  organizationId: string,
  on: boolean,
): Promise<{ switch: AutonomySwitch; runs: number }> {
  return db.transaction(async (tx) => {
    const [changed] = await (on ? sql.switchOn : sql.switchOff)(tx, organizationId, actor.userId);
    const [work] = await sql.countAutonomousWork(tx, organizationId);
    const runs = work?.count ?? 0;
    if (changed) {
      tx.withCommit(audit.record(tx, { organizationId, actor, action: on ? 'autonomy.on' : 'autonomy.off', detail: { runs } }));
      tx.withCommit(publish(tx, 'autonomy', organizationId));
      if (on) tx.withCommit(publish(tx, 'run-queued', ''));
    }
    return { switch: await readSwitch(tx, organizationId), runs };
  });
}
