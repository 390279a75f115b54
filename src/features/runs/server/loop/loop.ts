/**
 * The agent loop: advances a run by one step from wherever its log ends, and says what is next. It knows no database: what it reads
 * and writes are its arguments, and a failed tool or model call is data in the log.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Budget } from '#features/agents/budget.ts';
import type { ModelError, OpenModel, ToolCall, ToolDescription } from '#features/models/server/model.ts';
import { lastStep, type StepTurn, type ToolPart } from '../../conversation.ts';
import type { EventData } from '../../events.ts';
import { type Allowance, allowanceOf, describeExhausted, exhausted, namedBound, outputAllowance } from '../budgets/allowance.ts';
import type { Reached } from '../budgets/daily.ts';
import type { ExecutionResult } from '../calls/call.ts';
import { hasUnanswered, isWanted, leavesPlanOpen, openCalls, PLAN_OPEN, type RunState } from '../log/run-state.ts';
import { texts } from '../texts/log.ts';
import { type Append, askModel } from './ask-model.ts';
import { describeOmitted, estimateTokens, type Fitted, fitContext } from './fit-context.ts';
import { toMessages } from './messages.ts';
import { askAboutOutcome, nextAction } from './next-action.ts';

/** Maximum tokens of one response. */
const MAX_OUTPUT_TOKENS = 16_000;
const MAX_ATTEMPTS = 4;
/** Longest delay, in ms, that a provider may request before a retry; beyond it the run fails or falls back. */
const MAX_WAIT_MS = 60_000;
/** Trim factor: each time a provider says that the conversation is too long, it gets this share of the previous size. */
const TRIM_FACTOR = 0.6;
const MAX_TRIMS = 3;

export interface LoopPorts {
  model: OpenModel;
  /** Another model to use if this one's provider fails. */
  fallback(): Promise<OpenModel | undefined>;
  instructions: string;
  /** The version of the project's instructions they contain. */
  instructionsVersion?: Extract<EventData, { type: 'step' }>['data']['instructions'];
  tools: readonly (ToolDescription & { server?: string })[];
  budget: Budget;
  /** Ends the step: on a stop, a shutdown, or when the run is lost to another server. */
  signal: AbortSignal;
  /** The run including everything stored through these ports. */
  state(): RunState;
  /** Stores the first events of a step; false if the log has newer events that must be read first. */
  begin(events: EventData[]): Promise<boolean>;
  append: Append;
  /** Stores a question and sets the run to waiting; false if the log has newer events. */
  ask(question: Extract<EventData, { type: 'question' }>): Promise<boolean>;
  /** Pauses the run until its budget is raised; false if the log has newer events. */
  pause(reached: Reached): Promise<boolean>;
  /** The daily budget that is used up, if any. */
  reachedToday(): Promise<Reached | undefined>;
  /** Executes one tool call and stores its result in one transaction, or asks. Never throws for an expected error of a tool. */
  execute(call: ToolPart, step: StepTurn): Promise<ExecutionResult>;
  /** Stores a result without executing the call. */
  resolve(call: ToolCall, outcome: { ok: boolean; output: string }): Promise<void>;
}

/**
 * `continue`: there is a next step; `done`: the model has finished and nothing is open; `failed`: an error event says why;
 * `waiting`: a question to a person is open.
 */
type StepOutcome = 'continue' | 'done' | 'failed' | 'waiting';

export async function advance(ports: LoopPorts): Promise<StepOutcome> {
  const { turns } = ports.state();
  const last = lastStep(turns);
  const wanted = last && isWanted(turns, last);
  if (last && wanted && openCalls(last).length > 0) return executeAll(ports);
  // A server died between the model’s response and the end of the run.
  if (last && wanted && isAnswer(last) && !hasUnanswered(ports.state())) return finish(ports);
  // A step left unfinished by a dead server or a failure is repeated under its number.
  const step = last && wanted && !last.end ? last.step : (last?.step ?? 0) + 1;
  const outcome = await withinTime(ports, (signal) => callModel(step, { ...ports, signal }));
  if (outcome !== 'asked') return outcome;
  const asked = lastStep(ports.state().turns);
  return asked && openCalls(asked).length > 0 ? executeAll(ports) : finish(ports);
}

