/** Settings of the runs that a schedule or trigger starts. */
import * as z from 'zod';
import { budget } from '#features/agents/budget.ts';
import { autonomyLevel } from '#features/policies/levels.ts';
import { id } from '#wire/contract.ts';
import { texts as wire } from '#wire/texts.ts';
import { goal } from './contract.ts';
import { texts } from './input-texts.ts';

const storable = z.string().refine((text) => text.isWellFormed() && !text.includes('\0'), { error: () => wire.input.notStorable });

const message = storable
  .trim()
  .min(1, { error: () => texts.noTask })
  .max(100_000, { error: () => texts.messageTooLong(100_000) });
const model = storable
  .trim()
  .min(1, { error: () => texts.noModel })
  .max(200, { error: () => wire.input.atMost(200) });

/** As sent in updates. */
export const changedRunSettings = {
  message: message.optional(),
  level: autonomyLevel.optional(),
  agentId: id.nullable().optional(),
  model: model.nullable().optional(),
  budget: budget.optional(),
  goal: goal.nullable().optional(),
};

/** As sent on creation. */
export const runSettings = {
  message,
  level: autonomyLevel,
  agentId: id.nullable().default(null),
  model: model.nullable().default(null),
  budget: budget.default({}),
  goal: goal.nullable().default(null),
};

/** As shown. */
export const shownRunSettings = {
  message: z.string(),
  level: autonomyLevel,
  /** Archived agents start nothing. */
  agent: z.object({ id, name: z.string(), archived: z.boolean() }).nullable(),
  /** Model id; null: the agent's model, or else the organization's default. */
  model: z.string().nullable(),
  budget,
  /** Null: a conversation rather than a goal. */
  goal: goal.nullable(),
};
const shown = z.object(shownRunSettings);
export type ShownRunSettings = z.infer<typeof shown>;
