-- What an agent is called, is told and may do stands in its versions, which never change: a run says which one it used.
create table agents (
  id uuid primary key,
  organization_id uuid not null references organizations on delete cascade,
  -- As in its newest version.
  name text not null,
  -- The newest version.
  version integer not null default 1,
  -- Set when nobody may start runs with it any more; those that used it still name it.
  archived_at timestamptz,
  created_at timestamptz not null default now(),
  changed_at timestamptz not null default now()
);
create unique index agents_name on agents (organization_id, lower(name)) where archived_at is null;

create table agent_versions (
  agent_id uuid not null references agents on delete cascade,
  version integer not null,
  name text not null,
  instructions text not null,
  -- Without one, the model of whoever starts the run.
  model text,
  -- Without them, all there are.
  tools text[],
  level text not null check (level in ('off', 'supervised', 'autonomous')),
  budget jsonb not null default '{}',
  user_id uuid references users on delete set null,
  at timestamptz not null default now(),
  primary key (agent_id, version)
);
create index agent_versions_user on agent_versions (user_id);
