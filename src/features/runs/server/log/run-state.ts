/** A run as its log tells, read event by event. */
import { addEvent, type StepTurn, type ToolPart, type Turn } from '../../conversation.ts';
import type { EventType, RunEvent } from '../../events.ts';
import { isOpen, type PlanStep } from '../../plan.ts';
import { addSpending, nothingSpent, type Spending } from '../../spending.ts';

export interface RunState {
  turns: readonly Turn[];
  spending: Spending;
  /** Number of the newest event. */
  seq: number;
  /** It was let wait, not broken off: for a tool that has changed. */
  paused?: boolean;
  /** Type of the newest event; that people changed the plan begins and ends nothing. */
  last?: EventType;
  /** Undefined as long as nobody has made one. */
  plan?: { steps: PlanStep[]; version: number; by: { name: string } | null; seq: number };
  /** How often it has been taken up again since it last got on. */
  interruptions: number;
}

export const unread: RunState = { turns: [], spending: nothingSpent, seq: 0, interruptions: 0 };

export function addToState(state: RunState, event: RunEvent): RunState {
  return {
    turns: addEvent(state.turns, event),
    spending: addSpending(state.spending, event),
    seq: event.seq,
    ...(isPlanOfPerson(event) ? state.last && { last: state.last } : { last: event.type }),
    ...(event.type === 'plan' ? { plan: { ...event.data, seq: event.seq } } : state.plan && { plan: state.plan }),
    interruptions: countInterruptions(state.interruptions, event),
    ...(event.type === 'notice' && event.data.code === TOOLS_CHANGED && { paused: true }),
  };
}

const isPlanOfPerson = (event: RunEvent): boolean => event.type === 'plan' && event.data.by !== null;

function countInterruptions(before: number, event: RunEvent): number {
  if (event.type === 'notice' && event.data.code === 'resumed') return before + 1;
  const gotOn = ['message', 'answer', 'resume', 'retry', 'step_end', 'tool_result'].includes(event.type);
  return gotOn ? 0 : before;
}

/** Did the log break off in the middle of something? */
export function brokeOff({ last, paused }: RunState): boolean {
  return !paused && last !== undefined && !['message', 'answer', 'resume', 'retry', 'branch', 'end'].includes(last);
}

/** Has somebody spoken since the model was last asked? Then the run is not done yet. */
export function hasUnanswered({ turns }: RunState): boolean {
  const asked = turns.findLastIndex((turn) => turn.kind === 'message' || turn.kind === 'retry' || isAboutOpenPlan(turn));
  return asked > turns.findLastIndex((turn) => turn.kind === 'step');
}

/** Code of the notice with which a run waits for an admin to look at a tool. */
export const TOOLS_CHANGED = 'tools_changed';

/** Code of the notice by which the model is asked about steps that it has left open. */
export const PLAN_OPEN = 'plan_open';
export const isAboutOpenPlan = (turn: Turn): boolean => turn.kind === 'notice' && turn.code === PLAN_OPEN;

/** Are there open steps about which the model has not been asked since a person last said something, or changed them? */
export function leavesPlanOpen({ turns, plan }: RunState): boolean {
  if (!plan?.steps.some(isOpen)) return false;
  return turns.findLastIndex(isAboutOpenPlan) <= turns.findLastIndex((turn) => turn.kind === 'message' || turn.kind === 'plan');
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
