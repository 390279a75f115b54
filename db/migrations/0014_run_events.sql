-- Models say something in many runs at once, many times a second; looking up the run of each event by its key took two fifths of
-- storing it. Events are only ever added to runs that the same statement has locked, so what the key did is left to one trigger.
alter table run_events drop constraint run_events_run_id_fkey;
create function delete_run_events() returns trigger language plpgsql as $$
begin
  delete from run_events e using gone where e.run_id = gone.id;
  return null;
end $$;
create trigger runs_events_deleted after delete on runs referencing old table as gone for each statement execute function delete_run_events();

-- The news of a deleted run, in the form that news of many runs have.
create or replace function notify_run_deleted() returns trigger language plpgsql as $$
begin
  perform pg_notify('guildhall', 'runs ' || old.id || ' ' || old.last_event + 1);
  return null;
end $$;
