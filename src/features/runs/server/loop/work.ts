/** Advances a run step by step from where its log ends, for as long as this server has claimed it. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Agents, AgentVersion } from '#features/agents/server/agents.ts';
import type { AuditLog } from '#features/audit-log/server/audit-log.ts';
import type { Files } from '#features/files/server/files.ts';
import type { Instructions } from '#features/instructions/server/instructions.ts';
import type { OpenModel } from '#features/models/server/model.ts';
import type { Models } from '#features/models/server/models.ts';
import { isToolDenied } from '#features/policies/gate.ts';
import { levelFor } from '#features/policies/policy.ts';
import type { Policies, Rules } from '#features/policies/server/policies.ts';
import type { Projects } from '#features/projects/server/projects.ts';
import type { Tool } from '#features/tools/server/tool.ts';
import type { Toolbox, Tools } from '#features/tools/server/tools.ts';
import type { Database } from '#kernel/database/pool.ts';
import { HttpProblem } from '#kernel/errors.ts';
import type { Log } from '#kernel/log.ts';
import { lastStep, type StepTurn } from '../../conversation.ts';
import { askForBudget, askQuestion } from '../approvals/ask.ts';
import type { FindSteering } from '../approvals/four-eyes.ts';
import { reachedToday } from '../budgets/daily.ts';
import { type KeyBudgets, reachedOfKeys } from '../budgets/key-budgets.ts';
import { executeCall } from '../calls/execute.ts';
import { continuesWithout, waitForTools } from '../calls/tool-waits.ts';
import { updatePlanTool } from '../calls/update-plan.ts';
import type { Appender } from '../log/appender.ts';
import { type ClaimedRun, createClaimedRun, DEPARTED, LostRun, PAUSED, RELEASED } from '../log/claimed-run.ts';
import * as sql from '../log/queries.ts';
import type { Readers } from '../log/readers.ts';
import { hasUnanswered, isWanted, wasInterrupted } from '../log/run-state.ts';
import { texts as budgets } from '../texts/budgets.ts';
import { texts } from '../texts/log.ts';
import { estimateCut } from './ask-model.ts';
import { buildInstructions, describeWaiting, readProjectInstructions } from './instructions.ts';
import { MAX_INTERRUPTIONS, pauseAfter } from './interruptions.ts';
import { advance, type LoopPorts } from './loop.ts';
import { toMessages } from './messages.ts';
import { describeSituation } from './situation.ts';

export interface Work {
  db: Database;
  log: Log;
  projects: Projects;
  files: Files;
  models: Models;
  agents: Agents;
  policies: Policies;
  findSteering: FindSteering;
  instructions: Instructions;
  auditLog: AuditLog;
  tools: Tools;
  appender: Appender;
  readers: Readers;
  keyBudgets: KeyBudgets;
}

type ClaimedRow = sql.RunRow & { organization_id: string };

/**
 * @param stopped aborted with `RELEASED` or `STOPPED`
 * @throws LostRun if another server has claimed it, and errors of an unavailable database: any server may then claim the run
 */
export async function processRun({ id, fence }: { id: string; fence: number }, stopped: AbortSignal, work: Work): Promise<void> {
  const [row] = await sql.selectRun(work.db, { id });
  if (!row) return;
  const run = { ...row, organization_id: await work.projects.organizationOf(row.project_id) };
  const claimed = createClaimedRun({ ...work, id, fence, goal: row.goal });
  try {
    await claimed.readNew();
    if (row.stop_requested && (await claimed.endStopped())) return;
    if (wasInterrupted(claimed.state()) && !(await noteInterruption(claimed, stopped))) return;
    await runSteps(run, claimed, stopped, work);
  } catch (error) {
    if (error instanceof LostRun || stopped.reason === RELEASED) throw error;
    if (stopped.reason === PAUSED && (await claimed.pause())) return;
    if (stopped.reason === DEPARTED || error === DEPARTED)
      return claimed.endFailed('not_a_member', texts.errors.departed(run.user_name ?? undefined));
    // If it must continue after all, it is claimed again: no server works on it once this returns.
    if (stopped.aborted) return void (await claimed.endStopped());
    // The database is unavailable: the run stays claimed in its table until a server finds and requeues it.
    if (error instanceof HttpProblem && error.status === 503) throw error;
    work.log.error({ err: error, run: id }, 'a run failed unexpectedly');
    await claimed.endFailed('internal', texts.errors.internal);
  }
}

