/**
 * Schedules start runs at set times, on behalf of a person and with that person's rights. Each due time becomes one occurrence: a run, or
 * the reason why none was started.
 */
import { v7 as uuid } from 'uuid';
import type { Action } from '#features/audit-log/actions.ts';
import type { Actor } from '#features/audit-log/server/access.ts';
import type { AuditLog } from '#features/audit-log/server/audit-log.ts';
import { type Policies, requireLevel } from '#features/policies/server/policies.ts';
import type { Runs } from '#features/runs/server/runs.ts';
import {
  KEPT_DAYS,
  MAX_LISTED,
  MAX_SCHEDULES,
  type NewSchedule,
  type Occurrence,
  type Schedule,
  type ScheduleChanges,
  type ScheduleEntry,
} from '#features/schedules/contract.ts';
import { readCron } from '#features/schedules/cron.ts';
import { describeCron } from '#features/schedules/cron-words.ts';
import { firstTimes } from '#features/schedules/times.ts';
import type { Database } from '#kernel/database/pool.ts';
import { conflict, HttpProblem, notFound } from '#kernel/errors.ts';
import type { IdempotencyKey } from '#kernel/idempotency.ts';
import type { Log } from '#kernel/log.ts';
import type { Metrics } from '#kernel/metrics.ts';
import type { Outgoing } from '#kernel/outgoing.ts';
import { withoutHidden } from '#wire/hidden-characters.ts';
import { createDuePoller } from './clock.ts';
import { describe, describeEntry, describeOccurrence } from './describe.ts';
import { nextTime } from './due-times.ts';
import * as sql from './queries.ts';
import { createStartDue } from './start-due.ts';
import { texts } from './texts.ts';

export type Schedules = ReturnType<typeof createSchedules>;

interface Options {
  db: Database;
  log: Log;
  metrics: Metrics;
  auditLog: AuditLog;
  policies: Policies;
  agents: { use(organizationId: string, agentId: string): Promise<unknown> };
  runs: Pick<Runs, 'prepare'>;
  outgoing: Pick<Outgoing, 'isHeld' | 'onChange'>;
}

const MAX_NAME = 60;
/** Most times in an overview. */
const MAX_NEXT = 20;

