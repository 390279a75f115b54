-- Recurring jobs: a row a name, claimed by one server at a time. pg-boss's schema stays for servers of the version before.
create table recurring_jobs (
  name text primary key,
  due_at timestamptz not null,
  -- The claim of a server, void once this has passed.
  claimed_until timestamptz,
  started_at timestamptz,
  ended_at timestamptz
);