async function runSteps(run: ClaimedRow, claimed: ClaimedRun, signal: AbortSignal, work: Work): Promise<void> {
  const model = await work.models.open(run.organization_id, run.model);
  if (!model) {
    return claimed.endFailed('model_unknown', texts.errors.noModel);
  }
  // A retry may have added the budget, or the price may be gone.
  if (run.budget.cost !== undefined && !model.price) return claimed.endFailed('price_unknown', budgets.noPrice(run.model));
  const [agent, toolbox] = await Promise.all([findAgent(run, work), work.tools.toolboxOf(run.organization_id)]);
  const awaited = toolbox.missing.filter(({ name, why }) => why === 'changed' && agent?.tools?.includes(name));
  if (awaited.length > 0 && !continuesWithout(claimed.state().turns) && (await waitForTools({ ...work, run, claimed }, awaited))) return;
  const ports = await createPorts({ run, model, agent, toolbox }, claimed, signal, work);
  await chargeLostStep(run, ports, claimed, work);
  for (;;) {
    signal.throwIfAborted();
    const outcome = await advance(ports);
    if (outcome === 'waiting') return;
    if (outcome === 'failed' && claimed.state().last === 'error' && (await claimed.end('failed'))) return;
    if (outcome === 'done' && !hasUnanswered(claimed.state()) && (await claimed.end('done'))) return;
    if (outcome === 'continue') await claimed.readNew();
  }
}

interface Prepared {
  run: ClaimedRow;
  model: OpenModel;
  agent: AgentVersion | undefined;
  toolbox: Toolbox;
}

const findAgent = async ({ agent_id: id, agent_version: version }: ClaimedRow, { agents }: Work): Promise<AgentVersion | undefined> =>
  id && version ? agents.version(id, version) : undefined;

async function createPorts(
  { run, model, agent, toolbox }: Prepared,
  claimed: ClaimedRun,
  signal: AbortSignal,
  work: Work,
): Promise<LoopPorts> {
  const { db, models, policies } = work;
  const usageScope = { organizationId: run.organization_id, projectId: run.project_id, userId: run.user_id };
  const readRules = () => policies.rulesFor(run.organization_id, run.project_id, run.user_id);
  const asking = { ...work, run, claimed };
  const [own, rules, project] = await Promise.all([
    readProjectInstructions(work, run),
    readRules(),
    work.projects.get(run.project_id, 'viewer'),
  ]);
  const tools = [...toolsFor(agent, toolbox.tools), ...(run.goal ? [updatePlanTool] : [])];
  const offered = tools.filter((tool) => !isAlwaysDenied(tool, run, rules));
  await noteMissing(toolbox, agent, claimed);
  if (own.waits) await noteOnce(claimed, 'instructions_wait', describeWaiting(own.given));
  const instructions = buildInstructions(own.text, agent, run.goal);
  let fallback: OpenModel | undefined;
  return {
    /** A fallback model stays for the rest: otherwise each step would wait again for an unreachable provider. */
    get model() {
      return fallback ?? model;
    },
    async fallback() {
      if (fallback) return undefined;
      fallback = await findFallback(run, models);
      return fallback;
    },
    instructions: `${instructions}\n\n${describeSituation({ project: project.name, run, rules, tools: offered })}`,
    instructionsVersion: own.given ?? (own.waits ? null : undefined),
    tools: offered,
    budget: run.budget,
    signal,
    state: claimed.state,
    begin: claimed.appendNext,
    append: claimed.mustAppend,
    async ask({ data }) {
      const call = lastStep(claimed.state().turns)?.parts.find((part) => part.kind === 'tool' && part.callId === data.callId);
      return askQuestion(asking, await readRules(), data, call?.kind === 'tool' ? call.input : null);
    },
    pause: async (reached) => askForBudget(asking, await readRules(), reached),
    async reachedToday() {
      const { role, policies } = await readRules();
      // Read before each model call: a run never does what its person may no longer do.
      if (levelFor(policies, role, run.level) === undefined) throw DEPARTED;
      const asked = { organizationId: usageScope.organizationId, model: (fallback ?? model).id, slugs: models.operatorKeys };
      return (await reachedOfKeys(db, work.keyBudgets, asked)) ?? reachedToday(db, policies, usageScope);
    },
    resolve: (call, { ok, output }) =>
      claimed.mustAppend([{ type: 'tool_result', data: { callId: call.callId, tool: call.tool, ok, output, duration: 0 } }]),
    execute: (call, step) => executeCall(call, { ...asking, tools, missing: toolbox.missing, id: callNumber(step, call.callId), signal }),
  };
}