/** A model that stops while its plan has open items is asked once to continue. */
async function finish(ports: LoopPorts): Promise<StepOutcome> {
  if (!leavesPlanOpen(ports.state())) return 'done';
  await ports.append([notice(PLAN_OPEN, texts.notices.planOpen)]);
  return 'continue';
}

/** Whether the model has finished without a tool call. */
const isAnswer = ({ end, parts }: StepTurn): boolean => end !== undefined && !parts.some((part) => part.kind === 'tool');

/** Ends a model call when the run's time budget is used up. */
async function withinTime(ports: LoopPorts, work: (signal: AbortSignal) => Promise<StepOutcome | 'asked'>): Promise<StepOutcome | 'asked'> {
  ports.signal.throwIfAborted();
  const { ms } = allowanceOf(ports.state().spending, ports.budget);
  // Not `AbortSignal.any`: such a signal checks all its sources each time it is read, which is once per token.
  const ending = new AbortController();
  const end = () => ending.abort(ports.signal.reason);
  const timer = setTimeout(() => ending.abort(), Math.max(1, Math.ceil(ms))).unref();
  ports.signal.addEventListener('abort', end, { once: true });
  try {
    return await work(ending.signal);
  } catch (error) {
    if (!ending.signal.aborted || ports.signal.aborted) throw error;
    return reachBudget(ports, reachedOfRun('ms', ports.budget));
  } finally {
    clearTimeout(timer);
    ports.signal.removeEventListener('abort', end);
  }
}

/** Executes the open calls of the newest step, one after the other. */
async function executeAll(ports: LoopPorts): Promise<StepOutcome> {
  for (;;) {
    ports.signal.throwIfAborted();
    const { turns } = ports.state();
    const step = lastStep(turns);
    const call = step && openCalls(step)[0];
    if (!call) return 'continue';
    const action = nextAction(turns, step, call);
    if (action.do === 'ask') return ask(ports, action.question);
    if (action.do === 'resolve') await ports.resolve(toCall(call), action);
    else {
      const result = await ports.execute(call, step);
      if (result === 'waiting') return 'waiting';
      if (result === 'moved_on') return 'continue';
      if (result !== 'stored') return ask(ports, askAboutOutcome(call, result.unknown));
    }
  }
}

const ask = async (ports: LoopPorts, data: Extract<EventData, { type: 'question' }>['data']): Promise<StepOutcome> =>
  (await ports.ask({ type: 'question', data })) ? 'waiting' : 'continue';

const toCall = ({ callId, tool, input }: ToolPart): ToolCall => ({ callId, tool, input });

/** Calls the model, retries where that may help, and falls back to another model if this one's provider fails. */
async function callModel(step: number, ports: LoopPorts): Promise<StepOutcome | 'asked'> {
  let { model } = ports;
  let attempt = 1;
  let trims = 0;
  for (;;) {
    // Before each call: the output of an interrupted attempt counts too.
    const allowance = allowanceOf(ports.state().spending, ports.budget);
    const reached = reachedOfRun(exhausted(allowance), ports.budget) ?? (await ports.reachedToday());
    if (reached) return reachBudget(ports, reached);
    const maxOutputTokens = outputAllowance(allowance, model.price, Math.min(MAX_OUTPUT_TOKENS, model.contextTokens / 4));
    const fitted = fit(model, maxOutputTokens, TRIM_FACTOR ** trims, ports);
    const begins: EventData = {
      type: 'step',
      data: { step, model: model.id, ...(ports.instructionsVersion !== undefined && { instructions: ports.instructionsVersion }) },
    };
    const begun = await ports.begin([...noticeLeftOut(fitted, ports), begins]);
    // A message that arrived since the log was read must be read first, or it would never be answered.
    if (!begun) return 'continue';
    const { messages } = fitted;
    const answer = await askModel({ ...ports, step, model, messages, maxOutputTokens });
    if ('calls' in answer) return 'asked';

    const { error } = answer;
    const wait = retryDelay(error, attempt);
    if (error.code === 'context_overflow' && trims < MAX_TRIMS) trims++;
    else if (wait !== undefined) {
      await ports.append([notice('retrying', texts.notices.retrying(error.message, wait, attempt, MAX_ATTEMPTS - 1))]);
      await sleep(wait, undefined, { signal: ports.signal });
      attempt++;
    } else {
      const other = failsByProvider(error) && model === ports.model ? await ports.fallback() : undefined;
      if (!other) return fail(ports, error.code, error.message);
      await ports.append([notice('fallback', texts.notices.fallback(error.message, other.id))]);
      model = other;
      attempt = 1;
    }
  }
}

