create table load_reports (
  id uuid primary key,
  test text not null check (test in ('load', 'stress', 'session')),
  started_at timestamptz not null,
  passed boolean not null,
  -- What a list shows, kept apart so that listing reads no plots.
  summary jsonb not null,
  report jsonb not null,
  kept_at timestamptz not null default now()
);
create index load_reports_newest on load_reports (started_at desc, id desc);

-- Admins of the organization that was founded first run the installation: who that is, is asked with each person.
create index organizations_first on organizations (created_at, id);
