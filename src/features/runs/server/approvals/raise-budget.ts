import type { Actor, AuditLog } from '#features/audit-log/server/audit-log.ts';
import type { BudgetScope } from '#features/policies/policy.ts';
import type { Transaction } from '#kernel/database/pool.ts';
import { statement } from '#kernel/database/statement.ts';
import type { BudgetInput } from '../budgets/daily.ts';
import type { ApprovalRow } from './approvals.ts';
import * as sql from './queries.ts';

const insertRaise = statement<
  { day: string },
  { organizationId: string; scope: BudgetScope; scopeId: string; day: string; userId: string | null }
>(
  'runs.insert-raise',
  `insert into daily_raises (organization_id, scope, scope_id, day, raised_by)
   values ($organizationId, $scope, $scopeId, $day::date, $userId)
   on conflict do nothing returning day::text`,
);

/** Doubles a budget, once. */
export async function raiseBudget(
  tx: Transaction,
  { approval, input, actor, auditLog }: { approval: ApprovalRow; input: BudgetInput; actor: Actor; auditLog: AuditLog },
): Promise<void> {
  const { organization_id: organizationId, project_id: projectId, run_id: runId } = approval;
  const { scope, bound, limit, scopeId, day } = input;
  if (scope === 'run') {
    const [key, value] = bound === 'ms' ? ['minutes', (2 * limit) / 60_000] : [bound, 2 * limit];
    await sql.raiseRunBudget(tx, { id: runId, budget: JSON.stringify({ [key]: value }) });
  } else if (scopeId && day) {
    const [raised] = await insertRaise(tx, { organizationId, scope, scopeId, day, userId: actor.userId });
    // Someone has already raised it for another waiting run.
    if (!raised) return;
  }
  const subject = { kind: scope, id: scopeId ?? runId, name: scope };
  tx.withCommit(
    auditLog.record(tx, { organizationId, projectId, actor, action: 'budget.raise', runId, subject, detail: { bound, to: 2 * limit } }),
  );
}