function reachedOfRun<B extends keyof Allowance | undefined>(bound: B, budget: Budget): B extends undefined ? undefined : Reached;
function reachedOfRun(bound: keyof Allowance | undefined, budget: Budget): Reached | undefined {
  return bound && { scope: 'run', bound, limit: namedBound(bound, budget) ?? 0, message: describeExhausted(bound, budget) };
}

/** A person can raise a set budget once; a default limit applies per message, so another message continues the run instead. */
async function reachBudget(ports: LoopPorts, reached: Reached): Promise<StepOutcome> {
  const { scope, bound, limit, message, code = scope === 'run' ? 'budget_reached' : 'daily_budget_reached' } = reached;
  const raised = ports
    .state()
    .turns.some((turn) => turn.kind === 'resume' && turn.choice === 'raise' && turn.scope === scope && turn.bound === bound);
  if (limit === 0 || (raised && scope === 'run')) return fail(ports, code, message);
  return (await ports.pause(reached)) ? 'waiting' : 'continue';
}

function fit(model: OpenModel, maxOutputTokens: number, share: number, { instructions, tools, state }: LoopPorts): Fitted {
  const fixed = estimateTokens(instructions) + estimateTokens(JSON.stringify(tools));
  const tokenLimit = Math.max(1000, model.contextTokens - maxOutputTokens - fixed) * share;
  return fitContext(toMessages(state().turns, model.id), tokenLimit);
}

/** Notes the omission once, and again when it has grown. */
function noticeLeftOut({ left }: Fitted, { state }: LoopPorts): EventData[] {
  const message = describeOmitted(left);
  const said = state().turns.findLast((turn) => turn.kind === 'notice' && turn.code === 'context_trimmed');
  return message === undefined || (said?.kind === 'notice' && said.message === message) ? [] : [notice('context_trimmed', message)];
}

/** @returns delay before a retry, in ms; undefined if a retry is not worthwhile */
export function retryDelay({ temporary, retryAfterMs }: ModelError, attempt: number, random = Math.random): number | undefined {
  if (!temporary || attempt >= MAX_ATTEMPTS) return undefined;
  // Jitter, so that many runs do not retry at the same moment.
  const backoff = 1000 * 4 ** (attempt - 1) * (0.75 + random() / 2);
  const wait = Math.max(retryAfterMs ?? 0, retryAfterMs === undefined ? backoff : 0);
  return wait > MAX_WAIT_MS ? undefined : Math.round(wait);
}

const ownFaults = new Set<ModelError['code']>(['context_overflow', 'answer_too_long', 'request_refused']);
const failsByProvider = ({ code }: ModelError): boolean => !ownFaults.has(code);

async function fail(ports: LoopPorts, code: string, message: string): Promise<'failed'> {
  await ports.append([{ type: 'error', data: { code, message } }]);
  return 'failed';
}

const notice = (code: string, message: string): EventData => ({ type: 'notice', data: { code, message } });
