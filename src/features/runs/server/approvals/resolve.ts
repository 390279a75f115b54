/** Resolves approvals. The first resolution counts, and requeues the run in the same transaction. */

import type { Actor, AuditLog } from '#features/audit-log/server/audit-log.ts';
import type { Connections } from '#features/connections/server/connections.ts';
import type { Files } from '#features/files/server/files.ts';
import type { Level } from '#features/policies/policy.ts';
import {
  isAutonomous,
  type Policies,
  type Rules,
  requireApprover,
  requireSwitchedOn,
  unattendedLevelOf,
} from '#features/policies/server/policies.ts';
import type { Approval } from '#features/runs/approvals-contract.ts';
import type { Database, Transaction } from '#kernel/database/pool.ts';
import { conflict, HttpProblem, notFound } from '#kernel/errors.ts';
import type { Log } from '#kernel/log.ts';
import { texts as wire } from '#wire/texts.ts';
import type { EventData, RunEvent } from '../../events.ts';
import type { BudgetInput } from '../budgets/daily.ts';
import { appendEvents } from '../log/append.ts';
import { lockAnyRun, type RunRow, selectRun } from '../log/queries.ts';
import type { Readers } from '../log/readers.ts';
import { readEnding } from '../log/report.ts';
import type { RunQueue } from '../log/run-queue.ts';
import { texts as budgets } from '../texts/budgets.ts';
import { texts } from '../texts/problems.ts';
import { type ApprovalRow, approvals, nameRequest } from './approvals.ts';
import { type FindSteering, requireUnsteered } from './four-eyes.ts';
import * as sql from './queries.ts';
import { raiseBudget } from './raise-budget.ts';
import { describeApproval } from './show.ts';
import type { ApprovalRow as ShownRow } from './show-queries.ts';

interface Options {
  db: Database;
  log: Log;
  files: Files;
  policies: Policies;
  auditLog: AuditLog;
  readers: Readers;
  connections: Pick<Connections, 'known'>;
  findSteering: FindSteering;
  queue: Pick<RunQueue, 'announce'>;
}

interface Resolution {
  decision: 'approve' | 'reject';
  note?: string | undefined;
  /** Also for all later calls like this one in the run. */
  all?: boolean | undefined;
  /** Hash of what the person was shown; required to approve. */
  hash?: string | undefined;
  /** For an unknown outcome. */
  choice?: 'retry' | 'happened' | 'skip' | undefined;
}

/** The person who resolves, and the highest level at which their schedules and triggers may start runs at that time. */
type ResolvingActor = Actor & { level?: Level | undefined };

/** The actor for expired approvals. */
const systemActor: Actor = { userId: null, name: 'Guildhall' };
/** Expired approvals rejected in one pass. */
const MAX_LATE = 100;

/** What was stored; `renewed` says why nothing was approved. */
type Settled = {
  stored: RunEvent[];
  resolved: Pick<ShownRow, 'status' | 'decided_at' | 'decided_by' | 'decider_name' | 'note' | 'for_all'>;
  renewed?: string;
};

