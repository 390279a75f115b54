/** Runs in states that take luck or time to reach, inserted directly into the database. */
import { randomUUID } from 'node:crypto';
import type { EventData } from '#features/runs/events.ts';
import { query } from './database.ts';

interface Setting {
  databaseUrl: string;
  projectId: string;
  userId: string;
  model?: string;
  /** Constraints of a run with a goal. */
  constraints?: string[];
}

type Status = 'waiting' | 'done' | 'failed' | 'stopped';

/** @returns the id of a run with this log that no server works on */
export async function putRun(
  { databaseUrl, projectId, userId, model = 'practice', constraints }: Setting,
  status: Status,
  events: EventData[],
): Promise<string> {
  const id = randomUUID();
  await query(
    databaseUrl,
    `with run as (
       insert into runs (id, project_id, user_id, title, status, level, model, goal, last_event)
       values ($1, $2, $3, 'Put here', $4, 'supervised', $7, $8, cardinality($5::text[])) returning id
     ), output as (
       insert into tool_outputs (run_id, id, text) select id, '1.1', repeat('0123456789', 5000) from run
     ), counted as (
       update projects set stored_bytes = stored_bytes + 50000 where id = $2
     )
     insert into run_events (run_id, seq, type, data)
     select run.id, e.place, e.type, e.data from run, unnest($5::text[], $6::jsonb[]) with ordinality as e (type, data, place)`,
    [
      id,
      projectId,
      userId,
      status,
      events.map(({ type }) => type),
      events.map(({ data }) => JSON.stringify(data)),
      model,
      constraints ? JSON.stringify({ constraints }) : null,
    ],
  );
  return id;
}

const by = { id: null, name: 'Ada Lovelace' };
const message: EventData = { type: 'message', data: { text: 'Send the letter', by } };
const callId = 'call-1';

/** A tool that acts outside has started, and its outcome is unknown. */
export const unknownOutcome: EventData[] = [
  message,
  { type: 'step', data: { step: 1, model: 'practice' } },
  { type: 'tool_call', data: { callId, tool: 'post__send', input: { to: 'Charles' }, server: 'Post' } },
  { type: 'step_end', data: { step: 1, finish: 'tool-calls', inputTokens: 10, outputTokens: 5, cost: 0 } },
  { type: 'intent', data: { callId, tool: 'post__send' } },
  {
    type: 'question',
    data: {
      callId,
      tool: 'post__send',
      kind: 'unknown_outcome',
      message: 'Nobody knows whether it took effect.',
      choices: ['retry', 'happened', 'skip'],
    },
  },
];

export const failedLog: EventData[] = [
  message,
  { type: 'step', data: { step: 1, model: 'practice' } },
  { type: 'error', data: { code: 'provider_failed', message: 'The provider failed.' } },
  { type: 'end', data: { status: 'failed' } },
];
