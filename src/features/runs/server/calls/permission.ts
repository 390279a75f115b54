/** Whether a tool call may be executed: the verdict of the gate, and what a person has already resolved. */

import { explainVerdict, type Grant, gateInSlices, type Verdict } from '#features/policies/gate.ts';
import type { Level } from '#features/policies/policy.ts';
import { mayApprove, type Policies, type Rules } from '#features/policies/server/policies.ts';
import type { Proposal, Tool } from '#features/tools/server/tool.ts';
import type { Queryable } from '#kernel/database/statement.ts';
import { createYield } from '#kernel/event-loop.ts';
import type { OriginKind } from '../../contract.ts';
import type { ToolPart, Turn } from '../../conversation.ts';
import { type ApprovalRow, approvals } from '../approvals/approvals.ts';
import type { FindSteering } from '../approvals/four-eyes.ts';

/** How a person resolved a call, with its file edits. */
interface ResolvedCall {
  approvalId: string;
  /** `renew`: files have changed since it was asked, so it must be asked again. */
  choice: 'approve' | 'renew';
  proposal: Proposal;
}

export interface Permission {
  rules: Rules;
  /** @param paths the call would change; empty while they are unknown */
  judge(paths: readonly string[]): Promise<Verdict>;
  resolved: ResolvedCall | undefined;
}

interface Asked {
  db: Queryable;
  policies: Policies;
  findSteering: FindSteering;
  run: { id: string; project_id: string; user_id: string | null; organization_id: string; level: Level; origin: OriginKind };
  turns: readonly Turn[];
}

export async function readPermission(tool: Tool, call: ToolPart, { db, policies, findSteering, run, turns }: Asked): Promise<Permission> {
  const rules = await policies.rulesFor(run.organization_id, run.project_id, run.user_id);
  const { name, effect, digest } = tool;
  const mayStill = async (userId: string | null) => {
    const own = await policies.rulesFor(run.organization_id, run.project_id, userId);
    return mayApprove(own) && !(await findSteering(db, own, run, userId));
  };
  const granted = await grantsIn(turns, mayStill);
  return {
    rules,
    judge: (paths) =>
      gateInSlices(
        { level: run.level, role: rules.role, policies: rules.policies, granted, call: { tool: name, effect, digest, paths } },
        createYield(),
      ),
    resolved: isOutdated(call, turns) ? undefined : await findResolved(call, run.id, db, mayStill),
  };
}

/** Whether a person who approved something is still allowed to. */
type MayStill = (userId: string | null) => Promise<boolean>;

/** Approvals for all calls of a kind in this run; those before a branch were given to another run. */
async function grantsIn(turns: readonly Turn[], mayStill: MayStill): Promise<Grant[]> {
  const own = turns.slice(turns.findLastIndex((turn) => turn.kind === 'branch') + 1);
  const parts = own.flatMap((turn) => (turn.kind === 'step' ? turn.parts : []));
  const given = parts.flatMap((part) => {
    if (part.kind !== 'tool' || part.answer?.choice !== 'approve' || !part.answer.all || !part.question?.rule) return [];
    const { by, tool, path = null } = part.question.rule;
    const rule = { by, ...(tool !== undefined && { tool, path }) };
    return [{ giver: part.answer.by.id, grant: { tool: part.tool, digest: part.question.digest, rule } }];
  });
  const givers = [...new Set(given.map(({ giver }) => giver))];
  const still = await Promise.all(givers.map(mayStill));
  return given.filter(({ giver }) => still[givers.indexOf(giver)]).map(({ grant }) => grant);
}

/** The run was stopped after the approval: it must be asked again when the run continues. */
const isOutdated = ({ answer }: ToolPart, turns: readonly Turn[]): boolean =>
  turns.some((turn) => turn.kind === 'end' && turn.seq > (answer?.seq ?? Infinity));

/** An approval that is gone, consumed, or given by a person who may no longer approve does not count: it must be asked again. */
async function findResolved(
  { callId, question, answer }: ToolPart,
  runId: string,
  db: Queryable,
  mayStill: MayStill,
): Promise<ResolvedCall | undefined> {
  const choice = answer?.choice;
  if (!question?.approvalId || !answer || answer.seq < question.seq || (choice !== 'approve' && choice !== 'renew')) return undefined;
  const approval = await approvals.find(db, question.approvalId);
  if (!approval || approval.run_id !== runId || approval.call_id !== callId) return undefined;
  if (choice === 'approve' && (approval.status !== 'approved' || approval.consumed_at !== null)) return undefined;
  if (choice === 'approve' && !(await mayStill(approval.decided_by))) return undefined;
  return { approvalId: approval.id, choice, proposal: await proposalOf(approval, db) };
}

async function proposalOf({ id, outcome }: ApprovalRow, db: Queryable): Promise<Proposal> {
  const edits = await approvals.editsOf(db, id);
  const { kind, ...said } = outcome ?? { kind: 'batch', output: '' };
  return { kind, edits, outcome: said };
}

/** For the model; the demo model recognizes its beginning. */
export const describeDenied = (verdict: Verdict, { effect }: Tool): string =>
  `Not allowed: ${explainVerdict(verdict, effect)} Continue without it, or tell the person what you need.`;
