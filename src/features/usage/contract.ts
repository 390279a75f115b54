import * as z from 'zod';
import { endpointsOf, id } from '#wire/contract.ts';

const endpoint = endpointsOf('Usage');

/** Days that can be looked at together. */
export const MAX_DAYS = 400;
export const MAX_ROWS = 500;

/** A day in UTC: 2026-11-24. */
const day = z.iso.date();
const chosenDay = day.refine((text) => text >= '2000-01-01', 'Choose a day after 1999.');
const count = z.int().min(0);

const amounts = {
  steps: count,
  inputTokens: count,
  outputTokens: count,
  /** US dollars, as far as prices were known; null where none was. */
  cost: z.number().nullable(),
  /** Some of it was spent at a price that nobody had told, and is not in `cost`. */
  unpriced: z.boolean(),
};

const usageAmounts = z.object(amounts).meta({ id: 'UsageAmounts' });
export type UsageAmounts = z.infer<typeof usageAmounts>;

const usageDay = z.object({ day, ...amounts }).meta({ id: 'UsageDay' });
export type UsageDay = z.infer<typeof usageDay>;

const usageRow = z
  .object({
    /** Id of the project, the person or the model; null: those that are gone, together. */
    key: z.string().nullable(),
    label: z.string(),
    ...amounts,
  })
  .meta({ id: 'UsageRow' });
export type UsageRow = z.infer<typeof usageRow>;

/** An organization; from and to: days, both included, by default the last 30; a project's or a person's alone. */
const selection = {
  organization: id.optional(),
  from: chosenDay.optional(),
  to: chosenDay.optional(),
  project: id.optional(),
  user: id.optional(),
};

const usageBy = z.enum(['day', 'project', 'user', 'model']);
export type UsageBy = z.infer<typeof usageBy>;

const usage = z
  .object({
    /** `own`: of who asks alone, whose role shows them no more. */
    scope: z.enum(['own', 'organization']),
    from: day,
    to: day,
    total: usageAmounts,
    /** Every day of the period, also those on which nothing was used. */
    days: z.array(usageDay),
    /** What was asked for by `by`, the most used first; none for `day`. */
    rows: z.array(usageRow),
    /** There are further rows, used less. */
    more: z.boolean(),
  })
  .meta({ id: 'Usage' });
export type Usage = z.infer<typeof usage>;

export const getUsage = endpoint({
  name: 'getUsage',
  method: 'GET',
  path: '/api/usage',
  summary: 'What runs have used by day, and by project, person or model. Admins see the organization’s, others their own.',
  query: z.object({ ...selection, by: usageBy.default('day') }),
  replies: { 200: usage },
});

export const exportUsage = endpoint({
  name: 'exportUsage',
  method: 'GET',
  path: '/api/usage/export',
  summary: 'The same as a CSV file: a line for each day, project, person and model.',
  query: z.object(selection),
  replies: { 200: 'bytes' },
  replyTypes: ['text/csv'],
});
/** Rows of each kind that tell what was used today, at most. */
export const MAX_DAY_USES = 50;

/** What was used today (UTC) by one of those whose use a policy may bound, and the bound. */
export const dayUse = z.object({
  id: id.nullable(),
  name: z.string(),
  tokens: z.int(),
  /** US dollars; null where no price was known. */
  cost: z.number().nullable(),
  budget: z.object({ tokens: z.int().optional(), cost: z.number().optional() }),
  /** A person has raised the budget for today, which counts in `budget`. */
  raised: z.boolean(),
});

export type DayUse = z.infer<typeof dayUse>;
