/** Commands to an existing run: message, stop, retry, answer. Each takes effect once, on whichever server it arrives. */

import type { Budget } from '#features/agents/budget.ts';
import type { Actor, AuditLog } from '#features/audit-log/server/audit-log.ts';
import type { Files } from '#features/files/server/files.ts';
import { isAutonomous, type Policies, requireApprover, requireSwitchedOn } from '#features/policies/server/policies.ts';
import type { Projects } from '#features/projects/server/projects.ts';
import type { Run } from '#features/runs/contract.ts';
import type { Database, Transaction } from '#kernel/database/pool.ts';
import { conflict, notFound } from '#kernel/errors.ts';
import { publish } from '#kernel/event-bus.ts';
import { doOnce, type IdempotencyKey } from '#kernel/idempotency.ts';
import type { AnswerChoice, EventData, RunEvent } from '../../events.ts';
import { approvals } from '../approvals/approvals.ts';
import { type FindSteering, requireUnsteered } from '../approvals/four-eyes.ts';
import { requeueWaiting, selectQuestion } from '../approvals/queries.ts';
import { appendEvents } from '../log/append.ts';
import { lockAnyRun, type RunRow } from '../log/queries.ts';
import type { Readers } from '../log/readers.ts';
import { readEnding } from '../log/report.ts';
import type { RunQueue } from '../log/run-queue.ts';
import { readContext } from '../loop/message-context.ts';
import { texts } from '../texts/problems.ts';
import * as sql from './queries.ts';
import type { RunCap } from './run-cap.ts';
import { messageOf, type Start } from './start.ts';

interface Options {
  db: Database;
  readers: Readers;
  projects: Projects;
  files: Files;
  policies: Policies;
  auditLog: AuditLog;
  cap: RunCap;
  /** A person who continues a run uses its level. */
  requireAllowed: Start['requireAllowed'];
  chooseModel: Start['chooseModel'];
  findSteering: FindSteering;
  queue: Pick<RunQueue, 'announce'>;
}

/** Changes to a run on retry. */
export interface RetryChanges {
  budget?: Budget | undefined;
  model?: string | undefined;
}

