/** Goals of runs: the constraints of a goal, and the plan shared by the run and people. */
import * as z from 'zod';
import { texts } from './input-texts.ts';

export const MAX_STEPS = 50;
export const MAX_STEP_TEXT = 500;
const MAX_STEP_NOTE = 1000;
export const MAX_CONSTRAINTS = 20;
export const MAX_CONSTRAINT = 500;

/** The goal itself is the run’s message. */
export interface Goal {
  constraints: string[];
}

const stepStatus = z.enum(['open', 'doing', 'done', 'dropped']);
export type StepStatus = z.infer<typeof stepStatus>;

type TextOf = (most: number) => z.ZodType<string, string>;

/**
 * @param text schema of a text with a maximum length
 * @param note the same, for notes
 */
export const planSteps = (text: TextOf, note = text) =>
  z
    .array(
      z.strictObject({
        text: text(MAX_STEP_TEXT),
        status: stepStatus.default('open'),
        /** Its outcome, or why it was dropped. */
        note: note(MAX_STEP_NOTE).optional(),
      }),
    )
    .max(MAX_STEPS, { error: () => texts.tooManySteps(MAX_STEPS) });

export const planStep = z.object({ text: z.string(), status: stepStatus, note: z.string().optional() });
export type PlanStep = z.infer<typeof planStep>;

export const isOpen = ({ status }: PlanStep): boolean => status === 'open' || status === 'doing';

/** Dropped steps do not count. */
export function progressOf(steps: readonly PlanStep[]): { done: number; all: number } {
  const kept = steps.filter(({ status }) => status !== 'dropped');
  return { done: kept.filter(({ status }) => status === 'done').length, all: kept.length };
}

const marks: Record<StepStatus, string> = { open: '[ ]', doing: '[~]', done: '[x]', dropped: '[-]' };

/** One step per line, for models and documents. */
export const writePlan = (steps: readonly PlanStep[]): string =>
  steps.map(({ text, status, note }) => `- ${marks[status]} ${onOneLine(text)}${note ? ` (${onOneLine(note)})` : ''}`).join('\n');

const onOneLine = (text: string): string => text.replaceAll(/\s+/g, ' ');

/** Result for a model that changed the plan without having seen a person’s change. */
export const describeChangedMeanwhile = (name: string, steps: readonly PlanStep[]): string =>
  `${name} changed the plan while you wrote this, so yours was not stored. The plan is now:\n${writePlan(steps)}\nSend it again with your changes.`;
