/**
 * What a run's log says, as a conversation. The screen shows it, the model is given it: one reading of the log for both.
 */
import type { EventData, RunEvent } from './events.ts';

type DataOf<T extends EventData['type']> = Extract<EventData, { type: T }>['data'];

export type Part =
  | { kind: 'text'; text: string }
  | { kind: 'reasoning'; text: string }
  | { kind: 'tool'; callId: string; tool: string; input: unknown; result?: DataOf<'tool_result'> };

/** One model call, with what it said and asked for. */
export interface StepTurn {
  kind: 'step';
  seq: number;
  at: string;
  step: number;
  model: string;
  parts: readonly Part[];
  /** Absent while the call goes on. */
  end?: DataOf<'step_end'>;
}

export type Turn =
  | ({ kind: 'message'; seq: number; at: string } & DataOf<'message'>)
  | StepTurn
  | ({ kind: 'notice'; seq: number; at: string } & DataOf<'notice'>)
  | ({ kind: 'error'; seq: number; at: string } & DataOf<'error'>)
  | ({ kind: 'end'; seq: number; at: string } & DataOf<'end'>);

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
      return [...turns, { kind: event.type, seq, at, ...event.data } as Turn];
    case 'step': {
      const turn: StepTurn = { kind: 'step', seq, at, ...event.data, parts: [] };
      // A repeated step takes the place of the attempt that a dead server left unfinished.
      const unfinished = turns.findLastIndex((t) => t.kind === 'step' && t.step === turn.step && !t.end);
      return [...turns.filter((_, index) => index !== unfinished), turn];
    }
    case 'text':
    case 'reasoning':
      return changeStep(turns, (step) => ({ ...step, parts: addText(step.parts, event.type, event.data.text) }));
    case 'tool_call':
      return changeStep(turns, (step) => ({ ...step, parts: [...step.parts, { kind: 'tool', ...event.data }] }));
    case 'tool_result':
      return changeStep(turns, (step) => ({
        ...step,
        parts: step.parts.map((part) =>
          part.kind === 'tool' && part.callId === event.data.callId ? { ...part, result: event.data } : part,
        ),
      }));
    case 'step_end':
      return changeStep(turns, (step) => ({ ...step, end: event.data }));
  }
}

export function readLog(events: Iterable<RunEvent>): readonly Turn[] {
  let turns: readonly Turn[] = [];
  for (const event of events) turns = addEvent(turns, event);
  return turns;
}

function changeStep(turns: readonly Turn[], change: (step: StepTurn) => StepTurn): readonly Turn[] {
  const index = turns.findLastIndex((turn) => turn.kind === 'step');
  const step = turns[index];
  return step?.kind === 'step' ? turns.with(index, change(step)) : turns;
}

function addText(parts: readonly Part[], kind: 'text' | 'reasoning', text: string): readonly Part[] {
  const last = parts.at(-1);
  return last?.kind === kind ? parts.with(-1, { kind, text: last.text + text }) : [...parts, { kind, text }];
}
