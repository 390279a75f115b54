import type { Budget } from '#features/agents/budget.ts';
import type { Level } from '#features/policies/policy.ts';
import { statement } from '#kernel/database/statement.ts';
import type { OriginKind, RunStatus } from '../../contract.ts';
import type { RunEvent } from '../../events.ts';
import type { Goal } from '../../plan.ts';
import { isHeldBy } from './may-write.ts';

export interface RunRow {
  id: string;
  project_id: string;
  user_id: string | null;
  user_name: string | null;
  title: string;
  status: RunStatus;
  level: Level;
  model: string;
  budget: Budget;
  goal: Goal | null;
  fence: number;
  stop_requested: boolean;
  last_event: number;
  input_tokens: number;
  output_tokens: number;
  cost: number | null;
  agent_id: string | null;
  agent_version: number | null;
  agent_name: string | null;
  branched_from: string | null;
  branched_at: number | null;
  origin: OriginKind;
  origin_id: string | null;
  origin_name: string | null;
  /** Paused: queued, and not claimed while autonomy is switched off. */
  held: boolean;
  created_at: string;
  changed_at: string;
}

/** An autonomous run in an organization that has switched autonomy off. */
export const isPaused = `((r.level = 'autonomous' or r.origin <> 'person') and exists (
    select from projects hp join autonomy_switches hs on hs.organization_id = hp.organization_id and hs.off_at is not null
    where hp.id = r.project_id))`;

const columns = `r.id, r.project_id, r.user_id, u.name as user_name, r.title, r.status, r.level, r.model, r.budget, r.goal, r.fence,
  r.stop_requested, r.last_event, r.input_tokens, r.output_tokens, r.cost::float8 as cost, r.created_at, r.changed_at,
  r.agent_id, r.agent_version, a.name as agent_name, r.branched_from, r.branched_at,
  r.origin, r.origin_id, r.origin_name, r.status = 'queued' and ${isPaused} as held`;

const join = 'runs r left join users u on u.id = r.user_id left join agents a on a.id = r.agent_id';

export const selectRun = statement<RunRow, { id: string }>('runs.select', `select ${columns} from ${join} where r.id = $id`);

export const selectRuns = statement<RunRow, { projectId: string; before: string | null; limit: number }>(
  'runs.select-of-project',
  `select ${columns} from ${join}
   where r.project_id = $projectId
     and ($before::uuid is null or (r.created_at, r.id) < (select b.created_at, b.id from runs b
       where b.id = $before and b.project_id = $projectId))
   order by r.created_at desc, r.id desc limit $limit`,
);

export const selectProjectOf = statement<{ project_id: string }, { id: string }>(
  'runs.select-project',
  'select project_id from runs where id = $id',
);

/** Locks the run until the transaction ends; no row if another server has claimed it. */
export const lockRun = statement<{ id: string }, { id: string; fence: number }>(
  'runs.lock',
  `select r.id from runs r where r.id = $id and ${isHeldBy('$fence')} for update`,
);

/** Keeps others from appending to the run's log until the transaction ends. */
export const lockAnyRun = statement<{ status: RunRow['status'] }, { id: string }>(
  'runs.lock-any',
  'select status from runs where id = $id for update',
);

export type PlanRow = Extract<RunEvent, { type: 'plan' }>;

/** The current plan of a run. */
export const selectPlan = statement<PlanRow, { id: string }>(
  'runs.select-plan',
  `select seq, type, data, at from run_events where run_id = $id and type = 'plan' order by seq desc limit 1`,
);

/** Events of many runs, each after its own number and up to the limit. */
export const selectEventsOfMany = statement<RunEvent & { run_id: string }, { ids: string[]; after: number[]; limit: number }>(
  'runs.select-events-of-many',
  `select e.run_id, e.seq, e.type, e.data, e.at
   from unnest($ids::uuid[], $after::int[]) as r (id, after)
   cross join lateral (select * from run_events where run_id = r.id and seq > r.after order by seq limit $limit) e
   order by e.run_id, e.seq`,
  { timeout: 10_000 },
);

export const selectEvents = statement<RunEvent, { id: string; after: number; limit: number }>(
  'runs.select-events',
  'select seq, type, data, at from run_events where run_id = $id and seq > $after::bigint order by seq limit $limit',
  { timeout: 10_000 },
);

/** The same of a run that has ended: only a message or a retry adds to its log. */
export const selectPastEvents = statement<RunEvent, { id: string; after: number; limit: number }>(
  'runs.select-past-events',
  'select seq, type, data, at from run_events where run_id = $id and seq > $after::bigint order by seq limit $limit',
  { timeout: 10_000, replica: true },
);

/** Stores the whole result of a tool; the log has the beginning of it. */
export const putOutput = statement<never, { runId: string; id: string; text: string }>(
  'runs.put-output',
  `insert into tool_outputs (run_id, id, text) values ($runId, $id, $text) on conflict (run_id, id) do update set text = excluded.text`,
  { timeout: 15_000 },
);

export const selectOutput = statement<{ text: string; characters: number }, { runId: string; id: string; from: number; length: number }>(
  'runs.select-output',
  `select substr(text, $from + 1, $length) as text, length(text) as characters from tool_outputs where run_id = $runId and id = $id`,
  { timeout: 15_000 },
);

/** Bytes of the long results in such a log. */
export const sizeOfOutputs = statement<{ bytes: number }, { from: string; before: number }>(
  'runs.size-of-outputs',
  `select coalesce(sum(octet_length(text)), 0)::bigint as bytes from tool_outputs
   where run_id = $from and id in (select data #>> '{whole,id}' from run_events
     where run_id = $from and seq < $before and type = 'tool_result')`,
  { timeout: 10_000 },
);

export const selectNow = statement<{ at: string }>('runs.now', 'select now() as at');
