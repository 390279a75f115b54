/**
 * Executes one tool call if it is allowed: the gate decides, or a person if the gate asks. An effect and its result commit together
 * or not at all; an approval is consumed in the same transaction.
 */

import type { MissingTool } from '#features/connections/server/connections.ts';
import { type Edit, hashEdits, versionOf } from '#features/files/server/files.ts';
import type { ToolCall } from '#features/models/server/model.ts';
import type { Verdict } from '#features/policies/gate.ts';
import type { Proposal, Tool, ToolContext } from '#features/tools/server/tool.ts';
import { HttpProblem } from '#kernel/errors.ts';
import type { ToolPart } from '../../conversation.ts';
import { actorOfRun, askForCall } from '../approvals/ask.ts';
import { LostRun, RELEASED } from '../log/claimed-run.ts';
import * as sql from '../log/queries.ts';
import { seenVersion } from '../log/run-state.ts';
import { attempt, refused } from './attempt.ts';
import type { CallContext, ExecutionResult } from './call.ts';
import { describeDenied, type Permission, readPermission } from './permission.ts';
import { describeChanged, rebaseProposal } from './rebase.ts';
import { createResults, NotApproved } from './results.ts';
import { continuesWithout, waitForTools } from './tool-waits.ts';

/** How long a server that shuts down lets a call outside finish, in ms: an interrupted one would have to be resolved by a person. */
const GRACE_MS = 5000;
/** Less than the missed heartbeats after which other servers take over our runs (kernel/server-liveness.ts). */
const CLAIM_VALID_MS = 7000;

/**
 * Stores the outcome of a call, or asks. Only a tool that acts outside may leave an intent without a result, which means that it is
 * unknown whether the call took effect.
 * @throws LostRun if another server has the run; nothing was done here then
 */
export async function executeCall(part: ToolPart, callContext: CallContext): Promise<ExecutionResult> {
  const { tools, missing, claimed } = callContext;
  const tool = tools.find((candidate) => candidate.name === part.tool);
  const call: ToolCall = { callId: part.callId, tool: part.tool, input: tool ? tool.normalize(part.input) : part.input };
  const results = createResults({ ...call, digest: tool?.digest }, callContext);
  const absent = missing.find(({ name }) => name === call.tool);
  if (!tool && absent) return skipMissing(absent, callContext, results);
  if (!tool)
    return results.store(refused(`There is no tool named ${call.tool}. Available tools: ${tools.map(({ name }) => name).join(', ')}.`));
  const problem = tool.problemOf(call.input);
  if (problem !== undefined) return results.store(refused(`The arguments do not match the tool’s schema:\n${problem}`));

  const permission = await readPermission(tool, part, { ...callContext, turns: claimed.state().turns });
  const execution = { ...callContext, tool, call, permission, results, askedOf: part.question?.digest };
  const verdict = await permission.judge([]);
  if (verdict.decision === 'deny') return deny(execution, verdict);
  return tool.effect === 'project' ? changeFiles(execution) : executeRead(execution, verdict);
}

interface Execution extends CallContext {
  tool: Tool;
  call: ToolCall;
  permission: Permission;
  /** Digest of the tool when approval of this call was last asked. */
  askedOf: string | undefined;
  results: ReturnType<typeof createResults>;
}

const pathsOf = (edits: readonly Edit[]): string[] => edits.map(({ path }) => path);

async function deny(execution: Execution, verdict: Verdict, edits: readonly Edit[] = []): Promise<ExecutionResult> {
  const { db, auditLog, run, tool, results } = execution;
  const subject = { kind: 'tool', id: null, name: tool.name };
  const auditContext = { organizationId: run.organization_id, projectId: run.project_id, actor: actorOfRun(run), subject };
  await auditLog.record(db, { ...auditContext, action: 'policy.deny', detail: { rule: verdict.rule, paths: pathsOf(edits).slice(0, 20) } });
  return results.store(refused(describeDenied(verdict, tool)));
}

/** Waits if the tool has changed, unless a person has continued the run without it; does not wait for an unreachable server. */
async function skipMissing(
  absent: MissingTool,
  callContext: CallContext,
  results: ReturnType<typeof createResults>,
): Promise<ExecutionResult> {
  const { name, server, why, reason } = absent;
  if (why === 'changed' && !continuesWithout(callContext.claimed.state().turns))
    return (await waitForTools(callContext, [absent])) ? 'waiting' : 'moved_on';
  return results.store(refused(why === 'changed' ? `${name} was not called. ${reason}` : `${name} was not called. ${server}: ${reason}`));
}

