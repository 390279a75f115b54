/** State of a run, derived from its log event by event. */
import { addEvent, type StepTurn, type ToolPart, type Turn } from '../../conversation.ts';
import type { EventType, RunEvent } from '../../events.ts';
import { isOpen, type PlanStep } from '../../plan.ts';
import { addSpending, nothingSpent, type Spending } from '../../spending.ts';

export interface RunState {
  turns: readonly Turn[];
  spending: Spending;
  /** Number of the newest event. */
  seq: number;
  /** It waits for a changed tool, and was not interrupted. */
  paused?: boolean;
  /** Type of the newest event, ignoring plan changes by people, which start and end nothing. */
  last?: EventType;
  /** Undefined until there is a plan. */
  plan?: { steps: PlanStep[]; version: number; by: { name: string } | null; seq: number };
  /** Interruptions since it last made progress. */
  interruptions: number;
}

export const emptyState: RunState = { turns: [], spending: nothingSpent, seq: 0, interruptions: 0 };

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
  const progressed = ['message', 'answer', 'resume', 'retry', 'step_end', 'tool_result'].includes(event.type);
  return progressed ? 0 : before;
}

/** Whether the log ends in the middle of something. */
export function wasInterrupted({ last, paused }: RunState): boolean {
  return !paused && last !== undefined && !['message', 'answer', 'resume', 'retry', 'branch', 'end'].includes(last);
}

/** Whether anyone has written since the last model call: the run is not done then. */
export function hasUnanswered({ turns }: RunState): boolean {
  const asked = turns.findLastIndex((turn) => turn.kind === 'message' || turn.kind === 'retry' || isAboutOpenPlan(turn));
  return asked > turns.findLastIndex((turn) => turn.kind === 'step');
}

/** Code of the notice with which a run starts to wait until an admin reviews a tool. */
export const TOOLS_CHANGED = 'tools_changed';

/** Code of the notice that asks the model about open plan items. */
export const PLAN_OPEN = 'plan_open';
export const isAboutOpenPlan = (turn: Turn): boolean => turn.kind === 'notice' && turn.code === PLAN_OPEN;

/** Whether there are open plan items that the model has not been asked about since the last message or plan change. */
export function leavesPlanOpen({ turns, plan }: RunState): boolean {
  if (!plan?.steps.some(isOpen)) return false;
  return turns.findLastIndex(isAboutOpenPlan) <= turns.findLastIndex((turn) => turn.kind === 'message' || turn.kind === 'plan');
}

/**
 * Whether the unfinished part of a step is still wanted. Not if the run has ended after it, unless a person has retried it from there;
 * and a branch does not continue anything unfinished in its source.
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

/** Tool calls of a finished step without a result, in order. */
export function openCalls(step: StepTurn): ToolPart[] {
  return step.end ? step.parts.filter((part) => part.kind === 'tool').filter((part) => !part.result) : [];
}

/** The version of a file that the run last read or wrote. */
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
