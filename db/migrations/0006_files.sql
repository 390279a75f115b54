-- One step in a project's history, by a person or a run; may touch many files.
create table changes (
  id uuid primary key,
  project_id uuid not null references projects on delete cascade,
  number bigint not null,
  kind text not null check (kind in ('create', 'write', 'delete', 'move')),
  user_id uuid references users on delete set null,
  run_id uuid references runs on delete set null,
  at timestamptz not null default now(),
  unique (project_id, number)
);
create index changes_run on changes (run_id) where run_id is not null;
create index changes_user on changes (user_id);

-- Contents by their SHA-256, kept once a project: nobody learns from a hash what another organization has.
create table blobs (
  project_id uuid not null references projects on delete cascade,
  hash bytea not null,
  size integer not null,
  content bytea not null,
  primary key (project_id, hash)
);

-- Every file as of every change that touched it; without a hash the change took it away. Any past state, a diff, and the
-- reverse of a change or of a whole run follow from this table alone.
create table versions (
  project_id uuid not null references projects on delete cascade,
  path text collate "C" not null,
  number bigint not null,
  hash bytea,
  primary key (project_id, path, number),
  foreign key (project_id, number) references changes (project_id, number) on delete cascade,
  -- Deferred: deleting a project takes both away, in whichever order.
  foreign key (project_id, hash) references blobs (project_id, hash) deferrable initially deferred
);
create index versions_number on versions (project_id, number);
create index versions_hash on versions (project_id, hash);

-- Today's tree: the newest version of each path that exists. Written with each change, so that reading it is one index.
create table files (
  project_id uuid not null references projects on delete cascade,
  path text collate "C" not null,
  number bigint not null,
  hash bytea not null,
  size integer not null,
  primary key (project_id, path),
  foreign key (project_id, path, number) references versions (project_id, path, number) on delete cascade
);
