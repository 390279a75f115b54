-- A team: operators, restricted projects, invitations, one-time links, tokens.

-- Who runs this installation: until now the admins of the first organization.
alter table users
  add column operator boolean not null default false,
  -- For tabs that name no organization.
  add column default_organization_id uuid references organizations (id) on delete set null,
  add column email_confirmed_at timestamptz,
  -- `service`: acts for an organization's token, and nobody signs in as it.
  add column kind text not null default 'person' check (kind in ('person', 'service'));
create index users_default_organization on users (default_organization_id);
update users set operator = true where id in (
  select user_id from members
  where role in ('admin', 'owner') and organization_id = (select id from organizations order by created_at, id limit 1)
);

create table user_pictures (
  user_id uuid primary key references users (id) on delete cascade,
  type text not null,
  content bytea not null,
  changed_at timestamptz not null default now()
);

alter table organizations add column settings jsonb not null default '{}';

-- `listed`: open to the people in project_members, and to owners and admins.
alter table projects add column access text not null default 'organization' check (access in ('organization', 'listed'));

create table project_members (
  project_id uuid not null references projects (id) on delete cascade,
  organization_id uuid not null,
  user_id uuid not null,
  -- Replaces the role in the organization; owners and admins keep theirs.
  role text not null check (role in ('viewer', 'member')),
  created_at timestamptz not null default now(),
  primary key (project_id, user_id),
  foreign key (organization_id, user_id) references members (organization_id, user_id) on delete cascade
);
create index project_members_user on project_members (user_id);
create index project_members_member on project_members (organization_id, user_id);
create or replace function notify_user_changed() returns trigger language plpgsql as $$
begin
  if tg_table_name = 'users' then
    perform pg_notify('guildhall', 'user ' || coalesce(new.id, old.id));
  elsif tg_table_name in ('members', 'project_members') then
    perform pg_notify('guildhall', 'user ' || coalesce(new.user_id, old.user_id));
  else
    perform pg_notify('guildhall', 'user *');
  end if;
  return null;
end $$;
create trigger project_members_changed after insert or update or delete on project_members
  for each row execute function notify_user_changed();

-- A role in a project, by person; no row: no access. The rule in TypeScript is roleIn (features/projects/server/role.ts); a test compares both.
create view project_roles as
  select project_id, organization_id, user_id, role from (
    select p.id as project_id, p.organization_id, m.user_id,
      case when m.role in ('owner', 'admin') then m.role
        else coalesce(l.role, case p.access when 'organization' then m.role end) end as role
    from projects p
    join members m on m.organization_id = p.organization_id
    left join project_members l on l.project_id = p.id and l.user_id = m.user_id
  ) all_roles where role is not null;

-- The access of a project is cached by its id, and decides who sees it in lists.
drop trigger projects_changed on projects;
create trigger projects_changed after delete or update of name, organization_id, access on projects
  for each row execute function notify_project_changed();

create table invitations (
  id uuid primary key,
  organization_id uuid not null references organizations (id) on delete cascade,
  email text,
  role text not null check (role in ('viewer', 'member', 'admin', 'owner')),
  -- Hash of the token in the link. Sending again replaces it.
  token_hash bytea not null,
  invited_by uuid not null,
  created_at timestamptz not null default now(),
  sent_at timestamptz,
  expires_at timestamptz not null,
  accepted_at timestamptz,
  accepted_by uuid references users (id) on delete set null,
  revoked_at timestamptz,
  -- The links of somebody who leaves stop working.
  foreign key (organization_id, invited_by) references members (organization_id, user_id) on delete cascade
);
create unique index invitations_token on invitations (token_hash);
create index invitations_organization on invitations (organization_id, created_at desc);
create index invitations_inviter on invitations (organization_id, invited_by);
create index invitations_accepted_by on invitations (accepted_by);

create table invitation_projects (
  invitation_id uuid not null references invitations (id) on delete cascade,
  project_id uuid not null references projects (id) on delete cascade,
  role text not null check (role in ('viewer', 'member')),
  primary key (invitation_id, project_id)
);
create index invitation_projects_project on invitation_projects (project_id);

-- Links that work once: a new password, a confirmed address, a changed address.
create table one_time_links (
  token_hash bytea primary key,
  user_id uuid not null references users (id) on delete cascade,
  purpose text not null check (purpose in ('password', 'email')),
  -- The address to confirm, or to change to.
  email text,
  created_by uuid references users (id) on delete set null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  used_at timestamptz
);
create index one_time_links_user on one_time_links (user_id, purpose);
create index one_time_links_created_by on one_time_links (created_by);
create index one_time_links_end on one_time_links (expires_at);

create table tokens (
  id uuid primary key,
  token_hash bytea not null,
  name text not null,
  -- Whom it acts for: a person, or the service account of an organization's token.
  user_id uuid not null references users (id) on delete cascade,
  -- Set for a token of an organization.
  organization_id uuid references organizations (id) on delete cascade,
  scopes text[] not null,
  -- Null: all projects of whom it acts for.
  projects uuid[],
  created_by uuid not null references users (id) on delete cascade,
  created_at timestamptz not null default now(),
  expires_at timestamptz,
  last_used_at timestamptz,
  -- Somebody who leaves knows the secrets of the organization’s tokens that they created.
  foreign key (organization_id, created_by) references members (organization_id, user_id) on delete cascade
);
create unique index tokens_hash on tokens (token_hash);
create index tokens_user on tokens (user_id, created_at desc);
create index tokens_organization on tokens (organization_id, created_at desc);
create index tokens_creator on tokens (organization_id, created_by);
create index tokens_created_by on tokens (created_by);

create function notify_token_changed() returns trigger language plpgsql as $$
begin
  perform pg_notify('guildhall', 'token ' || encode(old.token_hash, 'hex'));
  return null;
end $$;
create trigger tokens_deleted after delete on tokens for each row execute function notify_token_changed();
create trigger tokens_changed after update of scopes, projects, expires_at, name on tokens
  for each row execute function notify_token_changed();
