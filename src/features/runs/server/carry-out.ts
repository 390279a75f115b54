/** Carries out one tool call: an effect and its result commit together, or neither does. */
import * as z from 'zod';
import type { ToolCall } from '#features/models/server/model.ts';
import type { Database, Transaction } from '#kernel/database/pool.ts';
import type { Queryable } from '#kernel/database/statement.ts';
import { Refusal } from '#kernel/errors.ts';
import type { EventData, RunEvent } from '../events.ts';
import * as sql from './queries.ts';
import type { Tool, ToolContext, ToolOutcome } from './tools/tool.ts';

interface Carrying {
  db: Database;
  tools: readonly Tool[];
  run: { id: string; project_id: string; user_id: string | null };
  fence: number;
  /** The log so far. */
  events: readonly RunEvent[];
  call: ToolCall;
}

/** @returns the stored result; undefined when the run is lost to another server, and then nothing was done */
export function carryOutCall({ db, tools, run, fence, events, call }: Carrying): Promise<RunEvent[] | undefined> {
  const start = performance.now();
  const tool = tools.find((candidate) => candidate.name === call.tool);

  async function carryOut(on: Queryable, tx?: Transaction): Promise<RunEvent[] | undefined> {
    const seenVersion = (path: string) => lastSeen(events, path);
    const context = { projectId: run.project_id, runId: run.id, userId: run.user_id, seenVersion, ...(tx && { tx }) };
    const unknown = { ok: false, output: `There is no tool ${call.tool}. There are: ${tools.map(({ name }) => name).join(', ')}.` };
    const { ok, ...outcome } = tool ? await attempt(tool, call, context) : unknown;
    const duration = Math.round(performance.now() - start);
    const result: EventData = { type: 'tool_result', data: { callId: call.callId, tool: call.tool, ok, duration, ...outcome } };
    return sql.appendEvents(on, run.id, [result], { fence });
  }

  if (!tool?.writes) return carryOut(db);
  return db.transaction(async (tx) => {
    await sql.lockProject(tx, run.project_id);
    const [held] = await sql.lockRun(tx, run.id, fence);
    return held && carryOut(tx, tx);
  });
}

async function attempt(tool: Tool, call: ToolCall, context: ToolContext): Promise<ToolOutcome & { ok: boolean }> {
  const input = tool.input.safeParse(call.input);
  if (!input.success) return { ok: false, output: `The input does not fit: ${z.prettifyError(input.error)}` };
  try {
    return { ok: true, ...(await tool.carryOut(context, input.data)) };
  } catch (error) {
    // A refusal comes before anything was changed, so the transaction is whole. A database that is away is no refusal; one that
    // stores this result is not away, so what was read took too long, and would again.
    if (error instanceof Refusal && (error.status < 500 || !tool.writes)) return { ok: false, output: error.message };
    throw error;
  }
}

function lastSeen(events: readonly RunEvent[], path: string): string | undefined {
  const event = events.findLast((candidate) => candidate.type === 'tool_result' && candidate.data.seen?.path === path);
  return event?.type === 'tool_result' ? event.data.seen?.version : undefined;
}