export function createResolutions({ db, log, files, policies, auditLog, readers, connections, findSteering, queue }: Options) {
  /** Stores the resolution and requeues the run. */
  async function close(
    tx: Transaction,
    approval: ApprovalRow,
    actor: ResolvingActor,
    event: EventData,
    resolution: Resolution | 'expire' | 'renew',
  ) {
    const decided = typeof resolution === 'object' ? (resolution.decision === 'approve' ? 'approved' : 'rejected') : undefined;
    const status = decided ?? (resolution === 'expire' ? 'expired' : 'withdrawn');
    const { note = null } = typeof resolution === 'object' ? resolution : {};
    // A rejection never applies to later calls.
    const all = decided === 'approved' && typeof resolution === 'object' && resolution.all === true;
    const resolved = await approvals.resolve(tx, approval, status, { by: actor.userId, level: actor.level ?? null, note, all });
    if (!resolved) throw new Error('resolved twice');
    const refused = event.type === 'resume' && event.data.choice !== 'raise';
    if (refused) await sql.endWaiting(tx, { id: approval.run_id });
    else await sql.requeueWaiting(tx, { id: approval.run_id });
    const stored = await appendEvents(tx, approval.run_id, refused ? await endBy(tx, approval.run_id, event) : [event]);
    if (!stored) throw notFound('run');
    const action = actions[resolution === 'expire' || resolution === 'renew' ? resolution : resolution.decision];
    const name = nameRequest(approval.tool, approval.paths[0], approval.path_count);
    const subject = { kind: 'approval', id: approval.id, name };
    const detail = { ...(note && { note }), ...(all && { all }), hash: approval.hash };
    const { organization_id: organizationId, project_id: projectId, run_id: runId } = approval;
    tx.withCommit(auditLog.record(tx, { organizationId, projectId, actor, action, runId, subject, detail }));
    queue.announce(tx);
    return { stored, resolved: { ...resolved, decided_by: actor.userId, decider_name: actor.name, note, for_all: all } };
  }

  /** Whether the tool of a tool server is still offered, and unchanged since this was asked. */
  async function isSameTool({ organization_id, tool, tool_digest: digest }: ShownRow): Promise<boolean> {
    if (digest === null) return true;
    return (await connections.known(organization_id)).tools.some((offered) => offered.name === tool && offered.digest === digest);
  }

  /** Checks under the run's lock whether the files still match the edits' base. */
  async function settle(shown: ShownRow, rules: Rules, actor: ResolvingActor, resolution: Resolution): Promise<Settled> {
    const sameTool = resolution.decision === 'reject' || (await isSameTool(shown));
    return db.transaction(async (tx): Promise<Settled> => {
      const [run] = await lockAnyRun(tx, { id: shown.run_id });
      const approval = await approvals.find(tx, shown.id);
      if (!approval) throw notFound('approval');
      // Under the run’s lock: nobody steers it in between.
      if (resolution.decision === 'approve') await requireOtherEyes(tx, shown, rules, actor);
      requireOpen(run?.status, approval, resolution);
      requireChoice(approval, resolution);
      const edits = resolution.decision === 'approve' ? await approvals.editsOf(tx, approval.id) : [];
      const changed = edits.length > 0 && (await files.drift(approval.project_id, edits, tx)).length > 0;
      if (changed || !sameTool) {
        const renewed = await close(tx, approval, actor, answer(approval, actor, 'renew'), 'renew');
        return { ...renewed, renewed: changed ? texts.approvals.fileChanged : texts.approvals.toolChanged };
      }
      if (approval.kind === 'budget') {
        const input = approval.input as BudgetInput;
        if (resolution.decision === 'approve') await raiseBudget(tx, { approval, input, actor, auditLog });
        return close(tx, approval, actor, resume(input, actor, resolution), resolution);
      }
      return close(tx, approval, actor, answer(approval, actor, resolution), resolution);
    });
  }

  async function requireOtherEyes(tx: Transaction, { run_id: id, user_id, origin, organization_id }: ShownRow, rules: Rules, actor: Actor) {
    requireUnsteered(await findSteering(tx, rules, { id, user_id, origin }, actor.userId), organization_id);
  }

  async function expireOne(id: string): Promise<void> {
    const approval = await approvals.find(db, id);
    if (!approval) return;
    const closed = await db.transaction(async (tx) => {
      const [run] = await lockAnyRun(tx, { id: approval.run_id });
      const current = await approvals.find(tx, id);
      if (run?.status !== 'waiting' || current?.status !== 'pending') return undefined;
      const event = approval.kind === 'budget' ? expireBudget(approval) : answer(approval, systemActor, 'expire');
      return close(tx, approval, systemActor, event, 'expire');
    });
    if (closed) readers.deliver(approval.run_id, closed.stored);
  }

  return {
    /**
     * @param shown the row read when the right was checked
     * @returns the approval after it was resolved
     * @throws 404, 403 if the policy requires a higher role or somebody else, 409 `decided_already` with who and when, `expired`, `not_waiting`,
     * `changed_meanwhile` if it is asked again for the current files, `autonomy_off`, 428 `hash_required`
     */
    async resolve(actor: Actor, shown: ShownRow, resolution: Resolution): Promise<Approval> {
      const rules = await policies.rulesFor(shown.organization_id, shown.project_id, actor.userId);
      requireApprover(rules);
      if (isAutonomous(shown) && resolution.decision === 'approve') requireSwitchedOn(rules);
      const { stored, resolved, renewed } = await settle(shown, rules, { ...actor, level: unattendedLevelOf(rules) }, resolution);
      readers.deliver(shown.run_id, stored);
      if (renewed) throw conflict('changed_meanwhile', renewed);
      return describeApproval({ ...shown, ...resolved });
    },

    /** Rejects expired approvals. One that fails does not hold up the others. */
    async expire(): Promise<void> {
      for (const id of await approvals.late(db, MAX_LATE))
        await expireOne(id).catch((error: unknown) => log.warn({ err: error, approval: id }, 'an expired approval was not rejected'));
    },
  };
}

