-- What agents of an organization may reach outside: MCP tool servers, and hosts whose pages they may read.
create table tool_servers (
  id uuid primary key,
  organization_id uuid not null references organizations on delete cascade,
  -- Begins the names of its tools: slug__tool. No two underscores in a row and none at an end, so that such a name has one meaning.
  slug text not null check (slug ~ '^[a-z0-9]+(_[a-z0-9]+)*$' and length(slug) <= 20),
  name text not null,
  url text not null,
  -- Sealed under the row's id.
  token bytea,
  disabled_tools text[] not null default '{}',
  enabled boolean not null default true,
  -- May be at a private address; only an operator decides that.
  private_network boolean not null default false,
  -- Who connected it.
  user_id uuid references users on delete set null,
  created_at timestamptz not null default now(),
  changed_at timestamptz not null default now(),
  constraint tool_servers_slug unique (organization_id, slug)
);
create index tool_servers_user on tool_servers (user_id);

create table fetch_hosts (
  organization_id uuid primary key references organizations on delete cascade,
  -- example.com, or *.example.com for all below it
  hosts text[] not null,
  changed_at timestamptz not null default now()
);

create function notify_connections_changed() returns trigger language plpgsql as $$
begin
  perform pg_notify('guildhall', 'connections ' || coalesce(new.organization_id, old.organization_id));
  return null;
end $$;
create trigger tool_servers_changed after insert or update or delete on tool_servers for each row execute function notify_connections_changed();
create trigger fetch_hosts_changed after insert or update or delete on fetch_hosts for each row execute function notify_connections_changed();
