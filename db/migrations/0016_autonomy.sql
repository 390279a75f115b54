-- Policies of organizations, and of projects, which only narrow them.
create table autonomy_policies (
  organization_id uuid not null references organizations on delete cascade,
  -- Null: the organization's own.
  project_id uuid references projects on delete cascade,
  policy jsonb not null,
  -- Rises with each change, so that nobody overwrites what another has changed meanwhile.
  version integer not null default 1,
  changed_at timestamptz not null default now(),
  changed_by uuid references users on delete set null,
  unique nulls not distinct (organization_id, project_id)
);
create index autonomy_policies_project on autonomy_policies (project_id) where project_id is not null;

-- Of organizations that have ever been switched.
create table autonomy_switches (
  organization_id uuid primary key references organizations on delete cascade,
  -- Since when autonomous work is held; null: it is not.
  off_at timestamptz,
  changed_at timestamptz not null default now(),
  changed_by uuid references users on delete set null
);

-- Who or what started a run. The name stays when that is gone.
alter table runs
  add column origin text not null default 'person' check (origin in ('person', 'schedule', 'trigger')),
  add column origin_id uuid,
  add column origin_name text;
create index runs_origin on runs (origin_id) where origin_id is not null;

create table approvals (
  id uuid primary key,
  organization_id uuid not null references organizations on delete cascade,
  project_id uuid not null references projects on delete cascade,
  run_id uuid not null references runs on delete cascade,
  kind text not null check (kind in ('tool_call', 'budget', 'repeated_call', 'unknown_outcome')),
  -- Null where it is not about a tool call.
  call_id text,
  tool text not null,
  server text,
  input jsonb not null,
  -- SHA-256 of tool, input and edits: what is approved is this and nothing else.
  hash text not null,
  reason text not null,
  -- What made it ask, as the gate tells.
  rule jsonb,
  choices text[] not null,
  -- What the run's log will say when the edits are applied.
  outcome jsonb,
  -- The first paths, of so many.
  paths text[] not null default '{}',
  path_count integer not null default 0,
  status text not null default 'pending' check (status in ('pending', 'approved', 'rejected', 'expired', 'withdrawn')),
  asked_at timestamptz not null default now(),
  expires_at timestamptz,
  decided_at timestamptz,
  decided_by uuid references users on delete set null,
  note text,
  -- Approved for all calls like this one in its run.
  for_all boolean not null default false,
  -- When the step that was approved went on; never twice.
  consumed_at timestamptz
);
create index approvals_organization on approvals (organization_id, asked_at desc, id desc);
create index approvals_project on approvals (project_id);
create index approvals_run on approvals (run_id);
create index approvals_expiring on approvals (expires_at) where status = 'pending';
-- A run waits for one thing at a time.
create unique index approvals_pending on approvals (run_id) where status = 'pending';

-- What a tool call would do to files, kept until it is done.
create table approval_edits (
  approval_id uuid not null references approvals on delete cascade,
  place integer not null,
  path text not null,
  -- The version it is based on; null: no file.
  base text,
  -- The version it leaves; null: the file is taken away.
  version text,
  -- Null where the project has this version already.
  content bytea,
  primary key (approval_id, place)
);

-- A person has raised a daily budget for the rest of a day (UTC); once.
create table daily_raises (
  organization_id uuid not null references organizations on delete cascade,
  scope text not null check (scope in ('user', 'project', 'organization')),
  scope_id uuid not null,
  day date not null,
  raised_at timestamptz not null default now(),
  raised_by uuid references users on delete set null,
  primary key (scope, scope_id, day)
);
create index daily_raises_organization on daily_raises (organization_id);
