/** A run's log read as a conversation. The screen and the model use the same reading of the log. */
import type { EventData, RunEvent } from './events.ts';

type DataOf<T extends EventData['type']> = Extract<EventData, { type: T }>['data'];
type Logged<T extends EventData['type']> = DataOf<T> & { seq: number; at: string };

/** A tool call and its state so far. */
export interface ToolPart {
  kind: 'tool';
  callId: string;
  tool: string;
  /** Undefined while the model is still writing it; `inputText` grows until then. */
  input?: unknown;
  inputText?: string;
  server?: string | undefined;
  intent?: Logged<'intent'>;
  question?: Logged<'question'>;
  answer?: Logged<'answer'>;
  result?: Logged<'tool_result'>;
  /** The plan after this call. */
  plan?: Logged<'plan'>;
}

export type Part = { kind: 'text'; text: string } | { kind: 'reasoning'; text: string } | ToolPart;

/** One model call, with its output and tool calls. */
export interface StepTurn {
  kind: 'step';
  seq: number;
  at: string;
  step: number;
  model: string;
  /** Absent in older logs. */
  instructions?: DataOf<'step'>['instructions'];
  parts: readonly Part[];
  /** Absent while the call is in progress. */
  end?: Logged<'step_end'>;
  /** The call was interrupted. */
  cut?: Logged<'step_cut'>;
}

type OwnTurn<T extends EventData['type']> = { kind: T } & Logged<T>;
export type Turn =
  | StepTurn
  | OwnTurn<'message'>
  | OwnTurn<'notice'>
  | OwnTurn<'error'>
  | OwnTurn<'end'>
  | OwnTurn<'retry'>
  | OwnTurn<'pause'>
  | OwnTurn<'resume'>
  | OwnTurn<'branch'>
  /** A plan as changed by a person; the agent’s own changes are with its tool calls. */
  | OwnTurn<'plan'>
  | OwnTurn<'report'>;

/** Adds one event to a conversation. Returns a new array; unchanged turns stay the same objects, so a screen renders only what is new. */
export function addEvent(turns: readonly Turn[], event: RunEvent): readonly Turn[] {
  const { seq, at } = event;
  switch (event.type) {
    case 'message':
    case 'notice':
    case 'error':
    case 'end':
    case 'retry':
    case 'pause':
    case 'resume':
    case 'branch':
    case 'report':
      return [...turns, { kind: event.type, seq, at, ...event.data } as Turn];
    case 'plan': {
      const plan = { seq, at, ...event.data };
      if (plan.callId !== undefined) return changeCall(turns, plan.callId, { plan });
      // When a person makes several changes in a row, only the last one counts.
      const last = turns.at(-1);
      const goesOn = last?.kind === 'plan' && last.by?.id === plan.by?.id;
      return [...(goesOn ? turns.slice(0, -1) : turns), { kind: 'plan', ...plan }];
    }
    case 'step': {
      const turn: StepTurn = { kind: 'step', seq, at, ...event.data, parts: [] };
      // A repeated step replaces the attempt that a failure or a dead server left unfinished.
      const index = turns.findLastIndex((t) => t.kind === 'step');
      const last = turns[index];
      const repeats = last?.kind === 'step' && last.step === turn.step && !last.end;
      return repeats ? [...turns.slice(0, index), ...turns.slice(index + 1), turn] : [...turns, turn];
    }
    case 'text':
    case 'reasoning':
      return changeStep(turns, (step) => ({ ...step, parts: addText(step.parts, event.type, event.data.text) }));
    case 'tool_input':
      return changeStep(turns, (step) => ({ ...step, parts: addInput(step.parts, event.data) }));
    case 'tool_call': {
      const { callId } = event.data;
      const call: ToolPart = { kind: 'tool', ...event.data };
      return changeStep(turns, (step) => ({ ...step, parts: [...step.parts.filter((part) => !isCall(part, callId)), call] }));
    }
    case 'intent':
    case 'question':
    case 'answer':
    case 'tool_result': {
      const key = event.type === 'tool_result' ? 'result' : event.type;
      return changeCall(turns, event.data.callId, { [key]: { seq, at, ...event.data } });
    }
    case 'step_end':
      return changeStep(turns, (step) => ({ ...step, parts: step.parts.filter(isComplete), end: { seq, at, ...event.data } }));
    case 'step_cut':
      return changeStep(turns, (step) => ({ ...step, cut: { seq, at, ...event.data } }));
  }
}

export function readLog(events: Iterable<RunEvent>): readonly Turn[] {
  let turns: readonly Turn[] = [];
  for (const event of events) turns = addEvent(turns, event);
  return turns;
}

export function lastStep(turns: readonly Turn[]): StepTurn | undefined {
  return turns.findLast((turn) => turn.kind === 'step');
}

/** A call that was dropped from an interrupted response may have partial input. */
const isComplete = (part: Part): boolean => part.kind !== 'tool' || Object.hasOwn(part, 'input');

const isCall = (part: Part, callId: string): part is ToolPart => part.kind === 'tool' && part.callId === callId;

function changeStep(turns: readonly Turn[], change: (step: StepTurn) => StepTurn): readonly Turn[] {
  const index = turns.findLastIndex((turn) => turn.kind === 'step');
  const step = turns[index];
  return step?.kind === 'step' ? turns.with(index, change(step)) : turns;
}

function changeCall(turns: readonly Turn[], callId: string, change: Partial<ToolPart>): readonly Turn[] {
  return changeStep(turns, (step) => ({
    ...step,
    parts: step.parts.map((part) => (isCall(part, callId) ? { ...part, ...change } : part)),
  }));
}

function addText(parts: readonly Part[], kind: 'text' | 'reasoning', text: string): readonly Part[] {
  const last = parts.at(-1);
  return last?.kind === kind ? parts.with(-1, { kind, text: last.text + text }) : [...parts, { kind, text }];
}

function addInput(parts: readonly Part[], { callId, tool, text }: DataOf<'tool_input'>): readonly Part[] {
  const index = parts.findIndex((part) => isCall(part, callId));
  const part = parts[index];
  if (part?.kind !== 'tool') return [...parts, { kind: 'tool', callId, tool, inputText: text }];
  return parts.with(index, { ...part, inputText: (part.inputText ?? '') + text });
}
