alter table runs
  add column agent_id uuid,
  add column agent_version integer,
  -- US dollars, as far as prices were known; null before the first step with a price.
  add column cost numeric(16, 8),
  -- The run and its event from which this one was branched off.
  add column branched_from uuid references runs on delete set null,
  add column branched_at integer,
  add foreign key (agent_id, agent_version) references agent_versions (agent_id, version) on delete set null;
create index runs_agent on runs (agent_id) where agent_id is not null;
create index runs_branched_from on runs (branched_from) where branched_from is not null;

-- A tool may have seen several files.
update run_events set data = jsonb_set(data, '{seen}', jsonb_build_array(data -> 'seen'))
where type = 'tool_result' and jsonb_typeof(data -> 'seen') = 'object';

-- Results of tools that are longer than a log's entry; they are read by range.
create table tool_outputs (
  run_id uuid not null references runs on delete cascade,
  -- Step and place in it, as the result's event names it.
  id text not null,
  text text not null,
  primary key (run_id, id)
);

-- What was spent, by run, day (UTC) and model. Written with the events that spend it; kept when the run's project is deleted.
create table run_usage (
  run_id uuid not null,
  day date not null,
  model text not null,
  organization_id uuid not null references organizations on delete cascade,
  project_id uuid references projects on delete set null,
  user_id uuid references users on delete set null,
  steps integer not null default 0,
  input_tokens bigint not null default 0,
  output_tokens bigint not null default 0,
  -- US dollars; null where no price was known.
  cost numeric(16, 8),
  primary key (run_id, day, model)
);
create index run_usage_organization on run_usage (organization_id, day);
create index run_usage_project on run_usage (project_id);
create index run_usage_user on run_usage (user_id);
