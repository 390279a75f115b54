import * as z from 'zod';
import { projectParams } from '#features/projects/contract.ts';
import { endpoint, id, instant } from '#wire/contract.ts';
import { runEvent } from './events.ts';

export const runStatus = z.enum(['queued', 'running', 'waiting', 'done', 'failed', 'stopped']);
export type RunStatus = z.infer<typeof runStatus>;
export const autonomyLevel = z.enum(['off', 'supervised', 'autonomous']);

/** What a run may use up before it stops by itself; what is left out has the server's default. */
export const budget = z.strictObject({
  steps: z.int().min(1).max(1000).optional(),
  tokens: z.int().min(1).max(100_000_000).optional(),
  minutes: z
    .number()
    .positive()
    .max(24 * 60)
    .optional(),
});
export type Budget = z.infer<typeof budget>;

export const run = z
  .object({
    id,
    projectId: id,
    status: runStatus,
    level: autonomyLevel,
    /** Id of the model. */
    model: z.string(),
    /** The first message, shortened. */
    title: z.string(),
    startedBy: z.object({ id: id.nullable(), name: z.string() }),
    createdAt: instant,
    changedAt: instant,
    /** Number of the newest event. */
    lastEvent: z.int(),
    inputTokens: z.int(),
    outputTokens: z.int(),
  })
  .meta({ id: 'Run' });
export type Run = z.infer<typeof run>;

const message = z
  .string()
  .trim()
  .min(1, 'Write a message.')
  .max(100_000, 'A message has at most 100,000 characters.')
  .refine((text) => text.isWellFormed() && !text.includes('\0'), 'The message contains a character that cannot be stored.');
const runParams = z.object({ runId: id });

export const startRun = endpoint({
  name: 'startRun',
  method: 'POST',
  path: '/api/projects/:projectId/runs',
  summary: 'Start a run: a message to an agent that works on the files of the project.',
  params: projectParams,
  body: z.strictObject({
    message,
    level: autonomyLevel.default('supervised'),
    model: z.string().max(200).optional(),
    budget: budget.optional(),
  }),
  replies: { 201: z.object({ run }) },
});

export const listRuns = endpoint({
  name: 'listRuns',
  method: 'GET',
  path: '/api/projects/:projectId/runs',
  summary: 'The runs of a project, newest first; `before`: the id of a run.',
  params: projectParams,
  query: z.object({ before: id.optional(), limit: z.coerce.number().int().min(1).max(100).default(50) }),
  replies: { 200: z.object({ runs: z.array(run), more: z.boolean() }) },
});

export const getRun = endpoint({
  name: 'getRun',
  method: 'GET',
  path: '/api/runs/:runId',
  summary: 'A run and its log.',
  params: runParams,
  replies: { 200: z.object({ run, events: z.array(runEvent) }) },
});

export const followRun = endpoint({
  name: 'followRun',
  method: 'GET',
  path: '/api/runs/:runId/events',
  summary: 'The log as server-sent events, from its start or after Last-Event-ID, until the run ends.',
  params: runParams,
  replies: { 200: 'events' },
});

export const sendMessage = endpoint({
  name: 'sendMessage',
  method: 'POST',
  path: '/api/runs/:runId/messages',
  summary: 'Send another message; a run that works takes it in at its next step, one that ended goes on.',
  params: runParams,
  body: z.strictObject({ message }),
  replies: { 202: z.object({ run }) },
});

export const stopRun = endpoint({
  name: 'stopRun',
  method: 'POST',
  path: '/api/runs/:runId/stop',
  summary: 'Stop a run, on whichever server it works.',
  params: runParams,
  replies: { 202: z.object({ run }) },
});
