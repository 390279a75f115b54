/**
 * Runs: conversations of an agent that works on a project. A run is an append-only log of events; a worker on any server advances
 * it step by step, readers follow it from any server, and a person can message or stop it at any time.
 */

import type { Agents } from '#features/agents/server/agents.ts';
import type { Actor, AuditLog } from '#features/audit-log/server/audit-log.ts';
import type { Connections } from '#features/connections/server/connections.ts';
import type { Change } from '#features/files/contract.ts';
import type { Asker, ChangeAuthor, Files, Transfers } from '#features/files/server/files.ts';
import type { Instructions } from '#features/instructions/server/instructions.ts';
import type { Limits } from '#features/limits/server/limits.ts';
import type { Models } from '#features/models/server/models.ts';
import type { Policies } from '#features/policies/server/policies.ts';
import type { Projects } from '#features/projects/server/projects.ts';
import { hasEnded, type Run } from '#features/runs/contract.ts';
import type { Tokens } from '#features/tokens/server/tokens.ts';
import type { Tools } from '#features/tools/server/tools.ts';
import { createBoundedMap } from '#kernel/bounded-map.ts';
import type { Database } from '#kernel/database/pool.ts';
import { conflict, notFound } from '#kernel/errors.ts';
import type { EventBus } from '#kernel/event-bus.ts';
import type { ChunkedBody } from '#kernel/http/chunked-body.ts';
import type { IdempotencyKey } from '#kernel/idempotency.ts';
import type { Log } from '#kernel/log.ts';
import type { Metrics } from '#kernel/metrics.ts';
import type { Outgoing } from '#kernel/outgoing.ts';
import { createSharedReads } from '#kernel/shared-reads.ts';
import type { Tracer } from '#kernel/tracing/tracer.ts';
import { texts as wire } from '#wire/texts.ts';
import { addEvent, type Turn } from '../conversation.ts';
import { type AnswerChoice, type RunEvent, toPublic } from '../events.ts';
import type { PlanStep } from '../plan.ts';
import { createFindSteering } from './approvals/four-eyes.ts';
import { createResolutions } from './approvals/resolve.ts';
import { createShownApprovals } from './approvals/show.ts';
import type { KeyBudgets } from './budgets/key-budgets.ts';
import { createToolWaits } from './calls/tool-waits.ts';
import { createPlans, type Plan } from './commands/change-plan.ts';
import { toJson, toMarkdown } from './commands/export-run.ts';
import { createRunCap } from './commands/run-cap.ts';
import { type BranchInput, createStart, type StartInput } from './commands/start.ts';
import { createCommands, type RetryChanges } from './commands/steer.ts';
import { switchAutonomy } from './commands/switch.ts';
import { createAppender } from './log/appender.ts';
import * as sql from './log/queries.ts';
import { createReaders } from './log/readers.ts';
import { createRunQueue } from './log/run-queue.ts';
import { measureQueue } from './loop/queries.ts';
import { createWorker } from './loop/worker.ts';
import { texts } from './texts/problems.ts';

export type Runs = ReturnType<typeof createRuns>;

/** Batch size for reading all events. */
const PAGE = 500;

interface Options {
  db: Database;
  eventBus: EventBus;
  log: Log;
  metrics: Metrics;
  projects: Projects;
  files: Files;
  transfers: Transfers;
  models: Models;
  agents: Agents;
  connections: Connections;
  auditLog: AuditLog;
  policies: Policies;
  tokens: Pick<Tokens, 'accountsOf'>;
  instructions: Instructions;
  tools: Tools;
  limits: Pick<Limits, 'autonomyOf'>;
  /** Unfinished runs of a person. */
  maxRuns: number;
  keyBudgets: KeyBudgets;
  outgoing: Pick<Outgoing, 'isHeld' | 'onChange'>;
  tracer: Tracer | undefined;
}

