/** Plans of runs with a goal: the agent and people both change them, each based on the current version. */
import { isDeepStrictEqual } from 'node:util';
import type { Actor, AuditLog } from '#features/audit-log/server/audit-log.ts';
import type { Database } from '#kernel/database/pool.ts';
import { conflict, notFound } from '#kernel/errors.ts';
import type { EventData, RunEvent } from '../../events.ts';
import { type PlanStep, progressOf } from '../../plan.ts';
import { appendEvents } from '../log/append.ts';
import { type PlanRow, selectPlan } from '../log/queries.ts';
import type { Readers } from '../log/readers.ts';
import { texts } from '../texts/problems.ts';
import * as sql from './queries.ts';

export type Plan = Extract<EventData, { type: 'plan' }>['data'];

interface Options {
  db: Database;
  readers: Readers;
  auditLog: AuditLog;
}

export function createPlans({ db, readers, auditLog }: Options) {
  return {
    /** @throws 409 if the run has no goal or has ended; 409 with the current plan if `version` is outdated */
    async change(
      actor: Actor,
      { runId, organizationId }: { runId: string; organizationId: string },
      { steps, version }: { steps: PlanStep[]; version: number },
    ): Promise<Plan> {
      const draft: Plan = { steps, version: version + 1, by: { id: actor.userId, name: actor.name } };
      const stored = await db.transaction(async (tx): Promise<RunEvent[] | undefined> => {
        const [[run], [current]] = await Promise.all([sql.lockRunWithGoal(tx, { id: runId }), selectPlan(tx, { id: runId })]);
        if (!run) throw notFound('run');
        // A retry of the same request.
        if (current && isDeepStrictEqual(current.data, draft)) return [];
        requireChangeable(run, current, version);
        const subject = { kind: 'run', id: runId, name: run.title };
        const detail = { version: draft.version, ...progressOf(steps) };
        tx.withCommit(
          auditLog.record(tx, { organizationId, projectId: run.project_id, actor, action: 'run.plan', runId, subject, detail }),
        );
        return appendEvents(tx, runId, [{ type: 'plan', data: draft }]);
      });
      if (!stored) throw notFound('run');
      readers.deliver(runId, stored);
      return draft;
    },
  };
}

function requireChangeable(run: sql.GoalRow, current: PlanRow | undefined, version: number): void {
  if (!run.goal) throw conflict('no_goal', texts.plans.noGoal);
  if (!['queued', 'running', 'waiting'].includes(run.status)) throw conflict('run_ended', texts.plans.ended);
  const draft: Plan = current?.data ?? { steps: [], version: 0, by: null };
  if (draft.version === version) return;
  throw conflict('plan_changed', texts.plans.changed(draft.by?.name), { plan: draft });
}
