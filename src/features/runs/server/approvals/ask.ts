/** A run asks a person and waits: the question in its log and the approval in the inbox commit together. */

import { v7 as uuid } from 'uuid';
import type { AuditLog } from '#features/audit-log/server/audit-log.ts';
import { bytesOf, type Files } from '#features/files/server/files.ts';
import type { ToolCall } from '#features/models/server/model.ts';
import { changesInstructions, explainVerdict, type Verdict } from '#features/policies/gate.ts';
import { expiryOf } from '#features/policies/policy.ts';
import type { Policies, Rules } from '#features/policies/server/policies.ts';
import { lockProject } from '#features/projects/server/projects.ts';
import type { Proposal, Tool } from '#features/tools/server/tool.ts';
import type { Database } from '#kernel/database/pool.ts';
import { texts as wire } from '#wire/texts.ts';
import type { OriginKind } from '../../contract.ts';
import type { EventData, RunEvent } from '../../events.ts';
import type { BudgetInput, Reached } from '../budgets/daily.ts';
import { appendEvents } from '../log/append.ts';
import type { ClaimedRun } from '../log/claimed-run.ts';
import * as sql from '../log/queries.ts';
import { texts } from '../texts/log.ts';
import { type ApprovalRequest, approvals, nameRequest } from './approvals.ts';
import type { FindSteering } from './four-eyes.ts';

export interface Asking {
  db: Database;
  policies: Policies;
  findSteering: FindSteering;
  auditLog: AuditLog;
  files: Files;
  run: { id: string; project_id: string; user_id: string | null; user_name: string | null; organization_id: string; origin: OriginKind };
  claimed: ClaimedRun;
}

type Asked = Pick<
  ApprovalRequest,
  'kind' | 'callId' | 'tool' | 'digest' | 'server' | 'input' | 'reason' | 'rule' | 'choices' | 'edits' | 'outcome'
>;

/** Paths named in the logged question; the approval has all of them. */
const MAX_NAMED = 20;

/** The run as an actor, on behalf of its person. */
export const actorOfRun = ({ id, user_id, user_name }: Asking['run']) => ({
  userId: user_id,
  name: user_name ?? wire.formerMember,
  runId: id,
});

/**
 * @param event the event to log, with the id of the approval
 * @returns false if the log has newer events; they have been read then, and nothing was asked
 * @throws 409 `storage_limit_reached`
 */
async function askPerson(
  { db, auditLog, files, run, claimed }: Asking,
  { policies }: Pick<Rules, 'policies'>,
  asked: Asked,
  event: (approvalId: string) => EventData,
): Promise<boolean> {
  const id = uuid();
  const { seq } = claimed.state();
  const { organization_id: organizationId, project_id: projectId } = run;
  const stored = await db.transaction(async (tx): Promise<RunEvent[] | undefined> => {
    const [, [locked]] = await Promise.all([lockProject(tx, { projectId }), sql.lockRun(tx, { id: claimed.id, fence: claimed.fence })]);
    const events = locked && (await appendEvents(tx, claimed.id, [event(id)], { fence: claimed.fence, seen: seq, status: 'waiting' }));
    if (!events) return undefined;
    await files.storage.add(tx, projectId, bytesOf(asked.edits));
    const request = { ...asked, id, organizationId, projectId, runId: claimed.id, expireAfterHours: expiryOf(policies) };
    approvals.ask(tx, request);
    const subject = { kind: 'approval', id, name: nameRequest(asked.tool, asked.edits[0]?.path, asked.edits.length) };
    const detail = {
      reason: asked.reason,
      ...(asked.edits.length > 0 && { paths: asked.edits.slice(0, MAX_NAMED).map(({ path }) => path) }),
    };
    tx.withCommit(auditLog.record(tx, { organizationId, projectId, actor: actorOfRun(run), action: 'approval.ask', subject, detail }));
    return events;
  });
  if (stored) await claimed.ingest(stored);
  else await claimed.readNew();
  return stored !== undefined;
}

interface CallToApprove {
  tool: Pick<Tool, 'name' | 'server' | 'effect' | 'digest'>;
  call: ToolCall;
  verdict: Verdict;
  /** Digest of the tool when this was asked before. */
  askedOf: string | undefined;
  /** For a tool that changes files. */
  proposal: Proposal | undefined;
  /** Asked again because someone has changed these files since. */
  changed: { path: string; by: string }[];
}

/** Asks to execute a call with exactly these edits. */
export function askForCall(
  asking: Asking,
  rules: Pick<Rules, 'policies'>,
  { tool, call, verdict, askedOf, proposal, changed }: CallToApprove,
): Promise<boolean> {
  const { callId, input } = call;
  const { rule, level } = verdict;
  const { edits = [] } = proposal ?? {};
  const why = verdict.decision === 'ask' ? explainVerdict(verdict, tool.effect) : texts.questions.again;
  const reason = askedOf !== undefined && askedOf !== tool.digest ? texts.questions.toolChanged(why) : why;
  const each = level === 'off' || changesInstructions(edits.map(({ path }) => path));
  const choices = ['approve' as const, ...(each ? [] : ['approve_all' as const]), 'reject' as const];
  const outcome = proposal ? { kind: proposal.kind, ...proposal.outcome } : null;
  const asked: Asked = {
    kind: 'tool_call',
    callId,
    tool: tool.name,
    digest: tool.digest,
    server: tool.server,
    input,
    reason,
    rule,
    choices,
    edits,
    outcome,
  };
  const paths = edits.slice(0, MAX_NAMED).map(({ path }) => path);
  const more = {
    ...(tool.digest !== undefined && { digest: tool.digest }),
    ...(paths.length > 0 && { paths }),
    ...(changed.length > 0 && { changed }),
  };
  const question = { callId, tool: tool.name, kind: 'approval' as const, message: reason, choices, rule, ...more };
  return askPerson(asking, rules, asked, (approvalId) => ({ type: 'question', data: { ...question, approvalId } }));
}

/** Asks how to proceed with a repeated call, or with one whose outcome is unknown. */
export function askQuestion(
  asking: Asking,
  rules: Pick<Rules, 'policies'>,
  question: Extract<EventData, { type: 'question' }>['data'],
  input: unknown,
) {
  const { kind, callId, tool, message: reason, choices } = question;
  if (kind === 'approval') throw new Error('an approval is asked where its call is carried out');
  const asked: Asked = { kind, callId, tool, input, reason, rule: null, choices, edits: [], outcome: null };
  return askPerson(asking, rules, asked, (approvalId) => ({ type: 'question', data: { ...question, approvalId } }));
}

/** Asks to raise a budget that is used up. */
export function askForBudget(asking: Asking, rules: Pick<Rules, 'policies'>, { message, ...input }: Reached & BudgetInput) {
  const { scope, bound } = input;
  const choices = ['approve', 'reject'];
  const asked: Asked = {
    kind: 'budget',
    callId: null,
    tool: 'budget',
    input,
    reason: message,
    rule: null,
    choices,
    edits: [],
    outcome: null,
  };
  return askPerson(asking, rules, asked, (approvalId) => ({ type: 'pause', data: { scope, bound, message, approvalId } }));
}
