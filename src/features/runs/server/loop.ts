/**
 * The agent loop: reads the log, asks the model, carries out its tool calls, and says what is next. It knows no database: what
 * it reads and writes are its arguments, and a failure of a tool or model is data in the log.
 */
import {
  type Model,
  ModelError,
  type ModelMessage,
  type ModelRequest,
  type ToolCall,
  type ToolDescription,
} from '#features/models/server/model.ts';
import { readLog, type StepTurn, type Turn } from '../conversation.ts';
import type { EventData, RunEvent } from '../events.ts';
import { untilAborted } from './until-aborted.ts';

/** How often what the model says is stored and shown, in ms. */
const STORE_EVERY_MS = 100;

export interface LoopPorts {
  model: Model;
  /** Id of the model, for the log. */
  modelId: string;
  instructions: string;
  tools: readonly ToolDescription[];
  limits: { steps: number; tokens: number };
  /** Ends the step: a stop, a shutdown, or the run being lost to another server. */
  signal: AbortSignal;
  /** Stores the first event of a step; false when the log goes on beyond what was read, and has to be read first. */
  begin(step: EventData): Promise<boolean>;
  /** Stores events; throws when the run is lost, and then the loop must end. */
  append(events: EventData[], usage?: { inputTokens: number; outputTokens: number }): Promise<void>;
  /** Carries out one tool call and stores its result, in one transaction. Never throws for what a tool refuses. */
  carryOut(call: ToolCall): Promise<void>;
}

/** `continue`: there is a next step; `done`: the model has answered and nothing is open; `failed`: an error event says why. */
export type StepOutcome = 'continue' | 'done' | 'failed';

/** Has somebody spoken since the model was last asked? Then the run is not done yet. */
export function hasUnanswered(log: readonly RunEvent[]): boolean {
  return log.findLastIndex((event) => event.type === 'message') > log.findLastIndex((event) => event.type === 'step');
}

/** Takes a run one step further, from wherever its log ends. */
export async function advance(log: readonly RunEvent[], ports: LoopPorts): Promise<StepOutcome> {
  const turns = readLog(log);
  const last = turns.findLast((turn) => turn.kind === 'step');
  const open = last?.end ? openCalls(last) : [];
  if (last && open.length > 0 && !hasEndedSince(turns, last)) return carryOutAll(open, ports);

  const exceeded = exceededLimit(turns, ports.limits);
  if (exceeded) {
    await ports.append([{ type: 'error', data: { code: 'budget_reached', message: exceeded } }]);
    return 'failed';
  }
  // A step that a dead server left unfinished is done again under its number; one that a person has seen end stays as it is.
  const redo = last && !last.end && !hasEndedSince(turns, last);
  const step = redo ? last.step : (last?.step ?? 0) + 1;
  // A message that came since the log was read is in the next reading, or it would never be answered.
  if (!(await ports.begin({ type: 'step', data: { step, model: ports.modelId } }))) return 'continue';
  const calls = await callModel(step, turns, ports);
  if (calls === 'failed') return 'failed';
  return calls.length > 0 ? carryOutAll(calls, ports) : 'done';
}

async function carryOutAll(calls: ToolCall[], ports: LoopPorts): Promise<StepOutcome> {
  for (const call of calls) {
    ports.signal.throwIfAborted();
    await ports.carryOut(call);
  }
  return 'continue';
}

/** One model call, stored as it streams. */
async function callModel(step: number, turns: readonly Turn[], ports: LoopPorts): Promise<ToolCall[] | 'failed'> {
  const { model, instructions, tools, signal } = ports;
  const calls: ToolCall[] = [];
  let pending: EventData[] = [];
  let storedAt = performance.now();

  async function store(more: EventData[], usage?: { inputTokens: number; outputTokens: number }): Promise<void> {
    const events = [...pending, ...more];
    pending = [];
    storedAt = performance.now();
    if (events.length > 0) await ports.append(events, usage);
  }

  const request: ModelRequest = { instructions, messages: toMessages(turns), tools: [...tools], signal };
  try {
    for await (const part of untilAborted(model(request), signal)) {
      if (part.type === 'finish') {
        const { finish, inputTokens, outputTokens } = part;
        await store([{ type: 'step_end', data: { step, finish, inputTokens, outputTokens } }], { inputTokens, outputTokens });
        return calls;
      }
      if (part.type === 'tool_call') {
        const { callId, tool, input } = part;
        calls.push({ callId, tool, input });
        pending.push({ type: 'tool_call', data: { callId, tool, input } });
      } else {
        pending = addText(pending, part.type, part.text);
      }
      if (performance.now() - storedAt >= STORE_EVERY_MS) await store([]);
    }
    throw new ModelError('cut_off', 'The model’s answer broke off. Send a message to try again.');
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof ModelError)) throw error;
    await store([{ type: 'error', data: { code: error.code, message: error.message } }]);
    return 'failed';
  }
}

function addText(events: EventData[], type: 'text' | 'reasoning', text: string): EventData[] {
  const last = events.at(-1);
  if (last?.type !== type) return [...events, { type, data: { text } }];
  return events.with(-1, { type, data: { text: last.data.text + text } });
}

/** Tool calls of a finished step that have no result yet: a server died or was told to stop before it got to them. */
function openCalls(step: StepTurn): ToolCall[] {
  return step.parts.flatMap((part) =>
    part.kind === 'tool' && !part.result ? [{ callId: part.callId, tool: part.tool, input: part.input }] : [],
  );
}

/** Has the run come to an end since this step began? Then what is open of it is wanted no more. */
function hasEndedSince(turns: readonly Turn[], step: StepTurn): boolean {
  return turns.some((turn) => turn.kind === 'end' && turn.seq > step.seq);
}

function exceededLimit(turns: readonly Turn[], limits: LoopPorts['limits']): string | undefined {
  const since = turns.slice(turns.findLastIndex((turn) => turn.kind === 'message'));
  const steps = since.filter((turn) => turn.kind === 'step' && turn.end).length;
  if (steps >= limits.steps) return `The run has used its ${limits.steps} steps for this message. Send another message to let it go on.`;
  const tokens = turns.reduce(
    (sum, turn) => sum + (turn.kind === 'step' && turn.end ? turn.end.inputTokens + turn.end.outputTokens : 0),
    0,
  );
  if (tokens >= limits.tokens) return `The run has used its ${limits.tokens} tokens. Start a new run to go on.`;
  return undefined;
}

/** The conversation as the model is given it. An unfinished step is left out: it is about to be done again. */
export function toMessages(turns: readonly Turn[]): ModelMessage[] {
  const messages: ModelMessage[] = [];
  for (const turn of turns) {
    if (turn.kind === 'message') messages.push({ role: 'user', text: turn.text });
    if (turn.kind !== 'step' || !turn.end) continue;
    const text = turn.parts.map((part) => (part.kind === 'text' ? part.text : '')).join('');
    const tools = turn.parts.filter((part) => part.kind === 'tool');
    if (text === '' && tools.length === 0) continue;
    messages.push({ role: 'assistant', text, calls: tools.map(({ callId, tool, input }) => ({ callId, tool, input })) });
    if (tools.length === 0) continue;
    const results = tools.map(({ callId, tool, result }) => ({
      callId,
      tool,
      output: result?.output ?? 'This was not carried out: the run was stopped.',
      ok: result?.ok ?? false,
    }));
    messages.push({ role: 'tool', results });
  }
  return messages;
}
