/** Starts the run of a trigger and records the occurrence in one transaction, or records why no run started. */
import type { Actor, AuditLog } from '#features/audit-log/server/audit-log.ts';
import { keepProject } from '#features/projects/server/projects.ts';
import type { Runs } from '#features/runs/server/runs.ts';
import type { Database, Transaction } from '#kernel/database/pool.ts';
import { conflict, type HttpProblem, violates } from '#kernel/errors.ts';
import * as occurrences from './occurrence-queries.ts';
import type { StartRow } from './queries.ts';
import { senderCodes } from './sender-codes.ts';
import { texts } from './texts.ts';

/** What fired a trigger. */
export interface TriggerEvent {
  actor: Actor;
  messageId?: string;
  bytes?: number;
  /** The first paths that changed, out of `pathCount`. */
  paths?: readonly string[];
  pathCount?: number;
  /** Length of the chain of triggers, including this one. */
  depth: number;
}

interface Options {
  db: Database;
  auditLog: AuditLog;
  runs: Pick<Runs, 'prepare'>;
}

const valuesOf = ({ messageId, bytes, paths = [], pathCount = 0, depth }: TriggerEvent) => ({
  messageId: messageId ?? null,
  bytes: bytes ?? null,
  paths,
  pathCount,
  depth,
});

export const replayed = (runId: string | null | undefined) => conflict('replayed', texts.problems.replayed, runId ? { runId } : {});

export const paused = () => conflict('paused', texts.problems.paused);

export function createTriggerStart({ db, auditLog, runs }: Options) {
  const record = (tx: Transaction, trigger: StartRow, event: TriggerEvent, what: { fire: string } | { refuse: HttpProblem }) => {
    const { actor, messageId, bytes, paths, pathCount } = event;
    const recorded = { ...(messageId !== undefined && { messageId, bytes }), ...(paths && { paths: paths.slice(0, 10), pathCount }) };
    const { id, name, organization_id: organizationId, project_id: projectId } = trigger;
    const common = { organizationId, projectId, actor, subject: { kind: 'trigger', id, name } };
    return auditLog.record(
      tx,
      'fire' in what
        ? { ...common, action: 'trigger.fire', runId: what.fire, detail: recorded }
        : { ...common, action: 'trigger.refuse', detail: { ...recorded, code: what.refuse.code, reason: what.refuse.message } },
    );
  };

  return {
    /**
     * @param text the event's text, passed to the run as data
     * @param first runs earlier in the same transaction; if it returns false, nothing starts
     * @returns the run; undefined if `first` returned false or the project is gone
     * @throws the problems of `runs.prepare`, 409 `replayed`, `paused`
     */
    async start(
      trigger: StartRow,
      event: TriggerEvent,
      text: string,
      first: (tx: Transaction) => Promise<boolean> = async () => true,
    ): Promise<string | undefined> {
      const { id, name, user_id: userId, project_id: projectId, message, level, agent_id: agentId, model, budget, goal } = trigger;
      const begin = await runs.prepare({
        userId,
        projectId,
        input: { message, level, budget, agentId: agentId ?? undefined, model: model ?? undefined, goal: goal ?? undefined },
        origin: { kind: 'trigger', id, name },
        payload: { source: `the trigger “${name}”`, text },
      });
      return db
        .transaction(async (tx) => {
          const [project] = await keepProject(tx, { projectId });
          if (!project || !(await first(tx))) return undefined;
          const [entered] = await occurrences.insertStarted(tx, { triggerId: id, ...valuesOf(event) });
          if (!entered) throw paused();
          const runId = await begin(tx);
          tx.withCommit(occurrences.nameRun(tx, { id: entered.id, runId }));
          tx.withCommit(record(tx, trigger, event, { fire: runId }));
          return runId;
        })
        .catch((error: unknown) => {
          throw violates(error, 'trigger_occurrences_message') ? replayed(undefined) : error;
        });
    },

    /** Repeated rejections for the same reason share one entry an hour, with a count. */
    async recordRejection(tx: Transaction, trigger: StartRow, event: TriggerEvent, problem: HttpProblem): Promise<void> {
      const [entered] = await occurrences.insertRejected(tx, {
        triggerId: trigger.id,
        code: problem.code,
        reason: problem.message,
        senderCodes,
        ...valuesOf(event),
      });
      if (entered) await record(tx, trigger, event, { refuse: problem });
    },
  };
}

export type TriggerStart = ReturnType<typeof createTriggerStart>;
