import * as z from 'zod';
import { budget } from '#features/agents/budget.ts';
import { change } from '#features/files/contract.ts';
import { autonomyLevel } from '#features/policies/levels.ts';
import { projectParams } from '#features/projects/contract.ts';
import { endpointsOf, fromZero, id, instant } from '#wire/contract.ts';
import { texts as wire } from '#wire/texts.ts';
import { answerChoice, eventData, RUN_ERROR, runEvent } from './events.ts';
import { texts } from './input-texts.ts';
import { MAX_CONSTRAINT, MAX_CONSTRAINTS, planSteps } from './plan.ts';

const endpoint = endpointsOf('Runs');

export const runStatus = z.enum(['queued', 'running', 'waiting', 'done', 'failed', 'stopped']);
export type RunStatus = z.infer<typeof runStatus>;

/** What started it: a person, or something acting on behalf of one. */
export const originKind = z.enum(['person', 'schedule', 'trigger']);
export type OriginKind = z.infer<typeof originKind>;
/** Nothing more happens until a person continues it. */
export const hasEnded = (status: RunStatus): boolean => status === 'done' || status === 'failed' || status === 'stopped';

const run = z
  .object({
    id,
    projectId: id,
    status: runStatus,
    level: autonomyLevel,
    /** Model id. */
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
    /** US dollars; null while no price is known. */
    cost: z.number().nullable(),
    budget,
    /** Constraints while it works towards the first message; null if it has no goal. */
    goal: z.object({ constraints: z.array(z.string()) }).nullable(),
    /** The agent, and the version of it that the run uses. */
    agent: z.object({ id, name: z.string(), version: z.int() }).nullable(),
    /** The run this one was branched from, and the number of the event. */
    branchedFrom: z.object({ runId: id, event: z.int() }).nullable(),
    /** What started it, on behalf of `startedBy`. */
    origin: z.object({ kind: originKind, id: id.nullable(), name: z.string().nullable() }),
    /** Paused until autonomy is switched on again. */
    held: z.boolean(),
  })
  .meta({ id: 'Run' });
export type Run = z.infer<typeof run>;

const storable = z.string().refine((text) => text.isWellFormed() && !text.includes('\0'), { error: () => wire.input.notStorable });
const message = storable
  .trim()
  .min(1, { error: () => texts.noMessage })
  .max(100_000, { error: () => texts.messageTooLong(100_000) });
/** The author's time zone, as reported by the browser; the agent gets dates and times in it. UTC if absent. */
const timeZone = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_+/-]{0,99}$/, { error: () => texts.timeZone })
  .optional();
const shortText = (most: number) =>
  storable
    .trim()
    .min(1, { error: () => texts.empty })
    .max(most, { error: () => wire.input.atMost(most) });
/** Turns a run’s message into a goal. */
export const goal = z.strictObject({
  constraints: z.array(shortText(MAX_CONSTRAINT)).max(MAX_CONSTRAINTS, { error: () => texts.tooManyConstraints(MAX_CONSTRAINTS) }),
});
const MAX_SEQ = 2 ** 31 - 1;
const runParams = z.object({ runId: id });

export const startRun = endpoint({
  name: 'startRun',
  method: 'POST',
  path: '/api/projects/:projectId/runs',
  summary: 'Start a run: a message to an agent that works on the project’s files.',
  params: projectParams,
  body: z.strictObject({
    message,
    /** Defaults to the agent's level; without an agent, to supervised. */
    level: autonomyLevel.optional(),
    agentId: id.optional(),
    model: storable.max(200).optional(),
    budget: budget.optional(),
    goal: goal.optional(),
    timeZone,
  }),
  idempotent: true,
  replies: { 201: z.object({ run }) },
});

export const listRuns = endpoint({
  name: 'listRuns',
  method: 'GET',
  path: '/api/projects/:projectId/runs',
  summary: 'List a project’s runs, newest first. `before`: the id of a run.',
  params: projectParams,
  query: z.object({ before: id.optional(), limit: z.coerce.number().int().min(1).max(100).default(50) }),
  replies: { 200: z.object({ runs: z.array(run), more: z.boolean() }) },
});

export const getRun = endpoint({
  name: 'getRun',
  method: 'GET',
  path: '/api/runs/:runId',
  summary: 'Get a run and its log. `after`: the number of an event. `limit`: the maximum number of events.',
  params: runParams,
  query: z.object({
    after: fromZero(MAX_SEQ),
    limit: z.coerce.number().int().min(1).max(10_000).default(10_000),
  }),
  replies: { 200: z.object({ run, events: z.array(runEvent), more: z.boolean() }) },
});

