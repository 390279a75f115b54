/**
 * Edits that people make to a plan, each as a function of the current plan: if the agent changes it at the same moment, the edit applies to
 * the changed plan.
 */
import type { PlanStep, StepStatus } from '#features/runs/plan.ts';

/** @returns the new plan; undefined if the step in question is gone */
export type PlanEdit = (steps: readonly PlanStep[]) => PlanStep[] | undefined;

/** A step as a person saw it. */
export interface Place {
  step: PlanStep;
  index: number;
}

export const addStep =
  (text: string): PlanEdit =>
  (steps) => [...steps, { text, status: 'open' }];

export const reword = (place: Place, text: string): PlanEdit => changeStep(place, (step) => ({ ...step, text }));

export const setStatus = (place: Place, status: StepStatus): PlanEdit => changeStep(place, (step) => ({ ...step, status }));

/** Moves a step up or down by one; does nothing at the ends. */
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

/** Finds a step by its text; if two are the same, by its position. */
function find(steps: readonly PlanStep[], { step, index }: Place): number {
  return steps[index]?.text === step.text ? index : steps.findIndex(({ text }) => text === step.text);
}

/** Gives each step a key that stays the same when it moves. */
export function keySteps(steps: readonly PlanStep[]): { key: string; step: PlanStep }[] {
  const seen = new Map<string, number>();
  return steps.map((step) => {
    const count = (seen.get(step.text) ?? 0) + 1;
    seen.set(step.text, count);
    return { key: `${count} ${step.text}`, step };
  });
}