export function createRuns(given: Options) {
  const queue = createRunQueue(given.eventBus);
  const options = { ...given, findSteering: createFindSteering(given.tokens), queue };
  const { db, eventBus, log, metrics, projects, files, agents, connections, auditLog } = options;
  const readers = createReaders({ db, eventBus, log, metrics });
  const appender = createAppender(db);
  const cap = createRunCap(options.maxRuns);
  const { start, prepare, branch, requireAllowed, requireOwnLevel, chooseModel } = createStart({ ...options, cap });
  const commands = createCommands({ ...options, readers, cap, requireAllowed, chooseModel });
  const resolutions = createResolutions({ ...options, readers });
  const plans = createPlans({ db, readers, auditLog });
  // A run never leaves its project; whether the project still exists is checked with the right.
  const projectIds = createBoundedMap<string>(50_000);
  const share = createSharedReads();
  const waits = createToolWaits({ db, eventBus, log, connections });
  const worker = createWorker({ ...options, appender, readers, expire: resolutions.expire, release: waits.release });

  metrics.gauge('runs_working', 'Runs this process is working on', (gauge) => gauge.set(worker.count()));
  metrics.storedQueue('runs', () => measureQueue(db));
  metrics.gauge('run_readers', 'Run streams open on this process', (gauge) => gauge.set(readers.count()));

  async function get(runId: string): Promise<Run> {
    const [row] = await sql.selectRun(db, { id: runId });
    if (!row) throw notFound('run');
    return describe(row);
  }

  /** Of a run that has ended, a replica may answer, if it has all that the run had when it was read. */
  async function readEvents(run: Run, after: number, limit: number): Promise<RunEvent[]> {
    const page = { id: run.id, after, limit };
    if (!hasEnded(run.status)) return sql.selectEvents(db, page);
    const events = await sql.selectPastEvents(db, page);
    const isComplete = events.length === limit || (events.at(-1)?.seq ?? after) >= run.lastEvent;
    return isComplete ? events : sql.selectEvents(db, page);
  }

  async function* readAll(run: Run): AsyncGenerator<RunEvent> {
    for (let after = 0; ; ) {
      const events = await readEvents(run, after, PAGE);
      yield* events;
      if (events.length < PAGE) return;
      after = events.at(-1)?.seq ?? after;
    }
  }

  return {
    start: async (actor: Actor, projectId: string, input: StartInput, once?: IdempotencyKey): Promise<Run> =>
      get(await start(actor, projectId, input, once)),
    prepare,

    /** Level of a run that names none. @throws 404 and 409 for an agent that cannot be used */
    levelOf: async (projectId: string, agentId: string | undefined): Promise<Run['level']> =>
      agentId === undefined ? 'supervised' : (await agents.use(await projects.organizationOf(projectId), agentId)).level,

    branch: async (actor: Actor, runId: string, input: BranchInput, once?: IdempotencyKey): Promise<Run> =>
      get(await branch(actor, await get(runId), input, once)),

    async send(actor: Actor, runId: string, said: { message: string; timeZone?: string | undefined }, once?: IdempotencyKey): Promise<Run> {
      await commands.send(actor, await get(runId), said, once);
      return get(runId);
    },

    async retry(actor: Actor, runId: string, changes: RetryChanges, once?: IdempotencyKey): Promise<Run> {
      await commands.retry(actor, await get(runId), changes, once);
      return get(runId);
    },

    async answer(actor: Actor, runId: string, given: { callId: string; choice: AnswerChoice; note?: string | undefined }): Promise<Run> {
      await commands.answer(actor, await get(runId), given);
      return get(runId);
    },

    /** Requests of runs for approval. */
    approvals: { ...createShownApprovals(options), resolve: resolutions.resolve },

    switchAutonomy: (actor: Actor, organizationId: string, on: boolean) => switchAutonomy(options, actor, organizationId, on),

    /** @throws 403 for a level the person may not use, 409 if the run has no goal or has ended, 409 with the current plan if it has changed */
    async changePlan(actor: Actor, runId: string, plan: { steps: PlanStep[]; version: number }): Promise<Plan> {
      const { projectId, level } = await get(runId);
      const organizationId = await projects.organizationOf(projectId);
      await requireOwnLevel({ actor, organizationId, projectId, level });
      return plans.change(actor, { runId, organizationId }, plan);
    },

    async stop(actor: Actor, runId: string): Promise<Run> {
      await commands.stop(actor, await get(runId));
      return get(runId);
    },

    /** Undoes all its file changes in one change. @throws 409 while it is running, or with the paths that do not merge */
    async revert(asker: Asker, by: ChangeAuthor, actor: Actor, runId: string): Promise<Change> {
      const { status, projectId, title } = await get(runId);
      if (status === 'queued' || status === 'running') throw conflict('run_at_work', texts.atWork);
      const organizationId = await projects.organizationOf(projectId);
      const subject = { kind: 'run', id: runId, name: title };
      return files.undo(asker, { projectId, runId, by }, (tx) =>
        tx.withCommit(auditLog.record(tx, { organizationId, projectId, actor, action: 'run.revert', runId, subject })),
      );
    },

    get,

    /** The project the run belongs to. @throws 404 */
    async projectOf(runId: string): Promise<string> {
      const known = projectIds.get(runId);
      if (known) return known;
      const [row] = await share(runId, () => sql.selectProjectOf(db, { id: runId }));
      if (!row) throw notFound('run');
      projectIds.set(runId, row.project_id);
      return row.project_id;
    },

    /** @param after event number */
    async read(
      runId: string,
      { after, limit }: { after: number; limit: number },
    ): Promise<{ run: Run; events: RunEvent[]; more: boolean }> {
      const run = await get(runId);
      const events = await readEvents(run, after, limit + 1);
      return { run, events: events.slice(0, limit).map(toPublic), more: events.length > limit };
    },

    /** The whole run as a document, in JSON read while it is sent. */
    async export(actor: Actor, runId: string, format: 'markdown' | 'json'): Promise<Uint8Array | ChunkedBody> {
      const run = await get(runId);
      const { projectId, title } = run;
      const organizationId = await projects.organizationOf(projectId);
      const subject = { kind: 'run', id: runId, name: title };
      await auditLog.record(db, { organizationId, projectId, actor, action: 'export.run', runId, subject, detail: { format } });
      if (format === 'json') return { chunks: toJson(run, readAll(run)) };
      let turns: readonly Turn[] = [];
      for await (const event of readAll(run)) turns = addEvent(turns, event);
      return Buffer.from(toMarkdown(run, turns));
    },

    /** @returns part of a long result; offsets are in characters @throws 404 */
    async readOutput(runId: string, id: string, from: number, length: number): Promise<{ text: string; characters: number }> {
      const [found] = await sql.selectOutput(db, { runId, id, from, length });
      if (!found) throw notFound('output');
      return found;
    },

    async list(
      projectId: string,
      { before, limit }: { before?: string | undefined; limit: number },
    ): Promise<{ runs: Run[]; more: boolean }> {
      const rows = await sql.selectRuns(db, { projectId, before: before ?? null, limit: limit + 1 });
      return { runs: rows.slice(0, limit).map(describe), more: rows.length > limit };
    },

    /** Whether the run has ended with no event after `last`. */
    async isOver(runId: string, last: number): Promise<boolean> {
      const { status, lastEvent } = await get(runId);
      return hasEnded(status) && lastEvent <= last;
    },
    follow: readers.add,
    work: worker.start,
    close: worker.close,
  };
}

function describe(row: sql.RunRow): Run {
  return {
    id: row.id,
    projectId: row.project_id,
    status: row.status,
    level: row.level,
    model: row.model,
    title: row.title,
    startedBy: { id: row.user_id, name: row.user_name ?? wire.formerMember },
    createdAt: row.created_at,
    changedAt: row.changed_at,
    lastEvent: row.last_event,
    inputTokens: row.input_tokens,
    outputTokens: row.output_tokens,
    cost: row.cost,
    budget: row.budget,
    goal: row.goal,
    agent:
      row.agent_id && row.agent_name && row.agent_version ? { id: row.agent_id, name: row.agent_name, version: row.agent_version } : null,
    origin: { kind: row.origin, id: row.origin_id, name: row.origin_name },
    held: row.held,
    branchedFrom: row.branched_from && row.branched_at ? { runId: row.branched_from, event: row.branched_at } : null,
  };
}