export const followRun = endpoint({
  name: 'followRun',
  method: 'GET',
  path: '/api/runs/:runId/events',
  summary:
    'Stream the log as server-sent events, from the start or after Last-Event-ID or `after`, until the run ends. Returns 204 if Last-Event-ID names the last event of a run that has ended. An event of type `error` is sent as `run_error`.',
  params: runParams,
  query: z.object({
    // A browser cannot send a last event id with its first request.
    after: fromZero(MAX_SEQ),
    /** Clients of the previous version do not send this, and still get `error`. */
    errorEvent: z.literal(RUN_ERROR).optional(),
  }),
  replies: { 200: 'events', 204: 'empty' },
});

export const sendMessage = endpoint({
  name: 'sendMessage',
  method: 'POST',
  path: '/api/runs/:runId/messages',
  summary: 'Send another message. A run at work picks it up at its next step; a run that has ended resumes.',
  params: runParams,
  body: z.strictObject({ message, timeZone }),
  idempotent: true,
  replies: { 202: z.object({ run }) },
});

export const stopRun = endpoint({
  name: 'stopRun',
  method: 'POST',
  path: '/api/runs/:runId/stop',
  priority: 'critical',
  summary: 'Stop a run, whichever server it is on.',
  params: runParams,
  replies: { 202: z.object({ run }) },
});

export const retryRun = endpoint({
  name: 'retryRun',
  method: 'POST',
  path: '/api/runs/:runId/retry',
  summary: 'Resume a failed or stopped run from the step where it broke off, optionally with a larger budget or another model.',
  params: runParams,
  body: z.strictObject({ budget: budget.optional(), model: storable.max(200).optional() }),
  idempotent: true,
  replies: { 202: z.object({ run }) },
});

export const changePlan = endpoint({
  name: 'changePlan',
  method: 'PUT',
  path: '/api/runs/:runId/plan',
  summary:
    'Change the plan of a run that has a goal and has not ended. `version`: the version it is based on, or 0 if there is none yet. 409 `plan_changed` includes the current plan.',
  params: runParams,
  body: z.strictObject({ steps: planSteps(shortText), version: z.int().min(0).max(MAX_SEQ) }),
  replies: { 200: z.object({ plan: eventData.plan }) },
});

export const answerQuestion = endpoint({
  name: 'answerQuestion',
  method: 'POST',
  path: '/api/runs/:runId/answers',
  summary: 'Answer a waiting run’s question about a tool call. The first answer counts.',
  params: runParams,
  body: z.strictObject({ callId: storable.min(1).max(500), choice: answerChoice, note: storable.trim().min(1).max(2000).optional() }),
  replies: { 202: z.object({ run }) },
});

export const branchRun = endpoint({
  name: 'branchRun',
  method: 'POST',
  path: '/api/runs/:runId/branches',
  summary: 'Start another run with the conversation up to one of the messages (`event`), and a different message from there.',
  params: runParams,
  body: z.strictObject({ event: z.int().min(1).max(MAX_SEQ), message, model: storable.max(200).optional(), timeZone }),
  idempotent: true,
  replies: { 201: z.object({ run }) },
});

export const revertRun = endpoint({
  name: 'revertRun',
  method: 'POST',
  path: '/api/runs/:runId/revert',
  summary: 'Undo all file changes of a run as one change. 409 names the paths that have changed since and cannot be merged.',
  params: runParams,
  replies: { 201: z.object({ change }) },
});

export const exportRun = endpoint({
  name: 'exportRun',
  method: 'GET',
  path: '/api/runs/:runId/export',
  priority: 'bulk',
  summary: 'Export a complete run as a file, for reading (`markdown`) or processing (`json`).',
  params: runParams,
  query: z.object({ format: z.enum(['markdown', 'json']).default('markdown') }),
  replies: { 200: 'bytes' },
  replyTypes: ['text/markdown', 'application/json'],
});

export const readOutput = endpoint({
  name: 'readOutput',
  method: 'GET',
  path: '/api/runs/:runId/outputs/:outputId',
  summary: 'Read part of a tool result that is too long for the log. `from` and `length` are in characters, starting at 0.',
  params: runParams.extend({
    outputId: z
      .string()
      .regex(/^\d+\.\d+$/)
      .max(40),
  }),
  query: z.object({
    from: fromZero(MAX_SEQ),
    length: z.coerce.number().int().min(1).max(100_000).default(30_000),
  }),
  replies: { 200: z.object({ text: z.string(), characters: z.int() }) },
});
