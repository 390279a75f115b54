-- Running server processes and their beats. An advisory lock alone tells of a process that died; one that is stopped, or whose event loop
-- stands still, keeps its connection and so its lock. Unlogged: a beat costs no write-ahead log, and when PostgreSQL crashes, every
-- connection and lock ends with it.
create unlogged table servers (
  number integer primary key,
  beat_at timestamptz not null,
  -- Since when it has beaten without a pause. A server that paused, or found PostgreSQL pausing, gives the others time to beat again.
  steady_since timestamptz not null
);
