/**
 * What a run's log says, as a conversation. The screen shows it, the model is given it: one reading of the log for both.
 */
import type { EventData, RunEvent } from './events.ts';

type DataOf<T extends EventData['type']> = Extract<EventData, { type: T }>['data'];
type Logged<T extends EventData['type']> = DataOf<T> & { seq: number; at: string };

/** A tool call, with what has become of it so far. */
export interface ToolPart {
  kind: 'tool';
  callId: string;
  tool: string;
  /** Undefined while the model is still writing it: then `inputText` grows. */
  input?: unknown;
  inputText?: string;
  server?: string | undefined;
  intent?: Logged<'intent'>;
  question?: Logged<'question'>;
  answer?: Logged<'answer'>;
  result?: Logged<'tool_result'>;
  /** The plan as this call has left it. */
  plan?: Logged<'plan'>;
}

export type Part = { kind: 'text'; text: string } | { kind: 'reasoning'; text: string } | ToolPart;

/** One model call, with what it said and asked for. */
export interface StepTurn {
  kind: 'step';
  seq: number;
  at: string;
  step: number;
  model: string;
  /** Absent in logs of the time before. */
  instructions?: DataOf<'step'>['instructions'];
  parts: readonly Part[];
  /** Absent while the call goes on. */
  end?: Logged<'step_end'>;
  /** It broke off. */
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
  /** As a person has left it; the agent’s own is with its tool call. */
  | OwnTurn<'plan'>
  | OwnTurn<'report'>;

/**
 * Adds one event to a conversation. Returns a new array; turns that did not change stay the same objects, so that a screen
 * draws only what is new.
 */
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
      // Who makes several changes in a row has said what they want once the last is made.
      const last = turns.at(-1);
      const goesOn = last?.kind === 'plan' && last.by?.id === plan.by?.id;
      return [...(goesOn ? turns.slice(0, -1) : turns), { kind: 'plan', ...plan }];
    }
    case 'step': {
      const turn: StepTurn = { kind: 'step', seq, at, ...event.data, parts: [] };
      // A repeated step takes the place of the attempt that a failure or a dead server left unfinished.
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

/** The input of a call that was left out of an answer may have begun. */
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
