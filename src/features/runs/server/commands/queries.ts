import type { Level } from '#features/policies/policy.ts';
import { statement } from '#kernel/database/statement.ts';
import type { OriginKind, RunStatus } from '../../contract.ts';
import type { RunEvent } from '../../events.ts';
import type { RunRow } from '../log/queries.ts';

/** Autonomous runs that are running or queued. */
export const countAutonomousWork = statement<{ count: number }, { organizationId: string }>(
  'autonomy.count-autonomous-work',
  `select count(*)::int as count from runs r join projects p on p.id = r.project_id
   where p.organization_id = $organizationId and r.status in ('queued', 'running') and (r.level = 'autonomous' or r.origin <> 'person')`,
);

/** Serializes starts of one person’s runs until the transaction ends, so that each counts the ones before it. */
export const lockStarts = statement<never, { userId: string }>(
  'runs.lock-starts',
  `select pg_advisory_xact_lock(hashtextextended('runs of ' || $userId::uuid, 0))`,
  { timeout: 10_000 },
);

/** Unfinished runs of a person, except one; stops counting at the limit. */
export const countUnfinished = statement<{ unfinished: number }, { userId: string; limit: number; except: string | null }>(
  'runs.count-unfinished',
  `select count(*)::int as unfinished from (
     select from runs where user_id = $userId and status in ('queued', 'running', 'waiting') and id is distinct from $except limit $limit
   ) r`,
);

/** No row if the project has been deleted; otherwise it cannot be deleted until the transaction ends. */
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

/** Copies the log of another run, up to an event. */
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

/** Requeues a failed or stopped run; values in the budget replace the previous ones. No row for other runs. */
export const requeueEnded = statement<{ id: string }, { id: string; budget: string; model: string | null }>(
  'runs.requeue-ended',
  `update runs set status = 'queued', queued_at = now(), stop_requested = false, changed_at = now(), budget = budget || $budget::jsonb,
     model = coalesce($model, model)
   where id = $id and status in ('failed', 'stopped') returning id`,
);

export type GoalRow = Pick<RunRow, 'status' | 'title' | 'goal' | 'project_id'>;

/** As `lockAnyRun`, with what a plan change needs. */
export const lockRunWithGoal = statement<GoalRow, { id: string }>(
  'runs.lock-with-goal',
  'select status, title, goal, project_id from runs where id = $id for update',
);

export const selectEvent = statement<RunEvent, { id: string; seq: number }>(
  'runs.select-event',
  'select seq, type, data, at from run_events where run_id = $id and seq = $seq',
);

/** Queues an ended or waiting run; a running one finds the message at its next step, even if it was about to stop. */
export const requeue = statement<{ status: RunStatus }, { id: string }>(
  'runs.requeue',
  `update runs set
     status = case when status = 'running' then status else 'queued' end,
     queued_at = case when status in ('running', 'queued') then queued_at else now() end,
     stop_requested = false, changed_at = now()
   where id = $id returning status`,
);

/** @returns `running` if a server is working on the run and will stop it, `stopped` if none was; no row if it has ended */
export const stopRun = statement<{ status: Extract<RunStatus, 'running' | 'stopped'> }, { id: string }>(
  'runs.stop',
  `update runs set
     status = case when status = 'running' then status else 'stopped' end, stop_requested = status = 'running', changed_at = now()
   where id = $id and status in ('queued', 'running', 'waiting') returning status`,
);
