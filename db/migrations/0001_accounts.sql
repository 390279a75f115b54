create table users (
  id uuid primary key,
  name text not null,
  email text not null,
  password_hash text not null,
  created_at timestamptz not null default now()
);
-- Addresses are the same whatever their case.
create unique index users_email on users (lower(email));

create table organizations (
  id uuid primary key,
  name text not null,
  created_at timestamptz not null default now()
);

create table members (
  organization_id uuid not null references organizations on delete cascade,
  user_id uuid not null references users on delete cascade,
  role text not null check (role in ('viewer', 'member', 'admin', 'owner')),
  created_at timestamptz not null default now(),
  primary key (organization_id, user_id)
);
create index members_user on members (user_id);

-- Servers keep who somebody is, and what they may do, in memory; these news make them look again.
create function notify_user_changed() returns trigger language plpgsql as $$
begin
  if tg_table_name = 'users' then
    perform pg_notify('guildhall', 'user ' || coalesce(new.id, old.id));
  elsif tg_table_name = 'members' then
    perform pg_notify('guildhall', 'user ' || coalesce(new.user_id, old.user_id));
  else
    perform pg_notify('guildhall', 'user *');
  end if;
  return null;
end $$;
create trigger users_changed after update or delete on users for each row execute function notify_user_changed();
create trigger members_changed after insert or update or delete on members for each row execute function notify_user_changed();
create trigger organizations_changed after update on organizations for each row execute function notify_user_changed();
