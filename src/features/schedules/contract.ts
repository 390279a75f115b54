/** Schedules start runs at set times. */
import * as z from 'zod';
import { newName } from '#features/accounts/contract.ts';
import { projectParams } from '#features/projects/contract.ts';
import { runStatus } from '#features/runs/contract.ts';
import { changedRunSettings, runSettings, shownRunSettings } from '#features/runs/run-settings.ts';
import { endpointsOf, id, instant } from '#wire/contract.ts';
import { role } from '#wire/role.ts';
import { readCron } from './cron.ts';
import { texts } from './texts.ts';
import { isTimezone } from './times.ts';

const endpoint = endpointsOf('Schedules');

/** Per project. */
export const MAX_SCHEDULES = 100;
/** Most schedules of an organization in one list. */
export const MAX_LISTED = 1000;
const OCCURRENCES_PER_PAGE = 50;
/** Days for which occurrences are stored. */
export const KEPT_DAYS = 90;
/** A due time is missed if no server polled for longer than this. */
export const MISSED_AFTER_SECONDS = 60;

const cron = z
  .string()
  .trim()
  .max(200, { error: () => texts.input.cronTooLong(200) })
  .superRefine((text, context) => {
    const read = readCron(text);
    if ('problem' in read) context.addIssue({ code: 'custom', message: read.problem });
  });
const timezone = z
  .string()
  .max(100, { error: () => texts.input.timezoneTooLong(100) })
  .refine(isTimezone, { error: () => texts.input.timezone });

/** What to do about times when no server was up: one entry in the history, or one run for all of them. */
const missedPolicy = z.enum(['skip', 'once']);
export type MissedPolicy = z.infer<typeof missedPolicy>;

/** The outcome of one due time, or of several that were missed together. */
const occurrence = z
  .object({
    dueAt: instant,
    /** When it was processed. */
    at: instant,
    status: z.enum(['started', 'skipped', 'missed', 'failed']),
    /** Why no run was started, or why it started late. */
    reason: z.string().nullable(),
    /** A person started it outside its times. */
    manual: z.boolean(),
    /** It stands for `count` missed due times; the last one is `dueAt`. */
    missed: z.object({ count: z.int(), since: instant }).nullable(),
    run: z.object({ id, title: z.string(), status: runStatus }).nullable(),
  })
  .meta({ id: 'ScheduleOccurrence' });
export type Occurrence = z.infer<typeof occurrence>;

const schedule = z
  .object({
    id,
    project: z.object({ id, name: z.string() }),
    name: z.string(),
    cron: z.string(),
    timezone: z.string(),
    ...shownRunSettings,
    missed: missedPolicy,
    /** Whether a run may start while the previous one is unfinished. */
    overlap: z.boolean(),
    /** The person on whose behalf, and with whose rights, its runs work: the one who created it or last changed what they do. */
    onBehalfOf: z.object({ id: id.nullable(), name: z.string(), role: role.nullable() }),
    pausedAt: instant.nullable(),
    /** Null while it is paused. */
    nextAt: instant.nullable(),
    /** Increases with every change. */
    version: z.int(),
    createdAt: instant,
    changedAt: instant,
    last: occurrence.nullable(),
  })
  .meta({ id: 'Schedule' });
export type Schedule = z.infer<typeof schedule>;

/** A schedule in the list of an organization. */
const scheduleEntry = schedule.omit({ message: true, goal: true }).meta({ id: 'ScheduleEntry' });
export type ScheduleEntry = z.infer<typeof scheduleEntry>;

const params = z.object({ scheduleId: id });

export const listSchedules = endpoint({
  name: 'listSchedules',
  method: 'GET',
  path: '/api/projects/:projectId/schedules',
  summary: 'List a project’s schedules, next due first, each with its last occurrence.',
  params: projectParams,
  replies: { 200: z.object({ schedules: z.array(schedule) }) },
});

export const listAllSchedules = endpoint({
  name: 'listAllSchedules',
  method: 'GET',
  path: '/api/schedules',
  summary: 'List an organization’s schedules, next due first, without their messages and goals.',
  query: z.object({ organization: id.optional() }),
  replies: { 200: z.object({ schedules: z.array(scheduleEntry) }) },
});