export function createCommands({
  db,
  readers,
  projects,
  files,
  policies,
  auditLog,
  cap,
  requireAllowed,
  chooseModel,
  findSteering,
  queue,
}: Options) {
  /** Appends a person’s event after `prepare` has requeued the run; once per key. */
  async function say(
    runId: string,
    said: EventData,
    prepare: () => Promise<(tx: Transaction) => Promise<unknown>>,
    once?: IdempotencyKey,
  ): Promise<void> {
    let stored: RunEvent[] = [];
    await doOnce(db, once, async () => {
      const resume = await prepare();
      return async (tx) => {
        await resume(tx);
        const events = await appendEvents(tx, runId, [said]);
        if (!events) throw notFound('run');
        stored = events;
        queue.announce(tx);
        return runId;
      };
    });
    readers.deliver(runId, stored);
  }

  async function auditContextOf({ id, projectId, title, level, origin }: Run) {
    const organizationId = await projects.organizationOf(projectId);
    return { organizationId, projectId, runId: id, level, origin, subject: { kind: 'run', id, name: title } };
  }

  /** Withdraws what the run was waiting for. */
  async function withdraw(tx: Transaction, actor: Actor, auditContext: Awaited<ReturnType<typeof auditContextOf>>): Promise<void> {
    for (const { id, name } of await approvals.withdraw(tx, auditContext.runId)) {
      const subject = { kind: 'approval', id, name };
      tx.withCommit(auditLog.record(tx, { ...auditContext, actor, action: 'approval.withdraw', subject }));
    }
  }

  return {
    /** Adds a message; an ended or waiting run continues with it. @throws 403 for a level the person may not use, 409 `run_limit_reached` */
    async send(
      actor: Actor,
      run: Run,
      { message, timeZone }: { message: string; timeZone?: string | undefined },
      once?: IdempotencyKey,
    ): Promise<void> {
      const context = await readContext(files, run.projectId, timeZone);
      const prepare = async () => {
        const auditContext = await auditContextOf(run);
        await requireAllowed({ actor, ...auditContext });
        return async (tx: Transaction) => {
          await cap.requireToGoOn(tx, run);
          await sql.requeue(tx, { id: run.id });
          await withdraw(tx, actor, auditContext);
          tx.withCommit(auditLog.record(tx, { ...auditContext, actor, action: 'run.message' }));
        };
      };
      return say(run.id, messageOf(actor, message, context), prepare, once);
    },

    /** @throws 409 for a run that neither failed nor was stopped, 403 for a level the person may not use, 422 for a model that cannot be used */
    async retry(actor: Actor, run: Run, { budget = {}, model: wanted }: RetryChanges, once?: IdempotencyKey): Promise<void> {
      const prepare = async () => {
        const auditContext = await auditContextOf(run);
        await requireAllowed({ actor, ...auditContext });
        const model = wanted === undefined ? null : await chooseModel(auditContext.organizationId, wanted, { ...run.budget, ...budget });
        return async (tx: Transaction) => {
          await cap.requireToGoOn(tx, run);
          const [row] = await sql.requeueEnded(tx, { id: run.id, budget: JSON.stringify(budget), model });
          if (!row) throw conflict('not_ended', texts.notEnded);
          tx.withCommit(
            auditLog.record(tx, { ...auditContext, actor, action: 'run.retry', detail: { budget, ...(model !== null && { model }) } }),
          );
        };
      };
      return say(run.id, { type: 'retry', data: { by: { id: actor.userId, name: actor.name } } }, prepare, once);
    },

    /** @throws 404 if nothing was asked, 409 with who has already answered, or if the run has ended or continued since; 422; 403 */
    async answer(actor: Actor, run: Run, given: { callId: string; choice: AnswerChoice; note?: string | undefined }): Promise<void> {
      const { callId, choice, note } = given;
      const auditContext = await auditContextOf(run);
      const rules = await policies.rulesFor(auditContext.organizationId, run.projectId, actor.userId);
      requireApprover(rules);
      if (choice !== 'skip' && isAutonomous({ level: run.level, origin: run.origin.kind })) requireSwitchedOn(rules);
      const by = { id: actor.userId, name: actor.name };
      return say(run.id, { type: 'answer', data: { callId, choice, by, ...(note ? { note } : {}) } }, async () => async (tx) => {
        const [[row], [asked]] = await Promise.all([lockAnyRun(tx, { id: run.id }), selectQuestion(tx, { id: run.id, callId })]);
        if (choice !== 'skip') {
          const steered = { id: run.id, user_id: run.startedBy.id, origin: run.origin.kind };
          requireUnsteered(await findSteering(tx, rules, steered, actor.userId), auditContext.organizationId);
        }
        requireOpen(row?.status, asked, choice);
        const pending = await approvals.pendingOf(tx, run.id);
        if (pending?.is_late) throw expired(pending.expires_at);
        const status = choice === 'skip' ? 'rejected' : 'approved';
        if (pending) await approvals.resolve(tx, pending, status, { by: actor.userId, note: note ?? null });
        await requeueWaiting(tx, { id: run.id });
        tx.withCommit(auditLog.record(tx, { ...auditContext, actor, action: 'run.answer', detail: { choice, callId } }));
      });
    },

    /** Stops a run on whichever server it is running; does nothing to an ended run. */
    async stop(actor: Actor, run: Run): Promise<void> {
      const auditContext = await auditContextOf(run);
      const stored = await db.transaction(async (tx) => {
        const [stopped] = await sql.stopRun(tx, { id: run.id });
        if (!stopped) return undefined;
        await withdraw(tx, actor, auditContext);
        tx.withCommit(auditLog.record(tx, { ...auditContext, actor, action: 'run.stop' }));
        if (stopped.status === 'stopped') return appendEvents(tx, run.id, await readEnding(tx, run, 'stopped'));
        await publish(tx, 'run-stop', run.id);
        return undefined;
      });
      readers.deliver(run.id, stored ?? []);
    },
  };
}

const expired = (at: string | null) => conflict('expired', texts.answers.expired, { at });

function requireOpen(
  status: RunRow['status'] | undefined,
  asked: (RunEvent & { superseded: boolean }) | undefined,
  choice: AnswerChoice,
): void {
  if (asked?.type === 'answer') {
    const { by, choice: given } = asked.data;
    throw conflict('answered_already', texts.answers.given(by.name, given), { by, choice: given, at: asked.at });
  }
  if (asked?.type !== 'question') throw notFound('question');
  if (status !== 'waiting' || asked.superseded) throw conflict('not_waiting', texts.answers.notWaiting);
  if (!asked.data.choices.includes(choice)) throw conflict('no_such_choice', texts.answers.noSuchChoice(choice, asked.data.choices));
}
