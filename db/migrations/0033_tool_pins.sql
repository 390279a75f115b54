-- What each tool server last said its tools are, so that no run waits for it.
create table tool_server_listings (
  tool_server_id uuid primary key references tool_servers on delete cascade,
  -- In its order: each as it can be offered, with its digest, or with why it cannot.
  tools jsonb not null default '[]',
  -- There are others than these.
  more boolean not null default false,
  -- When it last answered.
  listed_at timestamptz,
  -- Since when it does not answer, and why not.
  failing_since timestamptz,
  reason text
);

-- Tools as an admin has seen and turned them on. One whose digest is another one by now is not offered until it is seen again.
create table tool_pins (
  tool_server_id uuid not null references tool_servers on delete cascade,
  -- The server's own.
  name text not null,
  digest text not null,
  definition jsonb not null,
  -- Null: it was in use before tools were pinned, or who turned it on has left.
  pinned_by uuid references users on delete set null,
  pinned_at timestamptz not null default now(),
  -- When admins were last told that it has changed.
  told_at timestamptz,
  primary key (tool_server_id, name)
);
create index tool_pins_user on tool_pins (pinned_by);

-- Servers of before this go on as they are: what they list first is pinned. So is what the previous version of the program connects.
alter table tool_servers add column pin_first_listing boolean not null default true;

create function notify_tools_changed() returns trigger language plpgsql as $$
declare
  organization uuid := (select organization_id from tool_servers where id = coalesce(new.tool_server_id, old.tool_server_id));
begin
  if organization is not null then perform pg_notify('guildhall', 'connections ' || organization); end if;
  return null;
end $$;
create trigger tool_server_listings_made after insert or delete on tool_server_listings for each row execute function notify_tools_changed();
create trigger tool_server_listings_changed after update on tool_server_listings for each row
  when (old.tools is distinct from new.tools or old.more <> new.more or old.reason is distinct from new.reason)
  execute function notify_tools_changed();
create trigger tool_pins_changed after insert or delete on tool_pins for each row execute function notify_tools_changed();
create trigger tool_pins_renewed after update of digest on tool_pins for each row execute function notify_tools_changed();

-- What a tool of another server was when it was asked about: part of what an approval binds.
alter table approvals add column tool_digest text;

-- Runs that wait for an admin to look at tools that have changed.
create table tool_waits (
  run_id uuid primary key references runs on delete cascade,
  organization_id uuid not null references organizations on delete cascade,
  -- As runs call them.
  tools text[] not null,
  -- The run's newest event when it began to wait; with a newer one it has gone on.
  seq integer not null
);
create index tool_waits_organization on tool_waits (organization_id);
