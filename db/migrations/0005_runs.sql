create table runs (
  id uuid primary key,
  project_id uuid not null references projects on delete cascade,
  user_id uuid references users on delete set null,
  title text not null,
  status text not null check (status in ('queued', 'running', 'waiting', 'done', 'failed', 'stopped')),
  level text not null check (level in ('off', 'supervised', 'autonomous')),
  model text not null,
  budget jsonb not null default '{}',
  -- Rises each time a server takes the run up. Whoever writes names it: a server that lost the run can write no more.
  fence integer not null default 0,
  -- The server that works on it, by its liveness lock.
  server integer,
  stop_requested boolean not null default false,
  last_event integer not null default 0,
  input_tokens bigint not null default 0,
  output_tokens bigint not null default 0,
  created_at timestamptz not null default now(),
  -- Apart from changed_at, which every event sets: an index on that would have to be written ten times a second.
  queued_at timestamptz not null default now(),
  changed_at timestamptz not null default now()
);
create index runs_project on runs (project_id, created_at desc, id desc);
create index runs_user on runs (user_id);
create index runs_queued on runs (queued_at) where status = 'queued';
create index runs_running on runs (server) where status = 'running';

-- Readers of a run that is deleted with its project look again, and find that it is over.
create function notify_run_deleted() returns trigger language plpgsql as $$
begin
  perform pg_notify('guildhall', 'run ' || old.id || ' ' || old.last_event + 1);
  return null;
end $$;
create trigger runs_deleted after delete on runs for each row when (old.status in ('queued', 'running', 'waiting')) execute function notify_run_deleted();

create table run_events (
  run_id uuid not null references runs on delete cascade,
  seq integer not null,
  type text not null,
  data jsonb not null,
  at timestamptz not null default now(),
  primary key (run_id, seq)
);
