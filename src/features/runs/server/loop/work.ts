/** Advances a run step by step from where its log ends, for as long as this server has claimed it. */
import type { Agents, AgentVersion } from '#features/agents/server/agents.ts';
import type { AuditLog } from '#features/audit-log/server/audit-log.ts';
import type { Files } from '#features/files/server/files.ts';
import type { Instructions } from '#features/instructions/server/instructions.ts';
import type { OpenModel } from '#features/models/server/model.ts';
import type { Models } from '#features/models/server/models.ts';
import { isRefusedWholly } from '#features/policies/gate.ts';
import { levelFor } from '#features/policies/policy.ts';
import type { Policies, Rules } from '#features/policies/server/policies.ts';
import type { Projects } from '#features/projects/server/projects.ts';
import type { Tool } from '#features/tools/server/tool.ts';
import type { Toolbox, Tools } from '#features/tools/server/tools.ts';
import type { Database } from '#kernel/database/pool.ts';
import { Refusal } from '#kernel/errors.ts';
import type { Log } from '#kernel/log.ts';
import { lastStep, type StepTurn } from '../../conversation.ts';
import { askForBudget, askQuestion } from '../approvals/ask.ts';
import { sayPriceUnknown } from '../budgets/allowance.ts';
import { reachedToday } from '../budgets/daily.ts';
import { type KeyBudgets, reachedOfKeys } from '../budgets/key-budgets.ts';
import { carryOutCall } from '../calls/execute.ts';
import { goesOnWithout, waitForTools } from '../calls/tool-waits.ts';
import { updatePlanTool } from '../calls/update-plan.ts';
import type { Appender } from '../log/appender.ts';
import { DEPARTED, GIVE_BACK, HELD, type HeldRun, holdRun, LostRun } from '../log/claimed-run.ts';
import * as sql from '../log/queries.ts';
import type { Readers } from '../log/readers.ts';
import { brokeOff, hasUnanswered, isWanted } from '../log/run-state.ts';
import { estimateCut } from './ask-model.ts';
import { buildInstructions, readProjectInstructions, sayWaiting } from './instructions.ts';
import { advance, type LoopPorts } from './loop.ts';
import { toMessages } from './messages.ts';
import { describeSituation } from './situation.ts';

/** A run interrupted this often without progress would never finish. */
const MAX_INTERRUPTIONS = 10;

export interface Work {
  db: Database;
  log: Log;
  projects: Projects;
  files: Files;
  models: Models;
  agents: Agents;
  policies: Policies;
  instructions: Instructions;
  auditLog: AuditLog;
  tools: Tools;
  appender: Appender;
  readers: Readers;
  keyBudgets: KeyBudgets;
}

type HeldRow = sql.RunRow & { organization_id: string };

/**
 * @param stopped aborted with `GIVE_BACK` or `STOPPED`
 * @throws LostRun if another server has claimed it, and errors of an unavailable database: any server may claim the run then
 */
export async function workOn({ id, fence }: { id: string; fence: number }, stopped: AbortSignal, work: Work): Promise<void> {
  const [row] = await sql.selectRun(work.db, { id });
  if (!row) return;
  const run = { ...row, organization_id: await work.projects.organizationOf(row.project_id) };
  const held = holdRun({ ...work, id, fence, goal: row.goal });
  try {
    await held.readOn();
    if (row.stop_requested && (await held.endStopped())) return;
    if (brokeOff(held.state()) && !(await noteInterruption(held))) return;
    await takeSteps(run, held, stopped, work);
  } catch (error) {
    if (error instanceof LostRun || stopped.reason === GIVE_BACK) throw error;
    if (stopped.reason === HELD && (await held.waitForSwitch())) return;
    if (stopped.reason === DEPARTED || error === DEPARTED) return held.endFailed('not_a_member', sayDeparted(run));
    // If it must continue after all, it is claimed again: no server works on it once this returns.
    if (stopped.aborted) return void (await held.endStopped());
    // The database is unavailable: the run stays claimed in its table until a server finds and requeues it.
    if (error instanceof Refusal && error.status === 503) throw error;
    work.log.error({ err: error, run: id }, 'a run failed unexpectedly');
    await held.endFailed('internal', 'Something went wrong on the server; it has been logged. Retry the run, or send a message.');
  }
}