export function createSchedules({ db, log, metrics, auditLog, policies, agents, runs, outgoing }: Options) {
  const startDue = createStartDue({ db, log, metrics, auditLog, runs });
  const clock = createDuePoller({ db, log, startDue, outgoing });

  /** The current schedule and its place. @throws 404 */
  async function find(scheduleId: string): Promise<sql.ScheduleRow> {
    const [row] = await sql.selectSchedule(db, { id: scheduleId });
    if (!row) throw notFound('schedule');
    return row;
  }

  async function now(): Promise<string> {
    const [row] = await sql.selectNow(db);
    if (!row) throw new Error('the database tells no time');
    return row.now;
  }

  /** @throws 403 for a level the person may not use, 404 and 409 for an agent */
  async function requireAllowed(
    actor: Actor & { userId: string },
    { organizationId, projectId }: { organizationId: string; projectId: string },
    { level, agentId }: Pick<NewSchedule, 'level' | 'agentId'>,
  ) {
    try {
      requireLevel(await policies.rulesFor(organizationId, projectId, actor.userId), level);
    } catch (error) {
      const subject = { kind: 'level', id: null, name: level };
      if (error instanceof HttpProblem && error.code === 'level_not_allowed')
        await auditLog.record(db, { organizationId, projectId, actor, action: 'level.refuse', subject });
      throw error;
    }
    if (agentId !== null) await agents.use(organizationId, agentId);
  }

  const entryOf = (row: { id: string; name: string; project_id: string; organization_id: string }, actor: Actor, action: Action) => ({
    organizationId: row.organization_id,
    projectId: row.project_id,
    actor,
    action,
    subject: { kind: 'schedule', id: row.id, name: row.name },
  });

  return {
    find,

    list: async (projectId: string): Promise<Schedule[]> =>
      (await sql.selectOfProject(db, { projectId, limit: MAX_SCHEDULES })).map(describe),

    listAll: async (viewerId: string, organizationId: string): Promise<ScheduleEntry[]> =>
      (await sql.selectOfOrganization(db, { viewerId, organizationId, limit: MAX_LISTED })).map(describeEntry),

    /** The next due times of an organization's schedules, soonest first. */
    async nextStarts(viewerId: string, organizationId: string) {
      const due = (await sql.selectOfOrganization(db, { viewerId, organizationId, limit: MAX_NEXT })).filter(
        ({ paused_at }) => paused_at === null,
      );
      return due.map((row) => ({
        scheduleId: row.id,
        name: row.name,
        projectId: row.project_id,
        projectName: row.project_name,
        at: row.next_at,
      }));
    },

    /** @throws 403 `level_not_allowed`, 404 for another organization's agent, 409 `agent_archived`, `too_many_schedules` */
    async create(
      actor: Actor & { userId: string },
      where: { projectId: string; organizationId: string },
      input: NewSchedule,
    ): Promise<Schedule> {
      const { projectId, organizationId } = where;
      await requireAllowed(actor, where, input);
      const id = uuid();
      const name = input.name ?? nameOf(input.message);
      const nextAt = nextTime(input.cron, input.timezone, await now());
      await db.transaction(async (tx) => {
        const values = valuesOf({ ...input, name, userId: actor.userId, paused: false, nextAt });
        const [made] = await sql.insertSchedule(tx, { id, projectId, most: MAX_SCHEDULES, ...values });
        if (!made) throw tooMany();
        const entry = entryOf({ id, name, project_id: projectId, organization_id: organizationId }, actor, 'schedule.create');
        tx.withCommit(auditLog.record(tx, { ...entry, detail: { cron: input.cron, timezone: input.timezone, level: input.level } }));
      });
      return describe(await find(id));
    },

    /**
     * A change of what it does or when makes the actor its owner: its runs then have the actor's rights.
     * @throws 409 `changed_meanwhile` with the current schedule; as `create`
     */
    async change(actor: Actor & { userId: string }, current: sql.ScheduleRow, { basedOn, ...changes }: ScheduleChanges): Promise<Schedule> {
      if (basedOn !== undefined && basedOn !== current.version) throw changedMeanwhile(current);
      const { name, paused = current.paused_at !== null, ...rest } = { name: current.name, ...changes };
      const wanted = { ...settingsOf(current), ...rest };
      const takesOver = Object.keys(changes).some((key) => key !== 'name' && key !== 'paused');
      const userId = takesOver ? actor.userId : current.user_id;
      const where = { organizationId: current.organization_id, projectId: current.project_id };
      if (takesOver) await requireAllowed(actor, where, wanted);
      const retimed = wanted.cron !== current.cron || wanted.timezone !== current.timezone;
      const resumed = current.paused_at !== null && !paused;
      const nextAt = retimed || resumed ? nextTime(wanted.cron, wanted.timezone, await now()) : null;
      const action = changes.paused === undefined || takesOver || name !== current.name ? 'change' : paused ? 'pause' : 'resume';
      await db.transaction(async (tx) => {
        const values = valuesOf({ ...wanted, name, userId, paused, nextAt });
        const [changed] = await sql.updateSchedule(tx, { id: current.id, version: current.version, ...values });
        if (!changed) throw changedMeanwhile(await find(current.id));
        tx.withCommit(
          auditLog.record(tx, { ...entryOf({ ...current, name }, actor, `schedule.${action}`), detail: { changes: shorten(changes) } }),
        );
      });
      return describe(await find(current.id));
    },

    async remove(actor: Actor, row: sql.ScheduleRow): Promise<void> {
      await db.transaction(async (tx) => {
        const [deleted] = await sql.deleteSchedule(tx, { id: row.id });
        if (!deleted) throw notFound('schedule');
        tx.withCommit(auditLog.record(tx, entryOf(row, actor, 'schedule.delete')));
      });
    },

    /** @throws the problem of its run: 403, 404, 409, 422, 429 */
    async runNow(actor: Actor, row: sql.ScheduleRow, once?: IdempotencyKey): Promise<Occurrence> {
      const dueAt = await startDue.runNow(actor, row, once);
      const [entry] = await sql.selectOccurrence(db, { scheduleId: row.id, dueAt });
      if (!entry) throw notFound('schedule');
      return describeOccurrence(entry);
    },

    async occurrences(
      scheduleId: string,
      { before, limit }: { before?: string | undefined; limit: number },
    ): Promise<{ occurrences: Occurrence[]; more: boolean }> {
      const rows = await sql.selectOccurrences(db, { scheduleId, before: before ?? null, limit: limit + 1 });
      return { occurrences: rows.slice(0, limit).map(describeOccurrence), more: rows.length > limit };
    },

    /** @returns the next times, and a description of the cron expression */
    async times({
      cron,
      timezone,
      count,
    }: {
      cron: string;
      timezone: string;
      count: number;
    }): Promise<{ times: string[]; words: string | null }> {
      const read = readCron(cron);
      if ('problem' in read) throw new Error('a cron text passed the contract and cannot be read');
      const times = firstTimes(read.cron, timezone, Date.parse(await now()), count);
      return { times: times.map((time) => new Date(time).toISOString()), words: describeCron(cron) ?? null };
    },

    cleanUp: async (): Promise<number> => (await sql.deleteOldOccurrences(db, { days: KEPT_DAYS })).length,
    /** Starts polling for due times. */
    start: clock.start,
    close: clock.close,
  };
}

const settingsOf = (row: sql.ScheduleRow) => ({
  cron: row.cron,
  timezone: row.timezone,
  message: row.message,
  level: row.level,
  agentId: row.agent_id,
  model: row.model,
  budget: row.budget,
  goal: row.goal,
  missed: row.missed,
  overlap: row.overlap,
});

interface Values extends ReturnType<typeof settingsOf> {
  name: string;
  userId: string | null;
  paused: boolean;
  nextAt: string | null;
}

const valuesOf = (wanted: Values): sql.Settings => ({
  name: wanted.name,
  cron: wanted.cron.trim().split(/\s+/).join(' '),
  timezone: wanted.timezone,
  message: wanted.message,
  level: wanted.level,
  agentId: wanted.agentId,
  model: wanted.model,
  budget: JSON.stringify(wanted.budget),
  goal: wanted.goal && JSON.stringify(wanted.goal),
  missed: wanted.missed,
  overlap: wanted.overlap,
  userId: wanted.userId,
  paused: wanted.paused,
  nextAt: wanted.nextAt,
});

/** The beginning of its message, on one line. */
function nameOf(message: string): string {
  const letters = [...withoutHidden(message.replace(/[\p{Cc}\s]+/gu, ' '))];
  if (letters.length <= MAX_NAME) return letters.join('') || texts.name;
  return `${withoutHidden(letters.slice(0, MAX_NAME - 1).join(''))}…`;
}

/** For the audit log, which does not need the whole message. */
const shorten = ({ message, ...rest }: Omit<ScheduleChanges, 'basedOn'>) => ({
  ...rest,
  ...(message !== undefined && { message: nameOf(message) }),
});

const tooMany = () => conflict('too_many_schedules', texts.problems.tooMany(MAX_SCHEDULES));

const changedMeanwhile = (row: sql.ScheduleRow) =>
  conflict('changed_meanwhile', texts.problems.changedMeanwhile, {
    schedule: describe(row),
  });
