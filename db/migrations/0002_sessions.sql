-- The columns that connect-pg-simple reads and writes, and two derived ones of our own. The primary key is the guide's index on sid.
create table sessions (
  sid text primary key,
  sess jsonb not null,
  expire timestamptz not null,
  user_id uuid generated always as ((sess ->> 'userId')::uuid) stored references users on delete cascade,
  seen_at timestamptz not null default now()
);
create index idx_sessions_expire on sessions (expire);
create index idx_sessions_user on sessions (user_id);

-- Servers keep sessions in memory. A hash stands in the news, so that a listener learns no session's id; what has expired is
-- kept by nobody, so cleaning up a million rows tells nobody.
create function notify_session_changed() returns trigger language plpgsql as $$
begin
  perform pg_notify('guildhall', 'session ' || encode(sha256(convert_to(old.sid, 'UTF8')), 'hex'));
  return null;
end $$;
create trigger sessions_deleted after delete on sessions for each row when (old.expire > now()) execute function notify_session_changed();
create trigger sessions_changed after update on sessions for each row when (old.sess is distinct from new.sess) execute function notify_session_changed();