async function takeSteps(run: HeldRow, held: HeldRun, signal: AbortSignal, work: Work): Promise<void> {
  const model = await work.models.open(run.organization_id, run.model);
  if (!model) {
    const message = 'This run’s model is not available here any more. Branch the run, or start a new one, with another model.';
    return held.endFailed('model_unknown', message);
  }
  // A retry may have added the budget, or the price may be gone.
  if (run.budget.cost !== undefined && !model.price) return held.endFailed('price_unknown', sayPriceUnknown(run.model));
  const [agent, toolbox] = await Promise.all([findAgent(run, work), work.tools.toolboxOf(run.organization_id)]);
  const awaited = toolbox.missing.filter(({ name, why }) => why === 'changed' && agent?.tools?.includes(name));
  if (awaited.length > 0 && !goesOnWithout(held.state().turns) && (await waitForTools({ ...work, run, held }, awaited))) return;
  const ports = await createPorts({ run, model, agent, toolbox }, held, signal, work);
  await countLost(run, ports, held, work);
  for (;;) {
    signal.throwIfAborted();
    const outcome = await advance(ports);
    if (outcome === 'waiting') return;
    if (outcome === 'failed' && held.state().last === 'error' && (await held.end('failed'))) return;
    if (outcome === 'done' && !hasUnanswered(held.state()) && (await held.end('done'))) return;
    if (outcome === 'continue') await held.readOn();
  }
}

interface Prepared {
  run: HeldRow;
  model: OpenModel;
  agent: AgentVersion | undefined;
  toolbox: Toolbox;
}

const findAgent = async ({ agent_id: id, agent_version: version }: HeldRow, { agents }: Work): Promise<AgentVersion | undefined> =>
  id && version ? agents.version(id, version) : undefined;

async function createPorts({ run, model, agent, toolbox }: Prepared, held: HeldRun, signal: AbortSignal, work: Work): Promise<LoopPorts> {
  const { db, models, policies } = work;
  const place = { organizationId: run.organization_id, projectId: run.project_id, userId: run.user_id };
  const readRules = () => policies.rulesFor(run.organization_id, run.project_id, run.user_id);
  const asking = { ...work, run, held };
  const [own, rules, project] = await Promise.all([
    readProjectInstructions(work, run),
    readRules(),
    work.projects.get(run.project_id, 'viewer'),
  ]);
  const tools = [...toolsFor(agent, toolbox.tools), ...(run.goal ? [updatePlanTool] : [])];
  const offered = tools.filter((tool) => !isRefusedAlways(tool, run, rules));
  await noteMissing(toolbox, agent, held);
  if (own.waits) await noteOnce(held, 'instructions_wait', sayWaiting(own.given));
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
    told: own.given ?? (own.waits ? null : undefined),
    tools: offered,
    budget: run.budget,
    signal,
    state: held.state,
    begin: held.appendNext,
    append: held.mustAppend,
    async ask({ data }) {
      const call = lastStep(held.state().turns)?.parts.find((part) => part.kind === 'tool' && part.callId === data.callId);
      return askQuestion(asking, await readRules(), data, call?.kind === 'tool' ? call.input : null);
    },
    pause: async (reached) => askForBudget(asking, await readRules(), reached),
    async reachedToday() {
      const { role, policies } = await readRules();
      // Read before each model call: a run never does what its person may no longer do.
      if (levelFor(policies, role, run.level) === undefined) throw DEPARTED;
      const asked = { organizationId: place.organizationId, model: (fallback ?? model).id, slugs: models.operatorKeys };
      return (await reachedOfKeys(db, work.keyBudgets, asked)) ?? reachedToday(db, policies, place);
    },
    settle: (call, { ok, output }) =>
      held.mustAppend([{ type: 'tool_result', data: { callId: call.callId, tool: call.tool, ok, output, duration: 0 } }]),
    carryOut: (call, step) => carryOutCall(call, { ...asking, tools, missing: toolbox.missing, id: placeOf(step, call.callId), signal }),
  };
}

