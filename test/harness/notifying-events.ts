/** What people are notified of, made to happen through the statements that write its event to the outbox. */
import { randomUUID } from 'node:crypto';
import { setSwitch } from '#features/policies/server/switch.ts';
import type { Project } from '#features/projects/contract.ts';
import { insertApproval } from '#features/runs/server/approvals/queries.ts';
import { appendEvents } from '#features/runs/server/log/append.ts';
import { insertOccurrence } from '#features/schedules/server/due-queries.ts';
import { insertRejected } from '#features/triggers/server/occurrence-queries.ts';
import { senderCodes } from '#features/triggers/server/sender-codes.ts';
import type { Database } from '#kernel/database/pool.ts';
import { query } from './database.ts';

/** An approval of a run that waits. @returns its id */
export async function askForApproval(db: Database, project: Project, runId: string, paths: string[]): Promise<string> {
  const id = randomUUID();
  await insertApproval(db, {
    id,
    organizationId: project.organizationId,
    projectId: project.id,
    runId,
    kind: 'tool_call',
    callId: null,
    tool: 'write_file',
    server: null,
    toolDigest: null,
    input: JSON.stringify({ content: 'what only members may read' }),
    hash: 'h',
    reason: 'It changes files.',
    rule: null,
    choices: ['approve', 'reject'],
    outcome: null,
    paths,
    pathCount: paths.length,
    expireAfterHours: null,
  });
  return id;
}

export const endRun = (db: Database, runId: string, status: 'done' | 'failed' | 'stopped') =>
  appendEvents(db, runId, [{ type: 'end', data: { status } }], { status });

export const switchAutonomy = (db: Database, organizationId: string, by: { on: boolean; userId: string }) =>
  db.transaction((tx) => setSwitch(tx, organizationId, by));

export const enterDueTime = (db: Database, scheduleId: string, dueAt: string, status: 'started' | 'skipped' | 'failed') =>
  insertOccurrence(db, { scheduleId, dueAt, status, reason: 'Its model is gone.', runId: null, missed: null, missedSince: null });

export const refuseTrigger = (db: Database, triggerId: string, code: string) =>
  insertRejected(db, { triggerId, code, reason: 'No.', senderCodes, messageId: null, bytes: null, paths: [], pathCount: 0, depth: 1 });

interface Owned {
  databaseUrl: string;
  projectId: string;
  userId: string;
}

/** A schedule that is never due. */
export async function putSchedule({ databaseUrl, projectId, userId }: Owned): Promise<string> {
  const id = randomUUID();
  await query(
    databaseUrl,
    `insert into schedules (id, project_id, name, cron, timezone, message, level, missed, overlap, user_id, next_at)
     values ($1, $2, 'Every morning', '0 9 * * *', 'UTC', 'Hello', 'supervised', 'skip', false, $3, '2999-01-01')`,
    [id, projectId, userId],
  );
  return id;
}

export async function putTrigger({ databaseUrl, projectId, userId }: Owned): Promise<string> {
  const id = randomUUID();
  await query(
    databaseUrl,
    `insert into triggers (id, project_id, kind, name, message, level, user_id, secret)
     values ($1, $2, 'webhook', 'Mail', 'Hello', 'supervised', $3, 'x')`,
    [id, projectId, userId],
  );
  return id;
}
