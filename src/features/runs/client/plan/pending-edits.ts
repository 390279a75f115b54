/** Edits of a plan that the server has not confirmed yet, and the plan they are shown on. */
import type { PlanStep } from '#features/runs/plan.ts';
import type { PlanEdit } from './edits.ts';

export interface Plan {
  steps: PlanStep[];
  version: number;
}

export interface PendingEdits {
  /** The newest plan that this page has stored, or shown an edit on. */
  base: Plan;
  edits: readonly PlanEdit[];
}

export const noPlan: Plan = { steps: [], version: 0 };

export const newer = (a: Plan, b: Plan): Plan => (b.version > a.version ? b : a);

/**
 * @param newest as the page showed it when the person edited; the base may be newer, if an edit was stored a moment ago and has not been
 * rendered yet
 */
export const addEdit = ({ base, edits }: PendingEdits, newest: Plan, edit: PlanEdit): PendingEdits => ({
  base: edits.length > 0 ? base : newer(base, newest),
  edits: [...edits, edit],
});

/** Takes the first edit out: it was stored in this plan; undefined: it could not be. */
export const settleEdit = ({ base, edits: [, ...rest] }: PendingEdits, stored: Plan | undefined): PendingEdits => ({
  base: stored ?? base,
  edits: rest,
});

/** The steps as shown: while edits are pending, on the plan they were made on, since a newer one may already include them. */
export const shownSteps = ({ base, edits }: PendingEdits, newest: Plan): readonly PlanStep[] =>
  edits.reduce<readonly PlanStep[]>((steps, edit) => edit(steps) ?? steps, (edits.length > 0 ? base : newest).steps);