const sayDeparted = ({ user_name: name }: HeldRow): string =>
  `${name ?? 'The person it worked for'} may not use agents in this organization any more, so the run has ended. Branch it to continue it in your own name.`;

/** An agent may be restricted to some tools; every agent keeps the one that reads long results. */
function toolsFor(agent: AgentVersion | undefined, all: readonly Tool[]): readonly Tool[] {
  const { tools } = agent ?? { tools: null };
  return tools === null ? all : all.filter(({ name }) => tools.includes(name) || name === 'read_output');
}

/** If the model calls such a tool anyway, the call is denied under the rules in force then. */
const isRefusedAlways = ({ name, effect }: Tool, { level }: HeldRow, { role, policies }: Rules): boolean =>
  isRefusedWholly({ level, role, policies }, { tool: name, effect });

/** With a cost budget, only a model with a known price may take over. */
async function findFallback(run: HeldRow, models: Models): Promise<OpenModel | undefined> {
  const id = await models.fallbackOf(run.organization_id, run.model);
  const model = id === undefined ? undefined : await models.open(run.organization_id, id);
  return run.budget.cost !== undefined && !model?.price ? undefined : model;
}

/** A model may manage without its missing tools, but readers of the log must know why. Noted once, if its agent uses one of them. */
async function noteMissing({ unreachable }: Toolbox, agent: AgentVersion | undefined, held: HeldRun): Promise<void> {
  for (const { server, slug, reason } of unreachable) {
    if (!agent?.tools?.some((name) => name.startsWith(`${slug}__`))) continue;
    await noteOnce(held, 'tools_missing', `The tools of ${server} are missing: ${reason}`);
  }
}

async function noteOnce(held: HeldRun, code: string, message: string): Promise<void> {
  const said = held.state().turns.some((turn) => turn.kind === 'notice' && turn.message === message);
  if (!said) await held.mustAppend([{ type: 'notice', data: { code, message } }]);
}

const placeOf = ({ step, parts }: StepTurn, callId: string): string =>
  `${step}.${parts.filter((part) => part.kind === 'tool').findIndex((part) => part.callId === callId) + 1}`;

/** Counts model output that was paid for but lost when its server died. */
async function countLost(run: HeldRow, { instructions }: LoopPorts, held: HeldRun, { models }: Work): Promise<void> {
  const { turns } = held.state();
  const step = lastStep(turns);
  if (!step || step.end || step.cut || step.parts.length === 0 || !isWanted(turns, step)) return;
  const said = step.parts.reduce((sum, part) => sum + (part.kind === 'tool' ? (part.inputText ?? '') : part.text).length, 0);
  const price = (await models.open(run.organization_id, step.model))?.price;
  const model = { id: step.model, ...(price && { price }) };
  const { cut, spent } = estimateCut({ step: step.step, model, instructions, messages: toMessages(turns, step.model), said });
  await held.mustAppend([cut], spent);
}

/** @returns false if the run was interrupted too often and has failed */
async function noteInterruption(held: HeldRun): Promise<boolean> {
  if (held.state().interruptions >= MAX_INTERRUPTIONS) {
    await held.endFailed('interrupted', `The run was interrupted ${MAX_INTERRUPTIONS} times in a row. Retry it, or send a message.`);
    return false;
  }
  await held.mustAppend([{ type: 'notice', data: { code: 'resumed', message: 'Work goes on after an interruption.' } }]);
  return true;
}
