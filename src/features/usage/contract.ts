import * as z from 'zod';
import { endpointsOf, id } from '#wire/contract.ts';
import { texts } from './texts.ts';

const endpoint = endpointsOf('Usage');

/** Longest period, in days. */
export const MAX_DAYS = 400;
export const MAX_ROWS = 500;

/** A day in UTC: 2026-11-24. */
const day = z.iso.date();
const chosenDay = day.refine((text) => text >= '2000-01-01', { error: () => texts.day });
const count = z.int().min(0);

const amounts = {
  steps: count,
  inputTokens: count,
  outputTokens: count,
  /** US dollars, for usage with a known price; null if no price was known. */
  cost: z.number().nullable(),
  /** Some usage had no known price and is not in `cost`. */
  unpriced: z.boolean(),
};

const usageAmounts = z.object(amounts).meta({ id: 'UsageAmounts' });
export type UsageAmounts = z.infer<typeof usageAmounts>;

const usageDay = z.object({ day, ...amounts }).meta({ id: 'UsageDay' });
export type UsageDay = z.infer<typeof usageDay>;

const usageRow = z
  .object({
    /** Id of the project, the person or the model; null: all deleted ones, combined. */
    key: z.string().nullable(),
    label: z.string(),
    ...amounts,
  })
  .meta({ id: 'UsageRow' });
export type UsageRow = z.infer<typeof usageRow>;

/** An organization; from and to: days, both inclusive, by default the last 30; optionally one project or person. */
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
    /** `own`: only the caller's usage, since their role may not see more. */
    scope: z.enum(['own', 'organization']),
    from: day,
    to: day,
    total: usageAmounts,
    /** Every day of the period, including days without usage. */
    days: z.array(usageDay),
    /** Grouped by `by`, most used first; empty for `day`. */
    rows: z.array(usageRow),
    /** More rows with less usage were left out. */
    more: z.boolean(),
  })
  .meta({ id: 'Usage' });
export type Usage = z.infer<typeof usage>;

export const getUsage = endpoint({
  name: 'getUsage',
  method: 'GET',
  path: '/api/usage',
  summary: 'Get the usage of runs by day, and by project, person or model. Admins see the organization’s usage, others their own.',
  query: z.object({ ...selection, by: usageBy.default('day') }),
  replies: { 200: usage },
});

export const exportUsage = endpoint({
  name: 'exportUsage',
  method: 'GET',
  path: '/api/usage/export',
  priority: 'bulk',
  summary: 'Export usage as a CSV file, with one line per day, project, person and model.',
  query: z.object(selection),
  replies: { 200: 'bytes' },
  replyTypes: ['text/csv'],
});
/** Most rows per kind in today's usage. */
export const MAX_DAY_USES = 50;

/** Today's usage (UTC) of one organization, project or person that a policy can limit, and the limit. */
export const dayUse = z.object({
  id: id.nullable(),
  name: z.string(),
  tokens: z.int(),
  /** US dollars; null if no price was known. */
  cost: z.number().nullable(),
  budget: z.object({ tokens: z.int().optional(), cost: z.number().optional() }),
  /** A person has raised today's budget; `budget` includes the raise. */
  raised: z.boolean(),
});

export type DayUse = z.infer<typeof dayUse>;