const newSchedule = z.strictObject({
  /** If omitted, the beginning of the message. */
  name: newName(100).optional(),
  cron,
  timezone,
  ...runSettings,
  missed: missedPolicy.default('skip'),
  overlap: z.boolean().default(false),
});
export type NewSchedule = z.infer<typeof newSchedule>;

export const createSchedule = endpoint({
  name: 'createSchedule',
  method: 'POST',
  path: '/api/projects/:projectId/schedules',
  summary:
    'Start a run at every time matched by a five-field cron expression in a time zone, on behalf of the schedule’s creator. Each time is handled exactly once, however many servers there are.',
  params: projectParams,
  body: newSchedule,
  replies: { 201: z.object({ schedule }) },
});

export const getSchedule = endpoint({
  name: 'getSchedule',
  method: 'GET',
  path: '/api/schedules/:scheduleId',
  summary: 'Get a schedule.',
  params,
  replies: { 200: z.object({ schedule }) },
});

const scheduleChanges = z
  .strictObject({
    /** The version that the change is based on; 409 with the current schedule if there is a newer one. */
    basedOn: z
      .int()
      .min(1)
      .max(2 ** 31 - 1)
      .optional(),
    name: newName(100).optional(),
    paused: z.boolean().optional(),
    cron: cron.optional(),
    timezone: timezone.optional(),
    ...changedRunSettings,
    missed: missedPolicy.optional(),
    overlap: z.boolean().optional(),
  })
  .refine(({ basedOn: _, ...changes }) => Object.keys(changes).length > 0, { error: () => texts.input.nothing });
export type ScheduleChanges = z.infer<typeof scheduleChanges>;

export const changeSchedule = endpoint({
  name: 'changeSchedule',
  method: 'PATCH',
  path: '/api/schedules/:scheduleId',
  summary:
    'Update the given fields. Changing anything except its name or whether it is paused makes its runs work on the caller’s behalf. Allowed for the person it works for, and for admins.',
  params,
  body: scheduleChanges,
  replies: { 200: z.object({ schedule }) },
});

export const deleteSchedule = endpoint({
  name: 'deleteSchedule',
  method: 'DELETE',
  path: '/api/schedules/:scheduleId',
  summary: 'Delete a schedule with its history. Runs it started are kept.',
  params,
  replies: { 204: 'empty' },
});

export const runSchedule = endpoint({
  name: 'runSchedule',
  method: 'POST',
  path: '/api/schedules/:scheduleId/run',
  summary:
    'Start its run now, outside its schedule, on behalf of the person it works for. Returns 409 while a run is unfinished, unless overlap is allowed.',
  params,
  idempotent: true,
  replies: { 201: z.object({ occurrence }) },
});

export const listOccurrences = endpoint({
  name: 'listOccurrences',
  method: 'GET',
  path: '/api/schedules/:scheduleId/occurrences',
  summary: `List a schedule’s occurrences, newest first. They are kept for ${KEPT_DAYS} days. \`before\`: a due time.`,
  params,
  query: z.object({
    // PostgreSQL has no year 0.
    before: instant.refine((text) => !text.startsWith('0000'), { error: () => texts.input.year }).optional(),
    limit: z.coerce.number().int().min(1).max(100).default(OCCURRENCES_PER_PAGE),
  }),
  replies: { 200: z.object({ occurrences: z.array(occurrence), more: z.boolean() }) },
});

export const listScheduleTimes = endpoint({
  name: 'listScheduleTimes',
  method: 'GET',
  path: '/api/schedule-times',
  summary: 'List the next times matched by a cron expression in a time zone, with a description in words if a short one exists.',
  query: z.object({ cron, timezone, count: z.coerce.number().int().min(1).max(100).default(5) }),
  replies: { 200: z.object({ times: z.array(instant), words: z.string().nullable() }) },
});

/** A due time of a schedule. */
export const nextStart = z.object({ scheduleId: id, name: z.string(), projectId: id, projectName: z.string(), at: instant });

export type NextStart = z.infer<typeof nextStart>;
