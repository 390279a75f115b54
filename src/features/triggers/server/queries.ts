import type { Budget } from '#features/agents/budget.ts';
import type { Level } from '#features/policies/policy.ts';
import type { TriggerKind } from '#features/triggers/contract.ts';
import { statement } from '#kernel/database/statement.ts';
import type { Role } from '#wire/role.ts';

type Goal = { constraints: string[] };

/** What its runs do, and on whose behalf. */
export interface WorkRow {
  name: string;
  message: string;
  level: Level;
  agent_id: string | null;
  model: string | null;
  budget: Budget;
  goal: Goal | null;
  user_id: string | null;
}

/** What is needed to start a run. */
export interface StartRow extends WorkRow {
  id: string;
  organization_id: string;
  project_id: string;
}

export interface TriggerRow extends StartRow {
  project_name: string;
  user_name: string | null;
  user_role: Role | null;
  kind: TriggerKind;
  agent_name: string | null;
  agent_archived: boolean | null;
  paused_at: string | null;
  old_secret_until: string | null;
  path: string | null;
  by_runs: boolean;
  created_at: string;
  changed_at: string;
  strangers: number | null;
  strangers_at: string | null;
}

export const startColumns =
  't.id, p.organization_id, t.project_id, t.name, t.message, t.level, t.agent_id, t.model, t.budget, t.goal, t.user_id';
export const startJoin = 'join projects p on p.id = t.project_id';
const columns = `${startColumns}, p.name as project_name, u.name as user_name, m.role as user_role, t.kind, a.name as agent_name, a.archived_at is not null as agent_archived, t.paused_at,
  case when t.old_secret_until > now() then t.old_secret_until end as old_secret_until, t.path, t.by_runs, t.created_at, t.changed_at,
  s.times as strangers, s.last_at as strangers_at`;
const from = `triggers t ${startJoin} left join users u on u.id = t.user_id left join agents a on a.id = t.agent_id
  left join project_roles m on m.project_id = p.id and m.user_id = t.user_id left join trigger_strangers s on s.trigger_id = t.id`;

export const selectTrigger = statement<TriggerRow, { id: string }>('triggers.select', `select ${columns} from ${from} where t.id = $id`);

export const selectTriggersOf = statement<TriggerRow, { projectId: string }>(
  'triggers.select-of-project',
  `select ${columns} from ${from} where t.project_id = $projectId order by lower(t.name), t.id`,
);

export const selectTriggersIn = statement<TriggerRow, { viewerId: string; organizationId: string; limit: number }>(
  'triggers.select-in-organization',
  `select ${columns} from ${from} where p.organization_id = $organizationId
     and exists (select from project_roles o where o.project_id = p.id and o.user_id = $viewerId)
   order by lower(t.name), t.id limit $limit`,
);

interface Settings {
  name: string;
  message: string;
  level: Level;
  agentId: string | null;
  model: string | null;
  budget: string;
  goal: string | null;
  userId: string | null;
}

/** Returns no row if the project is gone or has too many triggers. A trigger on files sees changes from now on. */
export const insertTrigger = statement<
  { id: string },
  { id: string; projectId: string; kind: TriggerKind; secret: Buffer | null; path: string | null; byRuns: boolean; max: number } & Settings
>(
  'triggers.insert',
  `insert into triggers (id, project_id, kind, secret, path, by_runs, cursor, name, message, level, agent_id, model, budget, goal, user_id)
   select $id, p.id, $kind, $secret, $path, $byRuns, case when $kind = 'files' then p.head end, $name, $message, $level, $agentId, $model,
     $budget, $goal, $userId
   from projects p where p.id = $projectId and (select count(*) from triggers t where t.project_id = p.id) < $max
   returning id`,
);

/** Locks the row until the transaction ends. */
export const lockTrigger = statement<WorkRow & Pick<TriggerRow, 'path' | 'by_runs' | 'changed_at'> & { paused: boolean }, { id: string }>(
  'triggers.lock',
  `select name, message, level, agent_id, model, budget, goal, user_id, path, by_runs, changed_at, paused_at is not null as paused
   from triggers where id = $id for update`,
);

/** A trigger on files whose pattern changes, or that resumes, sees changes from now on. */
export const updateTrigger = statement<
  never,
  { id: string; paused: boolean; path: string | null; byRuns: boolean; fromNow: boolean } & Settings
>(
  'triggers.update',
  `update triggers t set paused_at = case when $paused then coalesce(t.paused_at, now()) end, path = $path, by_runs = $byRuns,
     cursor = case when $fromNow and t.kind = 'files' then p.head else t.cursor end,
     name = $name, message = $message, level = $level, agent_id = $agentId, model = $model, budget = $budget, goal = $goal,
       user_id = $userId, changed_at = now()
   from projects p where t.id = $id and p.id = t.project_id`,
);

export const deleteTrigger = statement<{ id: string }, { id: string }>(
  'triggers.delete',
  'delete from triggers where id = $id returning id',
);

/** The previous secret stays valid for a while; the one before it does not. */
export const updateSecret = statement<{ id: string }, { id: string; secret: Buffer; oldGoodFor: string }>(
  'triggers.update-secret',
  `update triggers set old_secret = secret, old_secret_until = now() + $oldGoodFor::interval, secret = $secret, changed_at = now()
   where id = $id returning id`,
);

export interface HookRow extends StartRow {
  paused: boolean;
  secret: Buffer;
  /** Null once it has expired. */
  old_secret: Buffer | null;
  /** Seconds since 1970, by PostgreSQL's clock. */
  now: number;
}

export const selectHook = statement<HookRow, { id: string }>(
  'triggers.select-hook',
  `select ${startColumns}, t.paused_at is not null as paused, t.secret, case when t.old_secret_until > now() then t.old_secret end as old_secret,
     extract(epoch from now())::float8 as now
   from triggers t ${startJoin} where t.id = $id and t.kind = 'webhook' and t.secret is not null`,
);

export const countUnauthenticated = statement<never, { ids: readonly string[]; times: readonly number[] }>(
  'triggers.count-strangers',
  `insert into trigger_strangers as s (trigger_id, times)
   select t.id, c.times from unnest($ids::uuid[], $times::int[]) as c (id, times) join triggers t on t.id = c.id and t.kind = 'webhook'
   on conflict (trigger_id) do update set times = least(s.times::bigint + excluded.times, 2000000000)::int, last_at = now()`,
);