/** Executes a tool that reads or acts outside. */
async function executeRead(execution: Execution, verdict: Verdict): Promise<ExecutionResult> {
  const { tool, call, permission, results, signal } = execution;
  const { resolved } = permission;
  if (verdict.decision === 'ask' && resolved?.choice !== 'approve') return ask(execution, verdict);
  const approved = resolved && { id: resolved.approvalId, edits: [] };
  const acts = tool.effect === 'outside';
  const unfit = await tool.check?.(signal);
  if (unfit?.why === 'gone') return results.store(refused(unfit.message));
  if (unfit)
    return skipMissing(
      { name: tool.name, server: tool.server ?? '', description: '', why: 'changed', reason: unfit.message },
      execution,
      results,
    );
  try {
    const checkedAt = performance.now();
    if (acts) await results.storeIntent(approved);
    // This process stalled, and another one may have claimed the run since: only this check fences calls outside.
    if (acts && performance.now() - checkedAt > CLAIM_VALID_MS) throw new LostRun();
    const work = (signal: AbortSignal) =>
      attempt({ ...execution, signal }, (timed) => tool.execute(contextOf({ ...execution, signal: timed }), call.input));
    const outcome = await (acts ? withGracePeriod(signal, work) : work(signal));
    if ('unknown' in outcome) return outcome;
    if ('edits' in outcome) throw new Error(`${tool.name} proposes edits, and is not declared to`);
    return await results.store(outcome, acts ? undefined : approved);
  } catch (error) {
    if (error instanceof NotApproved) return ask(execution, verdict);
    throw error;
  }
}

/** The edits are known before they are applied, so the gate sees the paths and a person the edits. */
async function changeFiles(execution: Execution): Promise<ExecutionResult> {
  const { tool, call, permission, results, files } = execution;
  const { resolved } = permission;
  if (resolved?.choice === 'renew') return askAgain(execution, resolved.proposal);
  const proposed =
    resolved?.proposal ??
    (await attempt(execution, async (signal) => {
      const found = await tool.execute(contextOf({ ...execution, signal }), call.input);
      if ('edits' in found) files.requireBounds(found.edits);
      return found;
    }));
  if ('unknown' in proposed) return proposed;
  if (!('edits' in proposed)) return results.store(proposed);
  await hashEdits(proposed.edits);
  const edits = proposed.edits.filter(({ base, content }) => versionOf(content) !== base);
  if (edits.length === 0) return results.store(proposed.outcome);
  const verdict = await permission.judge(pathsOf(edits));
  if (verdict.decision === 'deny') return deny(execution, verdict, edits);
  if (verdict.decision === 'ask' && !resolved) return ask(execution, verdict, { ...proposed, edits });
  return apply(execution, { ...proposed, edits: resolved ? proposed.edits : edits });
}

async function apply(execution: Execution, proposal: Proposal): Promise<ExecutionResult> {
  const { permission, results, files, run } = execution;
  const approvalId = permission.resolved?.approvalId;
  try {
    return await results.apply(proposal, approvalId);
  } catch (error) {
    // The stored proposal is not the approved one: compute it again from the call.
    if (error instanceof NotApproved) return changeFiles({ ...execution, permission: { ...permission, resolved: undefined } });
    if (!(error instanceof HttpProblem) || error.status >= 500) throw error;
    if (error.status !== 412) return results.store(refused(error.message));
    if (approvalId) return askAgain(execution, proposal);
    return results.store(describeChanged(proposal, await files.versions(run.project_id, pathsOf(proposal.edits))));
  }
}

/** Asks again, with the edits rebased on the current files. */
async function askAgain(execution: Execution, proposal: Proposal): Promise<ExecutionResult> {
  const { results, permission, files, run, signal } = execution;
  await hashEdits(proposal.edits);
  const renewed = await rebaseProposal(files, { kind: 'run', id: run.organization_id, signal }, run.project_id, proposal);
  if ('outcome' in renewed) return results.store(renewed.outcome);
  await hashEdits(renewed.proposal.edits);
  const verdict = await permission.judge(pathsOf(renewed.proposal.edits));
  if (verdict.decision === 'deny') return deny(execution, verdict, renewed.proposal.edits);
  return ask(execution, verdict, renewed.proposal, renewed.changed);
}

async function ask(
  execution: Execution,
  verdict: Verdict,
  proposal?: Proposal,
  changed: { path: string; by: string }[] = [],
): Promise<ExecutionResult> {
  try {
    const asked = await askForCall(execution, execution.permission.rules, { ...execution, verdict, proposal, changed });
    return asked ? 'waiting' : 'moved_on';
  } catch (error) {
    if (error instanceof HttpProblem && error.code === 'storage_limit_reached') return execution.results.store(refused(error.message));
    throw error;
  }
}

/** Passes the signal on at once, but a shutdown with a delay. */
async function withGracePeriod<T>(signal: AbortSignal, work: (delayed: AbortSignal) => Promise<T>): Promise<T> {
  const delayed = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const forward = () => {
    timer = setTimeout(() => delayed.abort(signal.reason), signal.reason === RELEASED ? GRACE_MS : 0);
  };
  if (signal.aborted) forward();
  else signal.addEventListener('abort', forward, { once: true });
  try {
    return await work(delayed.signal);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', forward);
  }
}

function contextOf({ db, run, claimed, signal }: Execution): ToolContext {
  const { turns } = claimed.state();
  return {
    organizationId: run.organization_id,
    projectId: run.project_id,
    runId: claimed.id,
    userId: run.user_id,
    signal,
    seenVersion: (path) => seenVersion(turns, path),
    readOutput: async (id, from, length) => (await sql.selectOutput(db, { runId: claimed.id, id, from, length }))[0],
  };
}
