/** Settings of the runs that a schedule or trigger starts. */
import * as z from 'zod';
import { budget } from '#features/agents/budget.ts';
import { autonomyLevel } from '#features/policies/levels.ts';
import { id } from '#wire/contract.ts';
import { goal } from './contract.ts';

const storable = z
  .string()
  .refine((text) => text.isWellFormed() && !text.includes('\0'), 'This contains a character that cannot be stored.');

const message = storable.trim().min(1, 'Say what the run is to do.').max(100_000, 'A message has at most 100,000 characters.');
const model = storable.trim().min(1, 'Name a model.').max(200, 'Use at most 200 characters.');

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
