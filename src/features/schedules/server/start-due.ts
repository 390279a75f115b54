/** Processes a due time: starts its run exactly once, or records in the history why none was started. */
import type { Actor } from '#features/audit-log/server/access.ts';
import type { AuditLog } from '#features/audit-log/server/audit-log.ts';
import { keepProject } from '#features/projects/server/projects.ts';
import type { Runs } from '#features/runs/server/runs.ts';
import type { Occurrence } from '#features/schedules/contract.ts';
import type { Database, Transaction } from '#kernel/database/pool.ts';
import { conflict, HttpProblem, notFound } from '#kernel/errors.ts';
import { doOnce, type IdempotencyKey } from '#kernel/idempotency.ts';
import type { Log } from '#kernel/log.ts';
import type { Metrics } from '#kernel/metrics.ts';
import * as sql from './due-queries.ts';
import { type DueTimes, planDueTimes } from './due-times.ts';
import type { ScheduleRow } from './queries.ts';
import { texts } from './texts.ts';

type Begin = (tx: Transaction) => Promise<string>;

interface Options {
  db: Database;
  log: Log;
  metrics: Metrics;
  auditLog: AuditLog;
  runs: Pick<Runs, 'prepare'>;
}

type Startable = Omit<sql.DueRow, 'next_at' | 'version' | 'now' | 'seconds_late'>;
type Outcome = { begin: Begin } | { status: Exclude<Occurrence['status'], 'started'>; reason: string };

/** Used if a limiter does not say when to retry. */
const RETRY_AFTER_SECONDS = 15;
const systemActor: Actor = { userId: null, name: 'Guildhall' };

export function createStartDue({ db, log, metrics, auditLog, runs }: Options) {
  const occurrences = metrics.counter('schedule_occurrences_total', 'Due times of schedules, by outcome', ['status']);
  const prepareRun = ({
    id,
    name,
    project_id,
    user_id,
    message,
    level,
    agent_id,
    model,
    budget,
    goal,
    timezone,
  }: Startable): Promise<Begin> =>
    runs.prepare({
      userId: user_id,
      projectId: project_id,
      input: {
        message,
        level,
        agentId: agent_id ?? undefined,
        model: model ?? undefined,
        budget,
        goal: goal ?? undefined,
        timeZone: timezone,
      },
      origin: { kind: 'schedule', id, name },
    });

  /** @throws only problems that a retry may solve */
  async function planStart(schedule: Startable, times: DueTimes): Promise<Outcome> {
    if (!times.starts) return { status: 'missed', reason: texts.missed };
    const [unfinished] = schedule.overlap ? [] : await sql.selectUnfinished(db, { id: schedule.id });
    if (unfinished) return { status: 'skipped', reason: texts.stillGoing(unfinished.title) };
    try {
      return { begin: await prepareRun(schedule) };
    } catch (error) {
      if (!(error instanceof HttpProblem)) {
        log.error({ err: error, schedule: schedule.id }, 'a schedule could not start its run');
        return { status: 'failed', reason: texts.failed };
      }
      if (error.status === 429 || error.status >= 500) throw error;
      return { status: 'failed', reason: error.message };
    }
  }

  async function recordOccurrence(
    tx: Transaction,
    schedule: Startable,
    times: DueTimes,
    runId: string | null,
    outcome?: { status: Occurrence['status']; reason: string },
  ): Promise<Occurrence['status']> {
    const { status, reason } = outcome ?? { status: 'started' as const, reason: null };
    const { dueAt, missed, nextAt } = times;
    tx.withCommit(
      sql.insertOccurrence(tx, {
        scheduleId: schedule.id,
        dueAt,
        status,
        reason,
        runId,
        missed: missed?.count ?? null,
        missedSince: missed?.since ?? null,
      }),
    );
    tx.withCommit(sql.advance(tx, { id: schedule.id, nextAt }));
    if (status === 'started') return status;
    const { organization_id: organizationId, project_id: projectId, id, name } = schedule;
    const entry = {
      organizationId,
      projectId,
      actor: systemActor,
      action: 'schedule.skip',
      subject: { kind: 'schedule', id, name },
    } as const;
    tx.withCommit(auditLog.record(tx, { ...entry, detail: { dueAt, status, reason, ...(missed && { missed }) } }));
    return status;
  }

  return {
    /** @throws temporary problems; 429 with the seconds until a retry */
    async processDue(due: sql.DueRow): Promise<void> {
      const times = planDueTimes(due);
      const outcome = await planStart(due, times);
      const status = await db.transaction(async (tx) => {
        await keepProject(tx, { projectId: due.project_id });
        const [now] = await sql.lockSchedule(tx, { id: due.id, dueAt: times.dueAt });
        // Deleted, paused or changed in the meantime, or processed by a server that was presumed dead.
        if (!now || now.paused || now.version !== due.version || now.next_at !== due.next_at) return undefined;
        if (now.dealt_with) {
          await sql.advance(tx, { id: due.id, nextAt: times.nextAt });
          return undefined;
        }
        if (!('begin' in outcome)) return recordOccurrence(tx, due, times, null, outcome);
        // A person may have started one since.
        const [unfinished] = due.overlap ? [] : await sql.selectUnfinished(tx, { id: due.id });
        if (unfinished) return recordOccurrence(tx, due, times, null, { status: 'skipped', reason: texts.stillGoing(unfinished.title) });
        return recordOccurrence(tx, due, times, await outcome.begin(tx));
      });
      if (status) occurrences.inc({ status });
    },

    /** Postpones a due time after a temporary problem. */
    async postpone(due: sql.DueRow, error: HttpProblem): Promise<void> {
      if (error.status !== 429) return;
      const seconds = Number(error.headers['retry-after']) || RETRY_AFTER_SECONDS;
      log.info({ schedule: due.id, seconds }, 'a schedule waits for a limit');
      await sql.delay(db, { id: due.id, nextAt: due.next_at, seconds });
    },

    /**
     * Starts a run outside the schedule's times. @throws the problem of the run; 409 `still_going` with the unfinished run @returns the due
     * time of its entry
     */
    async runNow(actor: Actor, schedule: ScheduleRow, once?: IdempotencyKey): Promise<string> {
      const { id, name, organization_id: organizationId, project_id: projectId } = schedule;
      const requireNoneUnfinished = async (on: Parameters<typeof sql.selectUnfinished>[0]) => {
        const [unfinished] = schedule.overlap ? [] : await sql.selectUnfinished(on, { id });
        if (!unfinished) return;
        throw conflict('still_going', texts.problems.stillGoing(unfinished.title), { runId: unfinished.id });
      };
      return doOnce(db, once, async () => {
        await requireNoneUnfinished(db);
        const begin = await prepareRun(schedule);
        return async (tx) => {
          await keepProject(tx, { projectId });
          if (!(await sql.lockSchedule(tx, { id, dueAt: schedule.next_at }))[0]) throw notFound('schedule');
          await requireNoneUnfinished(tx);
          const runId = await begin(tx);
          tx.withCommit(
            auditLog.record(tx, {
              organizationId,
              projectId,
              actor,
              action: 'schedule.run',
              runId,
              subject: { kind: 'schedule', id, name },
            }),
          );
          const [entry] = await sql.insertOccurrence(tx, {
            scheduleId: id,
            dueAt: null,
            status: 'started',
            reason: null,
            runId,
            missed: null,
            missedSince: null,
          });
          if (!entry) throw new Error('insert returned no occurrence');
          return entry.due_at;
        };
      });
    },
  };
}
