/**
 * Executes one tool call if it is allowed: the gate decides, or a person if the gate asks. An effect and its result commit together
 * or not at all; an approval is consumed in the same transaction.
 */

import type { MissingTool } from '#features/connections/server/connections.ts';
import { type Edit, hashEdits, versionOf } from '#features/files/server/files.ts';
import type { ToolCall } from '#features/models/server/model.ts';
import type { Verdict } from '#features/policies/gate.ts';
import type { Proposal, Tool, ToolContext } from '#features/tools/server/tool.ts';
import { Refusal } from '#kernel/errors.ts';
import type { ToolPart } from '../../conversation.ts';
import { actorOfRun, askForCall } from '../approvals/ask.ts';
import { GIVE_BACK, LostRun } from '../log/claimed-run.ts';
import * as sql from '../log/queries.ts';
import { seenVersion } from '../log/run-state.ts';
import { attempt, refused } from './attempt.ts';
import type { Carried, Carrying } from './call.ts';
import { type Permission, readPermission, sayDenied } from './permission.ts';
import { rebaseProposal, sayChanged } from './rebase.ts';
import { createResults, NotApproved } from './results.ts';
import { goesOnWithout, waitForTools } from './tool-waits.ts';

/** How long a server that shuts down lets a call outside finish, in ms: an interrupted one would have to be resolved by a person. */
const PATIENCE_MS = 5000;
/** Less than the missed heartbeats after which other servers take over our runs (kernel/server-liveness.ts). */
const STILL_OURS_MS = 7000;

/**
 * Stores the outcome of a call, or asks. Only a tool that acts outside may leave an intent without a result, which means that it is
 * unknown whether the call took effect.
 * @throws LostRun if another server has the run; nothing was done here then
 */
export async function carryOutCall(part: ToolPart, carrying: Carrying): Promise<Carried> {
  const { tools, missing, held } = carrying;
  const tool = tools.find((candidate) => candidate.name === part.tool);
  const call: ToolCall = { callId: part.callId, tool: part.tool, input: tool ? tool.normalize(part.input) : part.input };
  const results = createResults({ ...call, digest: tool?.digest }, carrying);
  const absent = missing.find(({ name }) => name === call.tool);
  if (!tool && absent) return doWithout(absent, carrying, results);
  if (!tool)
    return results.store(refused(`There is no tool named ${call.tool}. Available tools: ${tools.map(({ name }) => name).join(', ')}.`));
  const problem = tool.problemOf(call.input);
  if (problem !== undefined) return results.store(refused(`Invalid input: ${problem}`));

  const permission = await readPermission(tool, part, { ...carrying, turns: held.state().turns });
  const doing = { ...carrying, tool, call, permission, results, askedOf: part.question?.digest };
  const verdict = await permission.judge([]);
  if (verdict.decision === 'deny') return deny(doing, verdict);
  return tool.effect === 'project' ? changeFiles(doing) : act(doing, verdict);
}

interface Doing extends Carrying {
  tool: Tool;
  call: ToolCall;
  permission: Permission;
  /** Digest of the tool when approval of this call was last asked. */
  askedOf: string | undefined;
  results: ReturnType<typeof createResults>;
}

const pathsOf = (edits: readonly Edit[]): string[] => edits.map(({ path }) => path);

async function deny(doing: Doing, verdict: Verdict, edits: readonly Edit[] = []): Promise<Carried> {
  const { db, auditLog, run, tool, results } = doing;
  const subject = { kind: 'tool', id: null, name: tool.name };
  const place = { organizationId: run.organization_id, projectId: run.project_id, actor: actorOfRun(run), subject };
  await auditLog.record(db, { ...place, action: 'policy.deny', detail: { rule: verdict.rule, paths: pathsOf(edits).slice(0, 20) } });
  return results.store(refused(sayDenied(verdict, tool)));
}

/** Waits if the tool has changed, unless a person has told the run to continue; does not wait for an unreachable server. */
async function doWithout(absent: MissingTool, carrying: Carrying, results: ReturnType<typeof createResults>): Promise<Carried> {
  const { name, server, why, reason } = absent;
  if (why === 'changed' && !goesOnWithout(carrying.held.state().turns))
    return (await waitForTools(carrying, [absent])) ? 'waiting' : 'moved_on';
  return results.store(refused(why === 'changed' ? `${name} was not called. ${reason}` : `${name} was not called. ${server}: ${reason}`));
}