/** An agent may be restricted to some tools; every agent keeps the one that reads long results. */
function toolsFor(agent: AgentVersion | undefined, all: readonly Tool[]): readonly Tool[] {
  const { tools } = agent ?? { tools: null };
  return tools === null ? all : all.filter(({ name }) => tools.includes(name) || name === 'read_output');
}

/** If the model calls such a tool anyway, the call is denied under the rules in force then. */
const isAlwaysDenied = ({ name, effect }: Tool, { level }: ClaimedRow, { role, policies }: Rules): boolean =>
  isToolDenied({ level, role, policies }, { tool: name, effect });

/** With a cost budget, only a model with a known price can be the fallback. */
async function findFallback(run: ClaimedRow, models: Models): Promise<OpenModel | undefined> {
  const id = await models.fallbackOf(run.organization_id, run.model);
  const model = id === undefined ? undefined : await models.open(run.organization_id, id);
  return run.budget.cost !== undefined && !model?.price ? undefined : model;
}

/** A model may manage without its missing tools, but readers of the log must know why. Noted once, if its agent uses one of them. */
async function noteMissing({ unreachable }: Toolbox, agent: AgentVersion | undefined, claimed: ClaimedRun): Promise<void> {
  for (const { server, slug, reason } of unreachable) {
    if (!agent?.tools?.some((name) => name.startsWith(`${slug}__`))) continue;
    await noteOnce(claimed, 'tools_missing', texts.notices.toolsMissing(server, reason));
  }
}

async function noteOnce(claimed: ClaimedRun, code: string, message: string): Promise<void> {
  const said = claimed.state().turns.some((turn) => turn.kind === 'notice' && turn.message === message);
  if (!said) await claimed.mustAppend([{ type: 'notice', data: { code, message } }]);
}

const callNumber = ({ step, parts }: StepTurn, callId: string): string =>
  `${step}.${parts.filter((part) => part.kind === 'tool').findIndex((part) => part.callId === callId) + 1}`;

/** Counts model output that was paid for but lost when its server died. */
async function chargeLostStep(run: ClaimedRow, { instructions }: LoopPorts, claimed: ClaimedRun, { models }: Work): Promise<void> {
  const { turns } = claimed.state();
  const step = lastStep(turns);
  if (!step || step.end || step.cut || step.parts.length === 0 || !isWanted(turns, step)) return;
  const said = step.parts.reduce((sum, part) => sum + (part.kind === 'tool' ? (part.inputText ?? '') : part.text).length, 0);
  const price = (await models.open(run.organization_id, step.model))?.price;
  const model = { id: step.model, ...(price && { price }) };
  const { cut, spent } = estimateCut({ step: step.step, model, instructions, messages: toMessages(turns, step.model), said });
  await claimed.mustAppend([cut], spent);
}

/** @returns false if the run was interrupted too often and has failed */
async function noteInterruption(claimed: ClaimedRun, stopped: AbortSignal): Promise<boolean> {
  const { interruptions } = claimed.state();
  if (interruptions >= MAX_INTERRUPTIONS) {
    await claimed.endFailed('interrupted', texts.errors.interrupted(MAX_INTERRUPTIONS));
    return false;
  }
  // Interrupted while it waits, it has not gone on, so that does not count.
  const pause = pauseAfter(interruptions);
  if (pause > 0) await sleep(pause, undefined, { signal: stopped });
  await claimed.mustAppend([{ type: 'notice', data: { code: 'resumed', message: texts.notices.resumed } }]);
  return true;
}
