/** Switches autonomous work of an organization off, at once on all servers, or on again. */
import type { Actor, AuditLog } from '#features/audit-log/server/audit-log.ts';
import type { AutonomySwitch } from '#features/policies/contract.ts';
import type { Policies } from '#features/policies/server/policies.ts';
import type { Database } from '#kernel/database/pool.ts';
import * as sql from './queries.ts';

interface Options {
  db: Database;
  auditLog: AuditLog;
  policies: Policies;
}

/** @returns how many runs are now paused, or were until now; does nothing if the switch is already in this position */
export async function switchAutonomy(
  { db, auditLog, policies }: Options,
  actor: Actor,
  organizationId: string,
  on: boolean,
): Promise<{ switch: AutonomySwitch; runs: number }> {
  return db.transaction(async (tx) => {
    const { current, changed } = await policies.setSwitch(tx, organizationId, { on, userId: actor.userId });
    const [work] = await sql.countAutonomousWork(tx, { organizationId });
    const runs = work?.count ?? 0;
    if (changed)
      tx.withCommit(auditLog.record(tx, { organizationId, actor, action: on ? 'autonomy.on' : 'autonomy.off', detail: { runs } }));
    return { switch: current, runs };
  });
}
