-- Counts of the current windows. Unlogged: a crash of PostgreSQL forgets at most one window, and a count costs no write-ahead log.
create unlogged table limit_windows (
  key text primary key,
  ends_at timestamptz not null,
  used integer not null,
  -- What the last statement that counted got: only there to be returned.
  granted integer not null
);
create index limit_windows_end on limit_windows (ends_at);
