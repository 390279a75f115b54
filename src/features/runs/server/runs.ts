/**
 * Runs: conversations of an agent that works on a project. A run is an append-only log of events; a worker on any server takes
 * it step by step, readers follow it from any server, and a person may speak to it or stop it at any time.
 */

import { v7 as uuid } from 'uuid';
import type { Budget } from '#features/agents/budget.ts';
import type { Files } from '#features/files/server/files.ts';
import type { Models } from '#features/models/server/models.ts';
import type { Run } from '#features/runs/contract.ts';
import { createBoundedMap } from '#kernel/bounded-map.ts';
import type { Database } from '#kernel/database/pool.ts';
import { notFound } from '#kernel/errors.ts';
import type { EventStream } from '#kernel/http/event-stream.ts';
import type { Identity } from '#kernel/http/route.ts';
import { type Live, publish } from '#kernel/live.ts';
import type { Log } from '#kernel/log.ts';
import type { RunEvent } from '../events.ts';
import { createAppender } from './appender.ts';
import * as sql from './queries.ts';
import { createReaders } from './readers.ts';
import { listFilesTool } from './tools/list-files.ts';
import { readFileTool } from './tools/read-file.ts';
import { searchFilesTool } from './tools/search-files.ts';
import { writeFileTool } from './tools/write-file.ts';
import { createWorker } from './worker.ts';

export type Runs = ReturnType<typeof createRuns>;

/** Events a log is read at once; a longer one is followed as a stream. */
const MAX_EVENTS = 10_000;

interface Options {
  db: Database;
  live: Live;
  log: Log;
  files: Files;
  models: Models;
}

export function createRuns({ db, live, log, files, models }: Options) {
  const appender = createAppender(db);
  const readers = createReaders({ db, live, log });
  const tools = [listFilesTool(files), readFileTool(files), writeFileTool(files), searchFilesTool(files)];
  // A run stays in its project; whether that is still there is asked where the right is.
  const projects = createBoundedMap<string>(50_000);
  const worker = createWorker({ db, live, log, models, tools, appender, readers });

  async function get(runId: string): Promise<Run> {
    const [row] = await sql.selectRun(db, runId);
    if (!row) throw notFound('run');
    return describe(row);
  }

  const message = (identity: Identity, text: string) => ({
    type: 'message' as const,
    data: { text, by: { id: identity.id, name: identity.name } },
  });

  return {
    /** @throws 422 for a model that is not available */
    async start(
      identity: Identity,
      projectId: string,
      input: { message: string; level: Run['level']; model?: string | undefined; budget?: Budget | undefined },
    ): Promise<Run> {
      const model = await models.choose(input.model);
      const id = uuid();
      await db.transaction(async (tx) => {
        const budget = JSON.stringify(input.budget ?? {});
        const [row] = await sql.insertRun(tx, id, projectId, identity.id, titleOf(input.message), input.level, model, budget);
        if (!row) throw notFound('project');
        tx.withCommit(sql.appendEvents(tx, id, [message(identity, input.message)]));
        tx.withCommit(publish(tx, 'run-queued', ''));
      });
      return get(id);
    },

    /** Adds a message; a run that had ended goes on with it. */
    async send(identity: Identity, runId: string, text: string): Promise<Run> {
      const stored = await db.transaction(async (tx) => {
        await sql.requeue(tx, runId);
        const events = await sql.appendEvents(tx, runId, [message(identity, text)]);
        await publish(tx, 'run-queued', '');
        return events;
      });
      if (!stored) throw notFound('run');
      readers.deliver(runId, stored);
      return get(runId);
    },

    /** Stops a run wherever it is at work; one that has ended stays as it is. */
    async stop(runId: string): Promise<Run> {
      await db.transaction(async (tx) => {
        const [run] = await sql.stopRun(tx, runId);
        if (run?.status === 'running') await publish(tx, 'run-stop', runId);
        if (run?.status === 'stopped') await sql.appendEvents(tx, runId, [{ type: 'end', data: { status: 'stopped' } }]);
      });
      return get(runId);
    },

    /** The project a run belongs to. @throws 404 */
    async projectOf(runId: string): Promise<string> {
      const known = projects.get(runId);
      if (known) return known;
      const [row] = await sql.selectProjectOf(db, runId);
      if (!row) throw notFound('run');
      projects.set(runId, row.project_id);
      return row.project_id;
    },

    get,

    async read(runId: string): Promise<{ run: Run; events: RunEvent[] }> {
      const run = await get(runId);
      return { run, events: await sql.selectEvents(db, runId, 0, MAX_EVENTS) };
    },

    async list(
      projectId: string,
      { before, limit }: { before?: string | undefined; limit: number },
    ): Promise<{ runs: Run[]; more: boolean }> {
      const rows = await sql.selectRuns(db, projectId, before ?? null, limit + 1);
      return { runs: rows.slice(0, limit).map(describe), more: rows.length > limit };
    },

    follow: (runId: string, stream: EventStream): void => readers.add(runId, stream),
    work: worker.start,
    close: worker.close,
    counts: () => ({ working: worker.count(), readers: readers.count() }),
  };
}

function titleOf(message: string): string {
  const line = message.split('\n')[0]?.trim() ?? '';
  return line.length > 80 ? `${line.slice(0, 79).trimEnd()}…` : line;
}

function describe(row: sql.RunRow): Run {
  return {
    id: row.id,
    projectId: row.project_id,
    status: row.status,
    level: row.level,
    model: row.model,
    title: row.title,
    startedBy: { id: row.user_id, name: row.user_name ?? 'a former member' },
    createdAt: row.created_at,
    changedAt: row.changed_at,
    lastEvent: row.last_event,
    inputTokens: row.input_tokens,
    outputTokens: row.output_tokens,
  };
}
