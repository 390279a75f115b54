import * as z from 'zod';
import { planSteps, progressOf } from '#features/runs/plan.ts';
import { defineTool } from '#features/tools/server/tool.ts';
import type { RunOutcome } from './call.ts';

const text = (most: number) => z.string().trim().min(1).max(most);
/** May be empty: many models send an empty note instead of none. */
const note = (most: number) => z.string().trim().max(most);

/** For runs that have a goal, regardless of the tools their agents may use. */
export const updatePlanTool = defineTool({
  name: 'update_plan',
  description:
    'Creates or replaces your plan: all steps in order, each with its status (open, doing, done, dropped) and an optional short note on the result.',
  input: z.strictObject({ steps: planSteps(text, note) }),
  effect: 'none',
  async execute(_, { steps }) {
    const { done, all } = progressOf(steps);
    const outcome: RunOutcome = {
      output: `Plan updated: ${done} of ${all} steps done.`,
      plan: steps.map(({ note, ...step }) => (note ? { ...step, note } : step)),
    };
    return outcome;
  },
});
