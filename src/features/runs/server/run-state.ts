/** A run as its log tells, read event by event. */
import { addEvent, type StepTurn, type ToolPart, type Turn } from '../conversation.ts';
import type { EventType, RunEvent } from '../events.ts';
import { addSpending, nothingSpent, type Spending } from '../spending.ts';

export interface RunState {
  turns: readonly Turn[];
  spending: Spending;
  /** Number of the newest event. */
  seq: number;
  /** Type of the newest event. */
  last?: EventType;
  /** How often it has been taken up again since it last got on. */
  interruptions: number;
}

export const unread: RunState = { turns: [], spending: nothingSpent, seq: 0, interruptions: 0 };

export function addToState(state: RunState, event: RunEvent): RunState {
  return {
    turns: addEvent(state.turns, event),
    spending: addSpending(state.spending, event),
    seq: event.seq,
    last: event.type,
    interruptions: countInterruptions(state.interruptions, event),
  };
}

function countInterruptions(before: number, event: RunEvent): number {
  if (event.type === 'notice' && event.data.code === 'resumed') return before + 1;
  const gotOn = ['message', 'answer', 'retry', 'step_end', 'tool_result'].includes(event.type);
  return gotOn ? 0 : before;
}

/** Did the log break off in the middle of something? */
export function brokeOff({ last }: RunState): boolean {
  return last !== undefined && !['message', 'answer', 'retry', 'branch', 'end'].includes(last);
}

/** Has somebody spoken since the model was last asked? Then the run is not done yet. */
export function hasUnanswered({ turns }: RunState): boolean {
  const asked = turns.findLastIndex((turn) => turn.kind === 'message' || turn.kind === 'retry');
  return asked > turns.findLastIndex((turn) => turn.kind === 'step');
}

/**
 * Is what is open of a step still wanted? Not once the run has come to an end after it, unless a person let it go on from
 * there; and a branch takes up nothing of what was open where it came from.
 */
export function isWanted(turns: readonly Turn[], step: StepTurn): boolean {
  let state: 'wanted' | 'ended' | 'over' = 'wanted';
  for (const turn of turns) {
    if (turn.seq <= step.seq || state === 'over') continue;
    if (turn.kind === 'branch') state = 'over';
    else if (turn.kind === 'end') state = 'ended';
    else if (state === 'ended' && turn.kind === 'message') state = 'over';
    else if (state === 'ended' && turn.kind === 'retry') state = 'wanted';
  }
  return state === 'wanted';
}

/** Tool calls of a finished step that have no result yet, in order. */
export function openCalls(step: StepTurn): ToolPart[] {
  return step.end ? step.parts.filter((part) => part.kind === 'tool').filter((part) => !part.result) : [];
}

/** The version of a file that the run has read or written last. */
export function seenVersion(turns: readonly Turn[], path: string): string | undefined {
  for (const turn of turns.toReversed()) {
    if (turn.kind !== 'step') continue;
    for (const part of turn.parts.toReversed()) {
      const seen = part.kind === 'tool' ? part.result?.seen?.find((file) => file.path === path) : undefined;
      if (seen) return seen.version;
    }
  }
  return undefined;
}