const actions = {
  approve: 'approval.approve',
  reject: 'approval.reject',
  expire: 'approval.expire',
  renew: 'approval.withdraw',
} as const;

const by = ({ userId, name }: Actor) => ({ id: userId, name });

function answer({ call_id, kind }: ApprovalRow, actor: Actor, resolution: Resolution | 'expire' | 'renew'): EventData {
  if (typeof resolution !== 'object') return { type: 'answer', data: { callId: call_id ?? '', choice: resolution, by: by(actor) } };
  const { decision, note, all } = resolution;
  const choice = resolution.choice ?? (kind === 'tool_call' ? decision : decision === 'reject' ? 'skip' : 'allow');
  return {
    type: 'answer',
    data: { callId: call_id ?? '', choice, ...(all && decision === 'approve' && { all }), ...(note && { note }), by: by(actor) },
  };
}

const resume = ({ scope, bound }: BudgetInput, actor: Actor, { decision, note }: Resolution): EventData => ({
  type: 'resume',
  data: { scope, bound, choice: decision === 'approve' ? 'raise' : 'refuse', ...(note && { note }), by: by(actor) },
});

function expireBudget({ input }: ApprovalRow): EventData {
  const { scope, bound } = input as BudgetInput;
  return { type: 'resume', data: { scope, bound, choice: 'expire', by: by(systemActor) } };
}

async function endBy(tx: Transaction, runId: string, event: Extract<EventData, { type: 'resume' }>): Promise<EventData[]> {
  const code = event.data.scope === 'run' ? 'budget_reached' : 'daily_budget_reached';
  const added: EventData[] = [event, { type: 'error', data: { code, message: describeRefused(event.data) } }];
  const [run] = await selectRun(tx, { id: runId });
  return [...added, ...(await readEnding(tx, { id: runId, goal: run?.goal ?? null }, 'failed', added))];
}

const describeRefused = ({ scope, choice, note, by: { name } }: Extract<EventData, { type: 'resume' }>['data']): string =>
  choice === 'expire' ? budgets.expired[scope === 'run' ? 'run' : 'day'] : budgets.refused(name, note);

function requireOpen(status: RunRow['status'] | undefined, approval: ApprovalRow, { decision, all, hash }: Resolution): void {
  const { decided_at: at, decided_by: id, decided_by_name } = approval;
  if (approval.status === 'approved' || approval.status === 'rejected') {
    const name = decided_by_name ?? wire.formerMember;
    const detail = texts.approvals.decided[approval.status](decided_by_name ?? undefined);
    throw conflict('decided_already', detail, { by: { id, name }, at, decision: approval.status });
  }
  if (approval.status === 'expired' || approval.is_late) throw conflict('expired', texts.approvals.expired, { at: approval.expires_at });
  if (approval.status !== 'pending' || status !== 'waiting') throw conflict('not_waiting', texts.approvals.notWaiting);
  if (decision === 'approve' && hash === undefined) throw new HttpProblem(428, 'hash_required', texts.approvals.noHash);
  if (hash !== undefined && hash !== approval.hash) throw conflict('changed_meanwhile', texts.approvals.changed);
  if (all && !approval.choices.includes('approve_all')) throw new HttpProblem(422, 'no_such_choice', texts.approvals.notForAll);
}

/** Approving an unknown outcome could mean two things, and one of them repeats the call. */
function requireChoice({ kind }: ApprovalRow, { decision, choice }: Resolution): void {
  if (kind !== 'unknown_outcome') {
    if (choice) throw new HttpProblem(422, 'no_such_choice', texts.approvals.noChoice);
    return;
  }
  const fits = decision === 'reject' ? choice === undefined || choice === 'skip' : choice === 'retry' || choice === 'happened';
  if (fits) return;
  throw new HttpProblem(422, 'choice_needed', texts.approvals.choiceNeeded);
}
