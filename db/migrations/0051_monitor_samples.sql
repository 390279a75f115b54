-- What each server measured, all its processes together: a row a minute, kept for two hours, and one every ten minutes, kept for eight days.
-- The text of `sample` is half the size of jsonb, and nothing looks into it here. See src/features/monitor/server/samples.

create table monitor_samples (
  minutes smallint not null check (minutes in (1, 10)),
  -- The end of what it covers.
  at timestamptz not null default now(),
  server text not null,
  version text not null,
  started_at timestamptz not null,
  -- What it covers; 0 for the first of a server, which counts nothing yet.
  seconds double precision not null,
  sample json not null,
  primary key (minutes, at, server)
);
