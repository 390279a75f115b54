/**
 * What people do to a plan, each as a function of the plan as it is: the agent may change it at the same moment, and then the same
 * is done to what it has become.
 */
import type { PlanStep, StepStatus } from '#features/runs/plan.ts';

/** @returns the plan afterwards; undefined when the step that it is about is no longer in it */
export type PlanEdit = (steps: readonly PlanStep[]) => PlanStep[] | undefined;

/** A step as somebody saw it. */
export interface Place {
  step: PlanStep;
  index: number;
}

export const addStep =
  (text: string): PlanEdit =>
  (steps) => [...steps, { text, status: 'open' }];

export const reword = (place: Place, text: string): PlanEdit => changeStep(place, (step) => ({ ...step, text }));

export const setStatus = (place: Place, status: StepStatus): PlanEdit => changeStep(place, (step) => ({ ...step, status }));

/** One place up or down; at the ends it stays. */
export const moveStep =
  (place: Place, by: -1 | 1): PlanEdit =>
  (steps) => {
    const from = find(steps, place);
    const step = steps[from];
    const other = steps[from + by];
    if (!step) return undefined;
    return other ? steps.with(from, other).with(from + by, step) : [...steps];
  };

const changeStep =
  (place: Place, change: (step: PlanStep) => PlanStep): PlanEdit =>
  (steps) => {
    const index = find(steps, place);
    const step = steps[index];
    return step && steps.with(index, change(step));
  };

/** A step is known by its words, and where two say the same by where it stood. */
function find(steps: readonly PlanStep[], { step, index }: Place): number {
  return steps[index]?.text === step.text ? index : steps.findIndex(({ text }) => text === step.text);
}

/** Steps with a key each that stays when they move. */
export function keySteps(steps: readonly PlanStep[]): { key: string; step: PlanStep }[] {
  const seen = new Map<string, number>();
  return steps.map((step) => {
    const count = (seen.get(step.text) ?? 0) + 1;
    seen.set(step.text, count);
    return { key: `${count} ${step.text}`, step };
  });
}