/** Executes a tool that reads or acts outside. */
async function act(doing: Doing, verdict: Verdict): Promise<Carried> {
  const { tool, call, permission, results, signal } = doing;
  const { decided } = permission;
  if (verdict.decision === 'ask' && decided?.choice !== 'approve') return ask(doing, verdict);
  const approved = decided && { id: decided.approvalId, edits: [] };
  const acts = tool.effect === 'outside';
  const unfit = await tool.check?.(signal);
  if (unfit?.why === 'gone') return results.store(refused(unfit.message));
  if (unfit)
    return doWithout(
      { name: tool.name, server: tool.server ?? '', description: '', why: 'changed', reason: unfit.message },
      doing,
      results,
    );
  try {
    const checkedAt = performance.now();
    if (acts) await results.storeIntent(approved);
    // This process stalled, and another one may have claimed the run since: only this check fences calls outside.
    if (acts && performance.now() - checkedAt > STILL_OURS_MS) throw new LostRun();
    const work = (signal: AbortSignal) =>
      attempt({ ...doing, signal }, (timed) => tool.carryOut(contextOf({ ...doing, signal: timed }), call.input));
    const outcome = await (acts ? withPatience(signal, work) : work(signal));
    if ('unknown' in outcome) return outcome;
    if ('edits' in outcome) throw new Error(`${tool.name} proposes edits, and is not declared to`);
    return await results.store(outcome, acts ? undefined : approved);
  } catch (error) {
    if (error instanceof NotApproved) return ask(doing, verdict);
    throw error;
  }
}

/** The edits are known before they are applied, so the gate sees the paths and a person the edits. */
async function changeFiles(doing: Doing): Promise<Carried> {
  const { tool, call, permission, results, files } = doing;
  const { decided } = permission;
  if (decided?.choice === 'renew') return renew(doing, decided.proposal);
  const proposed =
    decided?.proposal ??
    (await attempt(doing, async (signal) => {
      const found = await tool.carryOut(contextOf({ ...doing, signal }), call.input);
      if ('edits' in found) files.requireBounds(found.edits);
      return found;
    }));
  if ('unknown' in proposed) return proposed;
  if (!('edits' in proposed)) return results.store(proposed);
  await hashEdits(proposed.edits);
  const edits = proposed.edits.filter(({ base, content }) => versionOf(content) !== base);
  if (edits.length === 0) return results.store(proposed.outcome);
  const verdict = await permission.judge(pathsOf(edits));
  if (verdict.decision === 'deny') return deny(doing, verdict, edits);
  if (verdict.decision === 'ask' && !decided) return ask(doing, verdict, { ...proposed, edits });
  return apply(doing, { ...proposed, edits: decided ? proposed.edits : edits });
}

async function apply(doing: Doing, proposal: Proposal): Promise<Carried> {
  const { permission, results, files, run } = doing;
  const approvalId = permission.decided?.approvalId;
  try {
    return await results.apply(proposal, approvalId);
  } catch (error) {
    // The stored proposal is not the approved one: compute it again from the call.
    if (error instanceof NotApproved) return changeFiles({ ...doing, permission: { ...permission, decided: undefined } });
    if (!(error instanceof Refusal) || error.status >= 500) throw error;
    if (error.status !== 412) return results.store(refused(error.message));
    if (approvalId) return renew(doing, proposal);
    return results.store(sayChanged(proposal, await files.versions(run.project_id, pathsOf(proposal.edits))));
  }
}

/** Asks again, with the edits rebased on the current files. */
async function renew(doing: Doing, proposal: Proposal): Promise<Carried> {
  const { results, permission, files, run, signal } = doing;
  await hashEdits(proposal.edits);
  const renewed = await rebaseProposal(files, { kind: 'run', id: run.organization_id, signal }, run.project_id, proposal);
  if ('outcome' in renewed) return results.store(renewed.outcome);
  await hashEdits(renewed.proposal.edits);
  const verdict = await permission.judge(pathsOf(renewed.proposal.edits));
  if (verdict.decision === 'deny') return deny(doing, verdict, renewed.proposal.edits);
  return ask(doing, verdict, renewed.proposal, renewed.changed);
}

async function ask(doing: Doing, verdict: Verdict, proposal?: Proposal, changed: { path: string; by: string }[] = []): Promise<Carried> {
  try {
    const asked = await askForCall(doing, doing.permission.rules, { ...doing, verdict, proposal, changed });
    return asked ? 'waiting' : 'moved_on';
  } catch (error) {
    if (error instanceof Refusal && error.code === 'storage_limit_reached') return doing.results.store(refused(error.message));
    throw error;
  }
}

/** Passes the signal on at once, but a shutdown with a delay. */
async function withPatience<T>(signal: AbortSignal, work: (patient: AbortSignal) => Promise<T>): Promise<T> {
  const patient = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const pass = () => {
    timer = setTimeout(() => patient.abort(signal.reason), signal.reason === GIVE_BACK ? PATIENCE_MS : 0);
  };
  if (signal.aborted) pass();
  else signal.addEventListener('abort', pass, { once: true });
  try {
    return await work(patient.signal);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', pass);
  }
}

function contextOf({ db, run, held, signal }: Doing): ToolContext {
  const { turns } = held.state();
  return {
    organizationId: run.organization_id,
    projectId: run.project_id,
    runId: held.id,
    userId: run.user_id,
    signal,
    seenVersion: (path) => seenVersion(turns, path),
    readOutput: async (id, from, length) => (await sql.selectOutput(db, { runId: held.id, id, from, length }))[0],
  };
}
