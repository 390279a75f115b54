-- What starts runs from outside: signed webhooks, and changes of files.
create table triggers (
  id uuid primary key,
  project_id uuid not null references projects on delete cascade,
  kind text not null check (kind in ('webhook', 'files')),
  name text not null,
  message text not null,
  level text not null check (level in ('off', 'supervised', 'autonomous')),
  agent_id uuid references agents on delete set null,
  model text,
  budget jsonb not null default '{}',
  goal jsonb,
  -- On whose behalf, and with whose rights, its runs act; null: that person is no more.
  user_id uuid references users on delete set null,
  paused_at timestamptz,
  -- Sealed, since signatures are checked with it; the one before it is good until a time.
  secret bytea,
  old_secret bytea,
  old_secret_until timestamptz,
  -- Of the files whose changes fire it: a path, all below it, or a pattern.
  path text,
  by_runs boolean not null default false,
  -- Number of the project's last change that it has seen.
  cursor bigint,
  -- A server has it in hand, or has put it off, until then.
  look_at timestamptz not null default now(),
  created_at timestamptz not null default now(),
  changed_at timestamptz not null default now(),
  check ((kind = 'webhook') = (secret is not null)),
  check ((kind = 'files') = (path is not null and cursor is not null))
);
create index triggers_project on triggers (project_id);
create index triggers_agent on triggers (agent_id) where agent_id is not null;
create index triggers_user on triggers (user_id);
create index triggers_files on triggers (look_at) where kind = 'files' and paused_at is null;

-- Each firing, and each that was refused with a right signature.
create table trigger_occurrences (
  id bigint generated always as identity primary key,
  trigger_id uuid not null references triggers on delete cascade,
  at timestamptz not null default now(),
  outcome text not null check (outcome in ('started', 'refused')),
  -- Why it was refused; the same again soon after only counts.
  code text,
  reason text,
  times integer not null default 1,
  last_at timestamptz not null default now(),
  -- Of a webhook: the sender's id of the message, and how many bytes came.
  message_id text,
  bytes integer,
  -- Of files: the first paths that changed, of so many.
  paths text[] not null default '{}',
  path_count integer not null default 0,
  -- How many triggers in a row led here, this one included.
  depth integer not null default 1,
  run_id uuid references runs on delete set null
);
create index trigger_occurrences_newest on trigger_occurrences (trigger_id, id desc);
create index trigger_occurrences_run on trigger_occurrences (run_id) where run_id is not null;
create index trigger_occurrences_at on trigger_occurrences (at);
-- A message starts one run, however often it comes.
create unique index trigger_occurrences_message on trigger_occurrences (trigger_id, message_id) where outcome = 'started';

-- Requests whose signature was wrong. Losing the count in a crash does no harm.
create unlogged table trigger_strangers (
  trigger_id uuid primary key references triggers on delete cascade,
  times integer not null default 1,
  last_at timestamptz not null default now()
);
