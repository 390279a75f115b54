import type { Budget } from '#features/agents/budget.ts';
import type { Level } from '#features/policies/policy.ts';
import type { OriginKind, RunStatus } from '#features/runs/contract.ts';
import type { RunEvent } from '#features/runs/events.ts';
import type { Goal } from '#features/runs/plan.ts';
import { statement } from '#kernel/database/statement.ts';
import { selectAliveServers } from '#kernel/server-liveness.ts';
import { isHeldBy } from './log/may-write.ts';

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
  /** Queued, and not taken up while autonomy is switched off. */
  held: boolean;
  created_at: string;
  changed_at: string;
}

/** Works by itself, in an organization in which that is switched off. */
const isHeld = `((r.level = 'autonomous' or r.origin <> 'person') and exists (
    select from projects hp join autonomy_switches hs on hs.organization_id = hp.organization_id and hs.off_at is not null
    where hp.id = r.project_id))`;
const columns = `r.id, r.project_id, r.user_id, u.name as user_name, r.title, r.status, r.level, r.model, r.budget, r.goal, r.fence,
  r.stop_requested, r.last_event, r.input_tokens, r.output_tokens, r.cost::float8 as cost, r.created_at, r.changed_at,
  r.agent_id, r.agent_version, a.name as agent_name, r.branched_from, r.branched_at,
  r.origin, r.origin_id, r.origin_name, r.status = 'queued' and ${isHeld} as held`;
const join = 'runs r left join users u on u.id = r.user_id left join agents a on a.id = r.agent_id';

/** Starts of one person’s runs wait for each other until the transaction ends, so that each counts those before it. */
export const lockStarts = statement<never, { userId: string }>(
  'runs.lock-starts',
  `select pg_advisory_xact_lock(hashtextextended('runs of ' || $userId::uuid, 0))`,
  { timeout: 10_000 },
);

/** Runs of a person that have not ended, but for one of them; counts no further than the limit. */
export const countUnfinished = statement<{ unfinished: number }, { userId: string; limit: number; except: string | null }>(
  'runs.count-unfinished',
  `select count(*)::int as unfinished from (
     select from runs where user_id = $userId and status in ('queued', 'running', 'waiting') and id is distinct from $except limit $limit
   ) r`,
);

/** No row when the project has been deleted meanwhile; while it is not, it stays until the transaction ends. */
export const insertRun = statement<
  { id: string },
  {
    id: string;
    projectId: string;
    userId: string | null;
    title: string;
    level: Level;
    model: string;
    budget: string;
    agentId: string | null;
    agentVersion: number | null;
    branchedFrom: string | null;
    branchedAt: number | null;
    goal: string | null;
    origin: OriginKind;
    originId: string | null;
    originName: string | null;
  }
>(
  'runs.insert',
  `insert into runs (id, project_id, user_id, title, status, level, model, budget, agent_id, agent_version, branched_from, branched_at,
     goal, origin, origin_id, origin_name)
   select $id::uuid, id, $userId::uuid, $title, 'queued', $level, $model, $budget::jsonb, $agentId::uuid, $agentVersion::int,
     $branchedFrom::uuid, $branchedAt::int, $goal::jsonb, $origin, $originId::uuid, $originName
   from projects where id = $projectId for key share
   returning id`,
);

/** Bytes of the long results that such a log has. */
export const sizeOfOutputs = statement<{ bytes: number }, { from: string; before: number }>(
  'runs.size-of-outputs',
  `select coalesce(sum(octet_length(text)), 0)::bigint as bytes from tool_outputs
   where run_id = $from and id in (select data #>> '{whole,id}' from run_events
     where run_id = $from and seq < $before and type = 'tool_result')`,
  { timeout: 10_000 },
);

/** Gives a new run the log of another one, up to an event. */
export const copyEvents = statement<never, { from: string; before: number; to: string }>(
  'runs.copy-events',
  `with copied as (
     insert into run_events (run_id, seq, type, data, at) select $to, seq, type, data, at from run_events
     where run_id = $from and seq < $before
   ), outputs as (
     insert into tool_outputs (run_id, id, text) select $to, id, text from tool_outputs
     where run_id = $from and id in (select data #>> '{whole,id}' from run_events
       where run_id = $from and seq < $before and type = 'tool_result')
   )
   update runs set last_event = $before::int - 1 where id = $to`,
  { timeout: 15_000 },
);

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

/** Takes up queued runs; from here on only who names this fence may write to their logs. */
export const claimRuns = statement<{ id: string; fence: number }, { server: number; limit: number }>(
  'runs.claim',
  `update runs set status = 'running', server = $server, fence = fence + 1, changed_at = now()
   where id in (
     select r.id from runs r where r.status = 'queued' and not ${isHeld} order by r.queued_at for update of r skip locked limit $limit
   )
   returning id, fence`,
);

/** Makes available to all what nobody works on: the runs of servers that are no more, and our own that we let go of. */
export const requeueOrphans = statement<{ id: string }, { server: number; working: string[] }>(
  'runs.requeue-orphans',
  `update runs set status = 'queued', server = null
   where id in (
     select id from runs
     where status = 'running' and (server <> all (array(${selectAliveServers})) or (server = $server and id <> all ($working::uuid[])))
     for update skip locked
   )
   returning id`,
);

