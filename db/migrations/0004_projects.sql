create table projects (
  id uuid primary key,
  organization_id uuid not null references organizations on delete cascade,
  name text not null,
  -- Number of the newest change of its files. Taking the next number locks the project: its changes are one after the other.
  head bigint not null default 0,
  created_at timestamptz not null default now(),
  changed_at timestamptz not null default now()
);
create index projects_organization on projects (organization_id, changed_at desc);

create function notify_project_changed() returns trigger language plpgsql as $$
begin
  perform pg_notify('guildhall', 'project ' || old.id);
  return null;
end $$;
create trigger projects_changed after update of name, organization_id or delete on projects for each row execute function notify_project_changed();
