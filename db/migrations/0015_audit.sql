-- Who did what, when and from where. No foreign keys: entries outlive what they speak of, so names are copied in.
create table audit_entries (
  id bigint generated always as identity,
  at timestamptz not null default now(),
  organization_id uuid not null,
  project_id uuid,
  project_name text,
  -- Who did it, or on whose behalf a run did; null where it was nobody, such as a time that was up.
  user_id uuid,
  user_name text not null,
  run_id uuid,
  run_name text,
  -- The run did it, on behalf of the person.
  by_run boolean not null,
  action text not null,
  -- What it was done to: {kind, id, name}.
  subject jsonb,
  detail jsonb,
  -- Of whoever asked over HTTP.
  address text,
  -- In the order in which they are read, from the newest on.
  primary key (organization_id, id)
);
create index audit_entries_user on audit_entries (organization_id, user_id, id);
create index audit_entries_run on audit_entries (run_id, id) where run_id is not null;

create function refuse_audit_change() returns trigger language plpgsql as $$
begin
  raise exception 'The audit log only grows: % of its entries is refused.', lower(tg_op) using errcode = 'insufficient_privilege';
end $$;
create trigger audit_entries_append_only before update or delete or truncate on audit_entries
  for each statement execute function refuse_audit_change();
-- Also where a session has switched triggers off by session_replication_role.
alter table audit_entries enable always trigger audit_entries_append_only;