/** The person it works for has left the organization, or only watches there by now. */
const hasLost = `not exists (
    select from projects lp join members m on m.organization_id = lp.organization_id and role_rank(m.role) >= role_rank('member')
    where lp.id = r.project_id and m.user_id = r.user_id)`;

/** Our runs that are to end or to pause: the notification of it may have been lost. */
export const selectInterrupted = statement<{ id: string; stop_requested: boolean; held: boolean }, { server: number }>(
  'runs.select-interrupted',
  `select r.id, r.stop_requested, ${isHeld} as held from runs r
   where r.status = 'running' and r.server = $server and (r.stop_requested or ${isHeld} or ${hasLost})`,
);

export const giveBackRuns = statement<{ id: string }, { server: number }>(
  'runs.give-back',
  `update runs set status = 'queued', server = null where status = 'running' and server = $server returning id`,
);

/** Holds the run until the transaction ends; no row when another server has it by now. */
export const lockRun = statement<{ id: string }, { id: string; fence: number }>(
  'runs.lock',
  `select r.id from runs r where r.id = $id and ${isHeldBy('$fence')} for update`,
);

/** Lets a run that failed or was stopped go on; what the budget names replaces what it named before. No row for any other. */
export const requeueEnded = statement<{ id: string }, { id: string; budget: string; model: string | null }>(
  'runs.requeue-ended',
  `update runs set status = 'queued', queued_at = now(), stop_requested = false, changed_at = now(), budget = budget || $budget::jsonb,
     model = coalesce($model, model)
   where id = $id and status in ('failed', 'stopped') returning id`,
);

export type GoalRow = Pick<RunRow, 'status' | 'title' | 'goal' | 'project_id'>;

/** As `lockAnyRun`, with what a change of its plan has to know. */
export const lockRunWithGoal = statement<GoalRow, { id: string }>(
  'runs.lock-with-goal',
  'select status, title, goal, project_id from runs where id = $id for update',
);

export type PlanRow = Extract<RunEvent, { type: 'plan' }>;

/** The plan of a run as it is now. */
export const selectPlan = statement<PlanRow, { id: string }>(
  'runs.select-plan',
  `select seq, type, data, at from run_events where run_id = $id and type = 'plan' order by seq desc limit 1`,
);

/** Until the transaction ends, nothing is added to the run's log. */
export const lockAnyRun = statement<{ status: RunRow['status'] }, { id: string }>(
  'runs.lock-any',
  'select status from runs where id = $id for update',
);

/** Lets a waiting run, which the transaction has locked, go on. */
export const requeueWaiting = statement<never, { id: string }>(
  'runs.requeue-waiting',
  `update runs set status = 'queued', queued_at = now(), changed_at = now() where id = $id and status = 'waiting'`,
);

/** Ends a waiting run, which the transaction has locked. */
export const endWaiting = statement<never, { id: string }>(
  'runs.end-waiting',
  `update runs set status = 'failed', changed_at = now() where id = $id and status = 'waiting'`,
);

/** What the budget names replaces what it named before. */
export const raiseRunBudget = statement<never, { id: string; budget: string }>(
  'runs.raise-budget',
  'update runs set budget = budget || $budget::jsonb where id = $id',
);

/** The newest question or answer about a tool call; `superseded` when the run has asked something else since, such as for its budget. */
export const selectQuestion = statement<RunEvent & { superseded: boolean }, { id: string; callId: string }>(
  'runs.select-question',
  `select seq, type, data, at,
     exists (select from run_events n where n.run_id = $id and n.type in ('question', 'pause') and n.seq > e.seq) as superseded
   from run_events e
   where run_id = $id and type in ('question', 'answer') and data ->> 'callId' = $callId order by seq desc limit 1`,
);

export const selectEvent = statement<RunEvent, { id: string; seq: number }>(
  'runs.select-event',
  'select seq, type, data, at from run_events where run_id = $id and seq = $seq',
);

/** Queues a run that had ended or waited; one that works finds the message at its next step, also when it was about to stop. */
export const requeue = statement<{ status: RunStatus }, { id: string }>(
  'runs.requeue',
  `update runs set
     status = case when status = 'running' then status else 'queued' end,
     queued_at = case when status in ('running', 'queued') then queued_at else now() end,
     stop_requested = false, changed_at = now()
   where id = $id returning status`,
);

/** @returns `running` when the run is at work somewhere and will stop itself, `stopped` when nobody worked on it; no row after its end */
export const stopRun = statement<{ status: Extract<RunStatus, 'running' | 'stopped'> }, { id: string }>(
  'runs.stop',
  `update runs set
     status = case when status = 'running' then status else 'stopped' end, stop_requested = status = 'running', changed_at = now()
   where id = $id and status in ('queued', 'running', 'waiting') returning status`,
);

/** The events of many runs, of each those after a number; at most so many of each. */
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

export const selectNow = statement<{ at: string }>('runs.now', 'select now() as at');

/** Stores a tool's whole result, of which the log has the beginning. */
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
