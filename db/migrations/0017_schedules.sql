-- Times at which runs start by themselves, and what came of each.
create table schedules (
  id uuid primary key,
  project_id uuid not null references projects on delete cascade,
  name text not null,
  -- Five fields: minute, hour, day of the month, month, day of the week; in the time zone.
  cron text not null,
  timezone text not null,
  message text not null,
  level text not null check (level in ('off', 'supervised', 'autonomous')),
  -- Not set to null: without its agent a run would do something else.
  agent_id uuid references agents,
  -- Without one, the agent's, else the organization's default.
  model text,
  budget jsonb not null default '{}',
  goal jsonb,
  -- What becomes of times at which no server was up.
  missed text not null check (missed in ('skip', 'once')),
  -- May one start while the one before is still going?
  overlap boolean not null,
  -- On whose behalf, and with whose rights, its runs act; null: that person is no more.
  user_id uuid references users on delete set null,
  paused_at timestamptz,
  -- The due time that comes next, or is to be dealt with now.
  next_at timestamptz not null,
  -- Nobody deals with it before: another server is at it, or a limit was reached.
  not_before timestamptz,
  -- Rises with every change of what a person says of it.
  version integer not null default 1,
  created_at timestamptz not null default now(),
  changed_at timestamptz not null default now()
);
create index schedules_project on schedules (project_id);
create index schedules_agent on schedules (agent_id) where agent_id is not null;
create index schedules_user on schedules (user_id);
create index schedules_due on schedules (greatest(next_at, not_before)) where paused_at is null;

-- The primary key is what makes a due time start one run and no more.
create table schedule_occurrences (
  schedule_id uuid not null references schedules on delete cascade,
  due_at timestamptz not null,
  at timestamptz not null default now(),
  status text not null check (status in ('started', 'skipped', 'missed', 'failed')),
  -- Why no run was started.
  reason text,
  run_id uuid references runs on delete set null,
  -- A person started it beside its times.
  manual boolean not null default false,
  -- How many due times it stands for that were missed, the first of them at `missed_since` and the last at `due_at`.
  missed integer,
  missed_since timestamptz,
  primary key (schedule_id, due_at)
);
create index schedule_occurrences_run on schedule_occurrences (run_id) where run_id is not null;
create index schedule_occurrences_at on schedule_occurrences (at);

-- Whether one of its runs is still going is asked at every due time.
create index runs_going on runs (origin_id) where origin_id is not null and status in ('queued', 'running', 'waiting');
