-- Today’s schema, as all migrations together make it. Written by scripts/schema.ts; not run by anything.

CREATE OR REPLACE FUNCTION public.delete_run_events()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  delete from run_events e using gone where e.run_id = gone.id;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION public.is_text(content bytea)
 RETURNS boolean
 LANGUAGE plpgsql
 IMMUTABLE STRICT
AS $function$
begin
  perform convert_from(content, 'UTF8');
  return true;
exception when character_not_in_repertoire or untranslatable_character then
  return false;
end
$function$;

CREATE OR REPLACE FUNCTION public.notify_connections_changed()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  perform pg_notify('guildhall', 'connections ' || coalesce(new.organization_id, old.organization_id));
  return null;
end $function$;

CREATE OR REPLACE FUNCTION public.notify_models_changed()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  perform pg_notify('guildhall', 'models ' || coalesce(new.organization_id, old.organization_id));
  return null;
end $function$;

CREATE OR REPLACE FUNCTION public.notify_notification()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  perform pg_notify('guildhall', 'notification ' || new.user_id || ' ' || new.channel);
  return null;
end $function$;

CREATE OR REPLACE FUNCTION public.notify_outbox()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  perform pg_notify('guildhall', 'outbox ');
  return null;
end $function$;

CREATE OR REPLACE FUNCTION public.notify_project_changed()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  perform pg_notify('guildhall', 'project ' || old.id);
  return null;
end $function$;

CREATE OR REPLACE FUNCTION public.notify_project_list_changed()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  perform pg_notify('guildhall', 'projects ' || coalesce(new.organization_id, old.organization_id));
  if tg_op = 'UPDATE' and new.organization_id <> old.organization_id then
    perform pg_notify('guildhall', 'projects ' || old.organization_id);
  end if;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION public.notify_run_deleted()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  perform pg_notify('guildhall', 'runs ' || old.id || ' ' || old.last_event + 1);
  return null;
end $function$;

CREATE OR REPLACE FUNCTION public.notify_session_changed()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  perform pg_notify('guildhall', 'session ' || encode(sha256(convert_to(old.sid, 'UTF8')), 'hex'));
  return null;
end $function$;

CREATE OR REPLACE FUNCTION public.notify_token_changed()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  perform pg_notify('guildhall', 'token ' || encode(old.token_hash, 'hex'));
  return null;
end $function$;

CREATE OR REPLACE FUNCTION public.notify_tools_changed()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
declare
  organization uuid := (select organization_id from tool_servers where id = coalesce(new.tool_server_id, old.tool_server_id));
begin
  if organization is not null then perform pg_notify('guildhall', 'connections ' || organization); end if;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION public.notify_user_changed()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if tg_table_name = 'users' then
    perform pg_notify('guildhall', 'user ' || coalesce(new.id, old.id));
  elsif tg_table_name in ('members', 'project_members') then
    perform pg_notify('guildhall', 'user ' || coalesce(new.user_id, old.user_id));
  else
    perform pg_notify('guildhall', 'user *');
  end if;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION public.refuse_audit_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  raise exception 'The audit log only grows: % of its entries is refused.', lower(tg_op) using errcode = 'insufficient_privilege';
end $function$;

CREATE OR REPLACE FUNCTION public.searchable(content bytea)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE STRICT
AS $function$ select convert_from(content, 'UTF8') $function$;

create table accepted_instructions (
  project_id uuid not null,
  number bigint not null,
  level text not null,
  user_id uuid,
  accepted_at timestamp with time zone default now() not null,
  constraint accepted_instructions_pkey PRIMARY KEY (project_id, number, level),
  constraint accepted_instructions_project_id_number_fkey FOREIGN KEY (project_id, number) REFERENCES changes(project_id, number) ON DELETE CASCADE,
  constraint accepted_instructions_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE SET NULL,
  constraint accepted_instructions_level_check CHECK ((level = ANY (ARRAY['off'::text, 'supervised'::text, 'autonomous'::text])))
);
CREATE INDEX accepted_instructions_user ON public.accepted_instructions USING btree (user_id);

create table agent_versions (
  agent_id uuid not null,
  version integer not null,
  name text not null,
  instructions text not null,
  model text,
  tools text[],
  level text not null,
  budget jsonb default '{}'::jsonb not null,
  user_id uuid,
  at timestamp with time zone default now() not null,
  constraint agent_versions_pkey PRIMARY KEY (agent_id, version),
  constraint agent_versions_agent_id_fkey FOREIGN KEY (agent_id) REFERENCES agents(id) ON DELETE CASCADE,
  constraint agent_versions_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE SET NULL,
  constraint agent_versions_level_check CHECK ((level = ANY (ARRAY['off'::text, 'supervised'::text, 'autonomous'::text])))
);
CREATE INDEX agent_versions_user ON public.agent_versions USING btree (user_id);

create table agents (
  id uuid not null,
  organization_id uuid not null,
  name text not null,
  version integer default 1 not null,
  archived_at timestamp with time zone,
  created_at timestamp with time zone default now() not null,
  changed_at timestamp with time zone default now() not null,
  constraint agents_pkey PRIMARY KEY (id),
  constraint agents_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX agents_name ON public.agents USING btree (organization_id, lower(name)) WHERE (archived_at IS NULL);

create table approval_edits (
  approval_id uuid not null,
  place integer not null,
  path text not null,
  base text,
  version text,
  content bytea,
  constraint approval_edits_pkey PRIMARY KEY (approval_id, place),
  constraint approval_edits_approval_id_fkey FOREIGN KEY (approval_id) REFERENCES approvals(id) ON DELETE CASCADE
);

create table approvals (
  id uuid not null,
  organization_id uuid not null,
  project_id uuid not null,
  run_id uuid not null,
  kind text not null,
  call_id text,
  tool text not null,
  server text,
  input jsonb not null,
  hash text not null,
  reason text not null,
  rule jsonb,
  choices text[] not null,
  outcome jsonb,
  paths text[] default '{}'::text[] not null,
  path_count integer default 0 not null,
  status text default 'pending'::text not null,
  asked_at timestamp with time zone default now() not null,
  expires_at timestamp with time zone,
  decided_at timestamp with time zone,
  decided_by uuid,
  note text,
  for_all boolean default false not null,
  consumed_at timestamp with time zone,
  tool_digest text,
  decided_level text,
  constraint approvals_pkey PRIMARY KEY (id),
  constraint approvals_decided_by_fkey FOREIGN KEY (decided_by) REFERENCES users(id) ON DELETE SET NULL,
  constraint approvals_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id) ON DELETE CASCADE,
  constraint approvals_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id) ON DELETE CASCADE,
  constraint approvals_run_id_fkey FOREIGN KEY (run_id) REFERENCES runs(id) ON DELETE CASCADE,
  constraint approvals_decided_level_check CHECK ((decided_level = ANY (ARRAY['off'::text, 'supervised'::text, 'autonomous'::text]))),
  constraint approvals_kind_check CHECK ((kind = ANY (ARRAY['tool_call'::text, 'budget'::text, 'repeated_call'::text, 'unknown_outcome'::text]))),
  constraint approvals_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'approved'::text, 'rejected'::text, 'expired'::text, 'withdrawn'::text])))
);
CREATE INDEX approvals_expiring ON public.approvals USING btree (expires_at) WHERE (status = 'pending'::text);
CREATE INDEX approvals_organization ON public.approvals USING btree (organization_id, asked_at DESC, id DESC);
CREATE UNIQUE INDEX approvals_pending ON public.approvals USING btree (run_id) WHERE (status = 'pending'::text);
CREATE INDEX approvals_project ON public.approvals USING btree (project_id);
CREATE INDEX approvals_run ON public.approvals USING btree (run_id);
CREATE INDEX approvals_waiting ON public.approvals USING btree (organization_id, asked_at DESC, id DESC) WHERE (status = 'pending'::text);

create table audit_entries (
  id bigint not null,
  at timestamp with time zone default now() not null,
  organization_id uuid not null,
  project_id uuid,
  project_name text,
  user_id uuid,
  user_name text not null,
  run_id uuid,
  run_name text,
  by_run boolean not null,
  action text not null,
  subject jsonb,
  detail jsonb,
  address text,
  constraint audit_entries_pkey PRIMARY KEY (organization_id, id)
);
CREATE INDEX audit_entries_action ON public.audit_entries USING btree (organization_id, action, id);
CREATE INDEX audit_entries_at ON public.audit_entries USING btree (organization_id, at);
CREATE INDEX audit_entries_project ON public.audit_entries USING btree (organization_id, project_id, id) WHERE (project_id IS NOT NULL);
CREATE INDEX audit_entries_run ON public.audit_entries USING btree (run_id, id) WHERE (run_id IS NOT NULL);
CREATE INDEX audit_entries_user ON public.audit_entries USING btree (organization_id, user_id, id);
CREATE TRIGGER audit_entries_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.audit_entries FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();

create table autonomy_policies (
  organization_id uuid not null,
  project_id uuid,
  policy jsonb not null,
  version integer default 1 not null,
  changed_at timestamp with time zone default now() not null,
  changed_by uuid,
  constraint autonomy_policies_organization_id_project_id_key UNIQUE NULLS NOT DISTINCT (organization_id, project_id),
  constraint autonomy_policies_changed_by_fkey FOREIGN KEY (changed_by) REFERENCES users(id) ON DELETE SET NULL,
  constraint autonomy_policies_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id) ON DELETE CASCADE,
  constraint autonomy_policies_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id) ON DELETE CASCADE
);
CREATE INDEX autonomy_policies_project ON public.autonomy_policies USING btree (project_id) WHERE (project_id IS NOT NULL);

create table autonomy_switches (
  organization_id uuid not null,
  off_at timestamp with time zone,
  changed_at timestamp with time zone default now() not null,
  changed_by uuid,
  constraint autonomy_switches_pkey PRIMARY KEY (organization_id),
  constraint autonomy_switches_changed_by_fkey FOREIGN KEY (changed_by) REFERENCES users(id) ON DELETE SET NULL,
  constraint autonomy_switches_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id) ON DELETE CASCADE
);

create table backups (
  id uuid default gen_random_uuid() not null,
  name text,
  location text not null,
  host text,
  reason text not null,
  status text not null,
  user_name text,
  started_at timestamp with time zone default now() not null,
  beat_at timestamp with time zone default now() not null,
  ended_at timestamp with time zone,
  read_bytes bigint default 0 not null,
  bytes bigint,
  rows bigint,
  encrypted boolean not null,
  failure text,
  constraint backups_pkey PRIMARY KEY (id),
  constraint backups_reason_check CHECK ((reason = ANY (ARRAY['manual'::text, 'scheduled'::text, 'command'::text]))),
  constraint backups_status_check CHECK ((status = ANY (ARRAY['running'::text, 'done'::text, 'failed'::text])))
);
CREATE INDEX backups_newest ON public.backups USING btree (started_at DESC, id DESC);
CREATE UNIQUE INDEX backups_running ON public.backups USING btree (status) WHERE (status = 'running'::text);

create table blobs (
  project_id uuid not null,
  hash bytea not null,
  size integer not null,
  content bytea not null,
  in_search boolean default false not null,
  constraint blobs_pkey PRIMARY KEY (project_id, hash),
  constraint blobs_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id) ON DELETE CASCADE
);
CREATE INDEX blobs_in_search ON public.blobs USING btree (hash, project_id) WHERE (in_search AND (size >= 0));
CREATE INDEX blobs_search ON public.blobs USING gin (((project_id)::text), searchable(content) COLLATE "C" gin_trgm_ops) WHERE in_search;

create table changes (
  id uuid not null,
  project_id uuid not null,
  number bigint not null,
  kind text not null,
  user_id uuid,
  run_id uuid,
  at timestamp with time zone default now() not null,
  undone_by uuid,
  constraint changes_project_id_number_key UNIQUE (project_id, number),
  constraint changes_pkey PRIMARY KEY (id),
  constraint changes_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id) ON DELETE CASCADE,
  constraint changes_run_id_fkey FOREIGN KEY (run_id) REFERENCES runs(id) ON DELETE SET NULL,
  constraint changes_undone_by_fkey FOREIGN KEY (undone_by) REFERENCES changes(id) ON DELETE SET NULL,
  constraint changes_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE SET NULL,
  constraint changes_kind_check CHECK ((kind = ANY (ARRAY['create'::text, 'write'::text, 'delete'::text, 'move'::text, 'batch'::text, 'revert'::text, 'import'::text, 'restore'::text]))) NOT VALID
);
CREATE INDEX changes_person ON public.changes USING btree (project_id, user_id, number) WHERE (run_id IS NULL);
CREATE INDEX changes_run ON public.changes USING btree (run_id) WHERE (run_id IS NOT NULL);
CREATE INDEX changes_undone_by ON public.changes USING btree (undone_by) WHERE (undone_by IS NOT NULL);
CREATE INDEX changes_user ON public.changes USING btree (user_id);

create table client_assets (
  name text collate "C" not null,
  content bytea not null,
  constraint client_assets_pkey PRIMARY KEY (name)
);

create table client_builds (
  id text not null,
  names text[] not null,
  created_at timestamp with time zone default now() not null,
  used_at timestamp with time zone default now() not null,
  constraint client_builds_pkey PRIMARY KEY (id)
);

create table daily_raises (
  organization_id uuid not null,
  scope text not null,
  scope_id uuid not null,
  day date not null,
  raised_at timestamp with time zone default now() not null,
  raised_by uuid,
  constraint daily_raises_pkey PRIMARY KEY (organization_id, scope, scope_id, day),
  constraint daily_raises_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id) ON DELETE CASCADE,
  constraint daily_raises_raised_by_fkey FOREIGN KEY (raised_by) REFERENCES users(id) ON DELETE SET NULL,
  constraint daily_raises_scope_check CHECK ((scope = ANY (ARRAY['user'::text, 'project'::text, 'organization'::text])))
);

create table doctor_reports (
  id boolean default true not null,
  ran_at timestamp with time zone not null,
  checks jsonb not null,
  constraint doctor_reports_pkey PRIMARY KEY (id),
  constraint doctor_reports_id_check CHECK (id)
);

create table fetch_hosts (
  organization_id uuid not null,
  hosts text[] not null,
  changed_at timestamp with time zone default now() not null,
  constraint fetch_hosts_pkey PRIMARY KEY (organization_id),
  constraint fetch_hosts_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id) ON DELETE CASCADE
);
CREATE TRIGGER fetch_hosts_changed AFTER INSERT OR DELETE OR UPDATE ON public.fetch_hosts FOR EACH ROW EXECUTE FUNCTION notify_connections_changed();

create table files (
  project_id uuid not null,
  path text collate "C" not null,
  number bigint not null,
  hash bytea not null,
  size integer not null,
  executable boolean default false not null,
  indexed_hash bytea,
  constraint files_pkey PRIMARY KEY (project_id, path),
  constraint files_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id) ON DELETE CASCADE,
  constraint files_project_id_path_number_fkey FOREIGN KEY (project_id, path, number) REFERENCES versions(project_id, path, number) ON DELETE CASCADE
);
CREATE INDEX files_hash ON public.files USING btree (hash, project_id);
CREATE INDEX files_not_indexed ON public.files USING btree (project_id, path) WHERE (indexed_hash IS DISTINCT FROM hash);

create table folders (
  project_id uuid not null,
  path text collate "C" not null,
  constraint folders_pkey PRIMARY KEY (project_id, path),
  constraint folders_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id) ON DELETE CASCADE
);

create table idempotency_keys (
  user_id uuid not null,
  key text not null,
  request bytea not null,
  result text,
  created_at timestamp with time zone default now() not null,
  constraint idempotency_keys_pkey PRIMARY KEY (user_id, key),
  constraint idempotency_keys_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
);
CREATE INDEX idempotency_keys_created_at ON public.idempotency_keys USING btree (created_at);

create table invitation_projects (
  invitation_id uuid not null,
  project_id uuid not null,
  role text not null,
  constraint invitation_projects_pkey PRIMARY KEY (invitation_id, project_id),
  constraint invitation_projects_invitation_id_fkey FOREIGN KEY (invitation_id) REFERENCES invitations(id) ON DELETE CASCADE,
  constraint invitation_projects_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id) ON DELETE CASCADE,
  constraint invitation_projects_role_check CHECK ((role = ANY (ARRAY['viewer'::text, 'member'::text])))
);
CREATE INDEX invitation_projects_project ON public.invitation_projects USING btree (project_id);

create table invitations (
  id uuid not null,
  organization_id uuid not null,
  email text,
  role text not null,
  token_hash bytea not null,
  invited_by uuid not null,
  created_at timestamp with time zone default now() not null,
  sent_at timestamp with time zone,
  expires_at timestamp with time zone not null,
  accepted_at timestamp with time zone,
  accepted_by uuid,
  revoked_at timestamp with time zone,
  constraint invitations_pkey PRIMARY KEY (id),
  constraint invitations_accepted_by_fkey FOREIGN KEY (accepted_by) REFERENCES users(id) ON DELETE SET NULL,
  constraint invitations_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id) ON DELETE CASCADE,
  constraint invitations_organization_id_invited_by_fkey FOREIGN KEY (organization_id, invited_by) REFERENCES members(organization_id, user_id) ON DELETE CASCADE,
  constraint invitations_role_check CHECK ((role = ANY (ARRAY['viewer'::text, 'member'::text, 'admin'::text, 'owner'::text])))
);
CREATE INDEX invitations_accepted_by ON public.invitations USING btree (accepted_by);
CREATE INDEX invitations_inviter ON public.invitations USING btree (organization_id, invited_by);
CREATE INDEX invitations_organization ON public.invitations USING btree (organization_id, created_at DESC);
CREATE UNIQUE INDEX invitations_token ON public.invitations USING btree (token_hash);

create unlogged table limit_windows (
  key text not null,
  ends_at timestamp with time zone not null,
  used integer not null,
  granted integer not null,
  constraint limit_windows_pkey PRIMARY KEY (key)
);
CREATE INDEX limit_windows_end ON public.limit_windows USING btree (ends_at);

create table load_reports (
  id uuid not null,
  test text not null,
  started_at timestamp with time zone not null,
  passed boolean not null,
  summary jsonb not null,
  report jsonb not null,
  kept_at timestamp with time zone default now() not null,
  constraint load_reports_pkey PRIMARY KEY (id),
  constraint load_reports_test_check CHECK ((test = ANY (ARRAY['load'::text, 'stress'::text, 'session'::text])))
);
CREATE INDEX load_reports_newest ON public.load_reports USING btree (started_at DESC, id DESC);

create table mail_counts (
  day date not null,
  kind text not null,
  who text not null,
  count integer not null,
  constraint mail_counts_pkey PRIMARY KEY (day, kind, who),
  constraint mail_counts_kind_check CHECK ((kind = ANY (ARRAY['recipient'::text, 'sender'::text])))
);

create table members (
  organization_id uuid not null,
  user_id uuid not null,
  role text not null,
  created_at timestamp with time zone default now() not null,
  constraint members_pkey PRIMARY KEY (organization_id, user_id),
  constraint members_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id) ON DELETE CASCADE,
  constraint members_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE,
  constraint members_role_check CHECK ((role = ANY (ARRAY['viewer'::text, 'member'::text, 'admin'::text, 'owner'::text])))
);
CREATE INDEX members_user ON public.members USING btree (user_id);
CREATE TRIGGER members_changed AFTER INSERT OR DELETE OR UPDATE ON public.members FOR EACH ROW EXECUTE FUNCTION notify_user_changed();

create table migrations (
  number integer not null,
  name text not null,
  checksum text not null,
  applied_at timestamp with time zone default now() not null,
  works_from integer,
  constraint migrations_pkey PRIMARY KEY (number)
);

create table model_providers (
  id uuid not null,
  organization_id uuid not null,
  slug text not null,
  kind text not null,
  name text not null,
  url text,
  private_network boolean default false not null,
  sealed_key bytea,
  key_end text,
  user_id uuid,
  created_at timestamp with time zone default now() not null,
  changed_at timestamp with time zone default now() not null,
  models text[] default '{}'::text[] not null,
  constraint model_providers_slug UNIQUE (organization_id, slug),
  constraint model_providers_pkey PRIMARY KEY (id),
  constraint model_providers_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id) ON DELETE CASCADE,
  constraint model_providers_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE SET NULL
);
CREATE INDEX model_providers_user ON public.model_providers USING btree (user_id);
CREATE TRIGGER model_providers_changed AFTER INSERT OR DELETE OR UPDATE ON public.model_providers FOR EACH ROW EXECUTE FUNCTION notify_models_changed();

create table model_settings (
  organization_id uuid not null,
  allowed text[],
  default_model text,
  fallback_model text,
  prices jsonb default '{}'::jsonb not null,
  user_id uuid,
  changed_at timestamp with time zone default now() not null,
  constraint model_settings_pkey PRIMARY KEY (organization_id),
  constraint model_settings_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id) ON DELETE CASCADE,
  constraint model_settings_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE SET NULL
);
CREATE INDEX model_settings_user ON public.model_settings USING btree (user_id);
CREATE TRIGGER model_settings_changed AFTER INSERT OR DELETE OR UPDATE ON public.model_settings FOR EACH ROW EXECUTE FUNCTION notify_models_changed();

create table monitor_samples (
  minutes smallint not null,
  at timestamp with time zone default now() not null,
  server text not null,
  version text not null,
  started_at timestamp with time zone not null,
  seconds double precision not null,
  sample json not null,
  constraint monitor_samples_pkey PRIMARY KEY (minutes, at, server),
  constraint monitor_samples_minutes_check CHECK ((minutes = ANY (ARRAY[1, 10])))
);

create table notification_settings (
  user_id uuid not null,
  choices jsonb default '{}'::jsonb not null,
  webhook_url text,
  webhook_secret bytea,
  changed_at timestamp with time zone default now() not null,
  constraint notification_settings_pkey PRIMARY KEY (user_id),
  constraint notification_settings_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
);

create table notifications (
  id uuid default gen_random_uuid() not null,
  user_id uuid not null,
  organization_id uuid not null,
  role text not null,
  kind text not null,
  channel text not null,
  about jsonb not null,
  status text default 'waiting'::text not null,
  reason text,
  attempts integer default 0 not null,
  next_attempt_at timestamp with time zone default now() not null,
  created_at timestamp with time zone default now() not null,
  ended_at timestamp with time zone,
  sender_id uuid,
  constraint notifications_pkey PRIMARY KEY (id),
  constraint notifications_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id) ON DELETE CASCADE,
  constraint notifications_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE,
  constraint notifications_channel_check CHECK ((channel = ANY (ARRAY['page'::text, 'email'::text, 'webhook'::text]))),
  constraint notifications_kind_check CHECK ((kind = ANY (ARRAY['approval_asked'::text, 'run_ended'::text, 'start_failed'::text, 'autonomy_off'::text, 'tools_changed'::text]))),
  constraint notifications_role_check CHECK ((role = ANY (ARRAY['viewer'::text, 'member'::text, 'admin'::text, 'owner'::text]))),
  constraint notifications_status_check CHECK ((status = ANY (ARRAY['waiting'::text, 'delivered'::text, 'failed'::text, 'withdrawn'::text])))
);
CREATE INDEX notifications_organization ON public.notifications USING btree (organization_id);
CREATE INDEX notifications_user ON public.notifications USING btree (user_id, created_at DESC, id DESC);
CREATE INDEX notifications_waiting ON public.notifications USING btree (next_attempt_at) WHERE (status = 'waiting'::text);
CREATE TRIGGER notifications_made AFTER INSERT ON public.notifications FOR EACH ROW EXECUTE FUNCTION notify_notification();

create table one_time_links (
  token_hash bytea not null,
  user_id uuid not null,
  purpose text not null,
  email text,
  created_by uuid,
  created_at timestamp with time zone default now() not null,
  expires_at timestamp with time zone not null,
  used_at timestamp with time zone,
  constraint one_time_links_pkey PRIMARY KEY (token_hash),
  constraint one_time_links_created_by_fkey FOREIGN KEY (created_by) REFERENCES users(id) ON DELETE SET NULL,
  constraint one_time_links_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE,
  constraint one_time_links_purpose_check CHECK ((purpose = ANY (ARRAY['password'::text, 'email'::text])))
);
CREATE INDEX one_time_links_created_by ON public.one_time_links USING btree (created_by);
CREATE INDEX one_time_links_end ON public.one_time_links USING btree (expires_at);
CREATE INDEX one_time_links_user ON public.one_time_links USING btree (user_id, purpose);

create table organizations (
  id uuid not null,
  name text not null,
  created_at timestamp with time zone default now() not null,
  settings jsonb default '{}'::jsonb not null,
  constraint organizations_pkey PRIMARY KEY (id)
);
CREATE INDEX organizations_first ON public.organizations USING btree (created_at, id);
CREATE TRIGGER organizations_changed AFTER UPDATE ON public.organizations FOR EACH ROW EXECUTE FUNCTION notify_user_changed();

create table outbox (
  id bigint not null,
  kind text not null,
  subject uuid not null,
  occurrence text not null,
  organization_id uuid not null,
  sender_id uuid,
  payload jsonb not null,
  context jsonb default '{}'::jsonb not null,
  created_at timestamp with time zone default now() not null,
  not_before timestamp with time zone default now() not null,
  constraint outbox_kind_subject_occurrence_key UNIQUE (kind, subject, occurrence),
  constraint outbox_pkey PRIMARY KEY (id)
);
CREATE TRIGGER outbox_filled AFTER INSERT ON public.outbox FOR EACH ROW EXECUTE FUNCTION notify_outbox();

create table points (
  id uuid not null,
  project_id uuid not null,
  number bigint not null,
  name text not null,
  user_id uuid,
  at timestamp with time zone default now() not null,
  constraint points_project_id_name_key UNIQUE (project_id, name),
  constraint points_pkey PRIMARY KEY (id),
  constraint points_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id) ON DELETE CASCADE,
  constraint points_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE SET NULL
);
CREATE INDEX points_user ON public.points USING btree (user_id);

create unlogged table presence (
  project_id uuid not null,
  user_id uuid not null,
  page uuid not null,
  path text collate "C",
  seen_at timestamp with time zone default now() not null,
  constraint presence_pkey PRIMARY KEY (project_id, user_id, page),
  constraint presence_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id) ON DELETE CASCADE,
  constraint presence_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
);
CREATE INDEX presence_user ON public.presence USING btree (user_id);

create table project_members (
  project_id uuid not null,
  organization_id uuid not null,
  user_id uuid not null,
  role text not null,
  created_at timestamp with time zone default now() not null,
  constraint project_members_pkey PRIMARY KEY (project_id, user_id),
  constraint project_members_organization_id_user_id_fkey FOREIGN KEY (organization_id, user_id) REFERENCES members(organization_id, user_id) ON DELETE CASCADE,
  constraint project_members_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id) ON DELETE CASCADE,
  constraint project_members_role_check CHECK ((role = ANY (ARRAY['viewer'::text, 'member'::text])))
);
CREATE INDEX project_members_member ON public.project_members USING btree (organization_id, user_id);
CREATE INDEX project_members_user ON public.project_members USING btree (user_id);
CREATE TRIGGER project_members_changed AFTER INSERT OR DELETE OR UPDATE ON public.project_members FOR EACH ROW EXECUTE FUNCTION notify_user_changed();

create table projects (
  id uuid not null,
  organization_id uuid not null,
  name text not null,
  head bigint default 0 not null,
  created_at timestamp with time zone default now() not null,
  changed_at timestamp with time zone default now() not null,
  stored_bytes bigint default 0 not null,
  access text default 'organization'::text not null,
  constraint projects_pkey PRIMARY KEY (id),
  constraint projects_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id) ON DELETE CASCADE,
  constraint projects_access_check CHECK ((access = ANY (ARRAY['organization'::text, 'listed'::text])))
);
CREATE INDEX projects_organization ON public.projects USING btree (organization_id, changed_at DESC);
CREATE TRIGGER projects_changed AFTER DELETE OR UPDATE OF name, organization_id, access ON public.projects FOR EACH ROW EXECUTE FUNCTION notify_project_changed();
CREATE TRIGGER projects_list_changed AFTER INSERT OR DELETE OR UPDATE ON public.projects FOR EACH ROW EXECUTE FUNCTION notify_project_list_changed();

create table recurring_jobs (
  name text not null,
  due_at timestamp with time zone not null,
  claimed_until timestamp with time zone,
  started_at timestamp with time zone,
  ended_at timestamp with time zone,
  constraint recurring_jobs_pkey PRIMARY KEY (name)
);

create table restore_tests (
  id uuid default gen_random_uuid() not null,
  backup_name text not null,
  tested_at timestamp with time zone default now() not null,
  passed boolean not null,
  seconds integer not null,
  rows bigint,
  target text not null,
  failure text,
  constraint restore_tests_pkey PRIMARY KEY (id),
  constraint restore_tests_target_check CHECK ((target = ANY (ARRAY['temporary'::text, 'url'::text])))
);
CREATE INDEX restore_tests_newest ON public.restore_tests USING btree (tested_at DESC, id DESC);

create table restores (
  id uuid default gen_random_uuid() not null,
  backup_made_at timestamp with time zone not null,
  backup_version text not null,
  restored_at timestamp with time zone default now() not null,
  confirmed_at timestamp with time zone,
  constraint restores_pkey PRIMARY KEY (id)
);
CREATE UNIQUE INDEX restores_unconfirmed ON public.restores USING btree ((true)) WHERE (confirmed_at IS NULL);

create table run_events (
  run_id uuid not null,
  seq integer not null,
  type text not null,
  data jsonb not null,
  at timestamp with time zone default now() not null,
  constraint run_events_pkey PRIMARY KEY (run_id, seq)
);

create table run_usage (
  run_id uuid not null,
  day date not null,
  model text not null,
  organization_id uuid not null,
  project_id uuid,
  user_id uuid,
  steps integer default 0 not null,
  input_tokens bigint default 0 not null,
  output_tokens bigint default 0 not null,
  cost numeric(16,8),
  constraint run_usage_pkey PRIMARY KEY (run_id, day, model),
  constraint run_usage_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id) ON DELETE CASCADE,
  constraint run_usage_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id) ON DELETE SET NULL,
  constraint run_usage_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE SET NULL
);
CREATE INDEX run_usage_day ON public.run_usage USING btree (day);
CREATE INDEX run_usage_organization ON public.run_usage USING btree (organization_id, day);
CREATE INDEX run_usage_project ON public.run_usage USING btree (project_id);
CREATE INDEX run_usage_user ON public.run_usage USING btree (user_id);

create table runs (
  id uuid not null,
  project_id uuid not null,
  user_id uuid,
  title text not null,
  status text not null,
  level text not null,
  model text not null,
  budget jsonb default '{}'::jsonb not null,
  fence integer default 0 not null,
  server integer,
  stop_requested boolean default false not null,
  last_event integer default 0 not null,
  input_tokens bigint default 0 not null,
  output_tokens bigint default 0 not null,
  created_at timestamp with time zone default now() not null,
  queued_at timestamp with time zone default now() not null,
  changed_at timestamp with time zone default now() not null,
  agent_id uuid,
  agent_version integer,
  cost numeric(16,8),
  branched_from uuid,
  branched_at integer,
  origin text default 'person'::text not null,
  origin_id uuid,
  origin_name text,
  goal jsonb,
  constraint runs_pkey PRIMARY KEY (id),
  constraint runs_agent_id_agent_version_fkey FOREIGN KEY (agent_id, agent_version) REFERENCES agent_versions(agent_id, version) ON DELETE SET NULL,
  constraint runs_branched_from_fkey FOREIGN KEY (branched_from) REFERENCES runs(id) ON DELETE SET NULL,
  constraint runs_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id) ON DELETE CASCADE,
  constraint runs_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE SET NULL,
  constraint runs_level_check CHECK ((level = ANY (ARRAY['off'::text, 'supervised'::text, 'autonomous'::text]))),
  constraint runs_origin_check CHECK ((origin = ANY (ARRAY['person'::text, 'schedule'::text, 'trigger'::text]))),
  constraint runs_status_check CHECK ((status = ANY (ARRAY['queued'::text, 'running'::text, 'waiting'::text, 'done'::text, 'failed'::text, 'stopped'::text])))
);
CREATE INDEX runs_agent ON public.runs USING btree (agent_id) WHERE (agent_id IS NOT NULL);
CREATE INDEX runs_branched_from ON public.runs USING btree (branched_from) WHERE (branched_from IS NOT NULL);
CREATE INDEX runs_going ON public.runs USING btree (origin_id) WHERE ((origin_id IS NOT NULL) AND (status = ANY (ARRAY['queued'::text, 'running'::text, 'waiting'::text])));
CREATE INDEX runs_origin ON public.runs USING btree (origin_id) WHERE (origin_id IS NOT NULL);
CREATE INDEX runs_project ON public.runs USING btree (project_id, created_at DESC, id DESC);
CREATE INDEX runs_queued ON public.runs USING btree (queued_at) WHERE (status = 'queued'::text);
CREATE INDEX runs_running ON public.runs USING btree (server) WHERE (status = 'running'::text);
CREATE INDEX runs_unfinished ON public.runs USING btree (user_id) WHERE (status = ANY (ARRAY['queued'::text, 'running'::text, 'waiting'::text]));
CREATE INDEX runs_user ON public.runs USING btree (user_id);
CREATE TRIGGER runs_deleted AFTER DELETE ON public.runs FOR EACH ROW WHEN ((old.status = ANY (ARRAY['queued'::text, 'running'::text, 'waiting'::text]))) EXECUTE FUNCTION notify_run_deleted();
CREATE TRIGGER runs_events_deleted AFTER DELETE ON public.runs REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION delete_run_events();

create table schedule_occurrences (
  schedule_id uuid not null,
  due_at timestamp with time zone not null,
  at timestamp with time zone default now() not null,
  status text not null,
  reason text,
  run_id uuid,
  manual boolean default false not null,
  missed integer,
  missed_since timestamp with time zone,
  constraint schedule_occurrences_pkey PRIMARY KEY (schedule_id, due_at),
  constraint schedule_occurrences_run_id_fkey FOREIGN KEY (run_id) REFERENCES runs(id) ON DELETE SET NULL,
  constraint schedule_occurrences_schedule_id_fkey FOREIGN KEY (schedule_id) REFERENCES schedules(id) ON DELETE CASCADE,
  constraint schedule_occurrences_status_check CHECK ((status = ANY (ARRAY['started'::text, 'skipped'::text, 'missed'::text, 'failed'::text])))
);
CREATE INDEX schedule_occurrences_at ON public.schedule_occurrences USING btree (at);
CREATE INDEX schedule_occurrences_run ON public.schedule_occurrences USING btree (run_id) WHERE (run_id IS NOT NULL);

create table schedules (
  id uuid not null,
  project_id uuid not null,
  name text not null,
  cron text not null,
  timezone text not null,
  message text not null,
  level text not null,
  agent_id uuid,
  model text,
  budget jsonb default '{}'::jsonb not null,
  goal jsonb,
  missed text not null,
  overlap boolean not null,
  user_id uuid,
  paused_at timestamp with time zone,
  next_at timestamp with time zone not null,
  not_before timestamp with time zone,
  version integer default 1 not null,
  created_at timestamp with time zone default now() not null,
  changed_at timestamp with time zone default now() not null,
  constraint schedules_pkey PRIMARY KEY (id),
  constraint schedules_agent_id_fkey FOREIGN KEY (agent_id) REFERENCES agents(id),
  constraint schedules_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id) ON DELETE CASCADE,
  constraint schedules_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE SET NULL,
  constraint schedules_level_check CHECK ((level = ANY (ARRAY['off'::text, 'supervised'::text, 'autonomous'::text]))),
  constraint schedules_missed_check CHECK ((missed = ANY (ARRAY['skip'::text, 'once'::text])))
);
CREATE INDEX schedules_agent ON public.schedules USING btree (agent_id) WHERE (agent_id IS NOT NULL);
CREATE INDEX schedules_due ON public.schedules USING btree (GREATEST(next_at, not_before)) WHERE (paused_at IS NULL);
CREATE INDEX schedules_project ON public.schedules USING btree (project_id);
CREATE INDEX schedules_user ON public.schedules USING btree (user_id);

create unlogged table servers (
  number integer not null,
  beat_at timestamp with time zone not null,
  steady_since timestamp with time zone not null,
  version text,
  scraped_at timestamp with time zone,
  constraint servers_pkey PRIMARY KEY (number)
);

create table sessions (
  sid text not null,
  sess jsonb not null,
  expire timestamp with time zone not null,
  user_id uuid generated always as (((sess ->> 'userId'::text))::uuid) stored,
  seen_at timestamp with time zone default now() not null,
  constraint sessions_pkey PRIMARY KEY (sid),
  constraint sessions_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
);
CREATE INDEX idx_sessions_expire ON public.sessions USING btree (expire);
CREATE INDEX idx_sessions_user ON public.sessions USING btree (user_id);
CREATE TRIGGER sessions_changed AFTER UPDATE ON public.sessions FOR EACH ROW WHEN ((old.sess IS DISTINCT FROM new.sess)) EXECUTE FUNCTION notify_session_changed();
CREATE TRIGGER sessions_deleted AFTER DELETE ON public.sessions FOR EACH ROW WHEN ((old.expire > now())) EXECUTE FUNCTION notify_session_changed();

create unlogged table sign_in_tries (
  account text not null,
  failures integer not null,
  under_way integer not null,
  begun_at timestamp with time zone not null,
  next_at timestamp with time zone not null,
  ends_at timestamp with time zone not null,
  told text not null,
  constraint sign_in_tries_pkey PRIMARY KEY (account)
);
CREATE INDEX sign_in_tries_end ON public.sign_in_tries USING btree (ends_at);

create table tokens (
  id uuid not null,
  token_hash bytea not null,
  name text not null,
  user_id uuid not null,
  organization_id uuid,
  scopes text[] not null,
  projects uuid[],
  created_by uuid not null,
  created_at timestamp with time zone default now() not null,
  expires_at timestamp with time zone,
  last_used_at timestamp with time zone,
  constraint tokens_pkey PRIMARY KEY (id),
  constraint tokens_created_by_fkey FOREIGN KEY (created_by) REFERENCES users(id) ON DELETE CASCADE,
  constraint tokens_organization_id_created_by_fkey FOREIGN KEY (organization_id, created_by) REFERENCES members(organization_id, user_id) ON DELETE CASCADE,
  constraint tokens_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id) ON DELETE CASCADE,
  constraint tokens_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
);
CREATE INDEX tokens_created_by ON public.tokens USING btree (created_by);
CREATE INDEX tokens_creator ON public.tokens USING btree (organization_id, created_by);
CREATE UNIQUE INDEX tokens_hash ON public.tokens USING btree (token_hash);
CREATE INDEX tokens_organization ON public.tokens USING btree (organization_id, created_at DESC);
CREATE INDEX tokens_user ON public.tokens USING btree (user_id, created_at DESC);
CREATE TRIGGER tokens_changed AFTER UPDATE OF scopes, projects, expires_at, name ON public.tokens FOR EACH ROW EXECUTE FUNCTION notify_token_changed();
CREATE TRIGGER tokens_deleted AFTER DELETE ON public.tokens FOR EACH ROW EXECUTE FUNCTION notify_token_changed();

create table tool_outputs (
  run_id uuid not null,
  id text not null,
  text text not null,
  constraint tool_outputs_pkey PRIMARY KEY (run_id, id),
  constraint tool_outputs_run_id_fkey FOREIGN KEY (run_id) REFERENCES runs(id) ON DELETE CASCADE
);

create table tool_pins (
  tool_server_id uuid not null,
  name text not null,
  digest text not null,
  definition jsonb not null,
  pinned_by uuid,
  pinned_at timestamp with time zone default now() not null,
  told_at timestamp with time zone,
  constraint tool_pins_pkey PRIMARY KEY (tool_server_id, name),
  constraint tool_pins_pinned_by_fkey FOREIGN KEY (pinned_by) REFERENCES users(id) ON DELETE SET NULL,
  constraint tool_pins_tool_server_id_fkey FOREIGN KEY (tool_server_id) REFERENCES tool_servers(id) ON DELETE CASCADE
);
CREATE INDEX tool_pins_user ON public.tool_pins USING btree (pinned_by);
CREATE TRIGGER tool_pins_changed AFTER INSERT OR DELETE ON public.tool_pins FOR EACH ROW EXECUTE FUNCTION notify_tools_changed();
CREATE TRIGGER tool_pins_renewed AFTER UPDATE OF digest ON public.tool_pins FOR EACH ROW EXECUTE FUNCTION notify_tools_changed();

create table tool_server_listings (
  tool_server_id uuid not null,
  tools jsonb default '[]'::jsonb not null,
  more boolean default false not null,
  listed_at timestamp with time zone,
  failing_since timestamp with time zone,
  reason text,
  constraint tool_server_listings_pkey PRIMARY KEY (tool_server_id),
  constraint tool_server_listings_tool_server_id_fkey FOREIGN KEY (tool_server_id) REFERENCES tool_servers(id) ON DELETE CASCADE
);
CREATE TRIGGER tool_server_listings_changed AFTER UPDATE ON public.tool_server_listings FOR EACH ROW WHEN (((old.tools IS DISTINCT FROM new.tools) OR (old.more <> new.more) OR (old.reason IS DISTINCT FROM new.reason))) EXECUTE FUNCTION notify_tools_changed();
CREATE TRIGGER tool_server_listings_made AFTER INSERT OR DELETE ON public.tool_server_listings FOR EACH ROW EXECUTE FUNCTION notify_tools_changed();

create table tool_servers (
  id uuid not null,
  organization_id uuid not null,
  slug text not null,
  name text not null,
  url text not null,
  token bytea,
  disabled_tools text[] default '{}'::text[] not null,
  enabled boolean default true not null,
  private_network boolean default false not null,
  user_id uuid,
  created_at timestamp with time zone default now() not null,
  changed_at timestamp with time zone default now() not null,
  headers bytea,
  header_names text[] default '{}'::text[] not null,
  query bytea,
  query_names text[] default '{}'::text[] not null,
  pin_first_listing boolean default true not null,
  constraint tool_servers_slug UNIQUE (organization_id, slug),
  constraint tool_servers_pkey PRIMARY KEY (id),
  constraint tool_servers_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id) ON DELETE CASCADE,
  constraint tool_servers_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE SET NULL,
  constraint tool_servers_slug_check CHECK (((slug ~ '^[a-z0-9]+(_[a-z0-9]+)*$'::text) AND (length(slug) <= 20)))
);
CREATE INDEX tool_servers_user ON public.tool_servers USING btree (user_id);
CREATE TRIGGER tool_servers_changed AFTER INSERT OR DELETE OR UPDATE ON public.tool_servers FOR EACH ROW EXECUTE FUNCTION notify_connections_changed();

create table tool_waits (
  run_id uuid not null,
  organization_id uuid not null,
  tools text[] not null,
  seq integer not null,
  constraint tool_waits_pkey PRIMARY KEY (run_id),
  constraint tool_waits_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id) ON DELETE CASCADE,
  constraint tool_waits_run_id_fkey FOREIGN KEY (run_id) REFERENCES runs(id) ON DELETE CASCADE
);
CREATE INDEX tool_waits_organization ON public.tool_waits USING btree (organization_id);

create table trigger_occurrences (
  id bigint not null,
  trigger_id uuid not null,
  at timestamp with time zone default now() not null,
  outcome text not null,
  code text,
  reason text,
  times integer default 1 not null,
  last_at timestamp with time zone default now() not null,
  message_id text,
  bytes integer,
  paths text[] default '{}'::text[] not null,
  path_count integer default 0 not null,
  depth integer default 1 not null,
  run_id uuid,
  constraint trigger_occurrences_pkey PRIMARY KEY (id),
  constraint trigger_occurrences_run_id_fkey FOREIGN KEY (run_id) REFERENCES runs(id) ON DELETE SET NULL,
  constraint trigger_occurrences_trigger_id_fkey FOREIGN KEY (trigger_id) REFERENCES triggers(id) ON DELETE CASCADE,
  constraint trigger_occurrences_outcome_check CHECK ((outcome = ANY (ARRAY['started'::text, 'refused'::text])))
);
CREATE INDEX trigger_occurrences_at ON public.trigger_occurrences USING btree (at);
CREATE UNIQUE INDEX trigger_occurrences_message ON public.trigger_occurrences USING btree (trigger_id, message_id) WHERE (outcome = 'started'::text);
CREATE INDEX trigger_occurrences_newest ON public.trigger_occurrences USING btree (trigger_id, id DESC);
CREATE INDEX trigger_occurrences_run ON public.trigger_occurrences USING btree (run_id) WHERE (run_id IS NOT NULL);

create unlogged table trigger_strangers (
  trigger_id uuid not null,
  times integer default 1 not null,
  last_at timestamp with time zone default now() not null,
  constraint trigger_strangers_pkey PRIMARY KEY (trigger_id),
  constraint trigger_strangers_trigger_id_fkey FOREIGN KEY (trigger_id) REFERENCES triggers(id) ON DELETE CASCADE
);

create table triggers (
  id uuid not null,
  project_id uuid not null,
  kind text not null,
  name text not null,
  message text not null,
  level text not null,
  agent_id uuid,
  model text,
  budget jsonb default '{}'::jsonb not null,
  goal jsonb,
  user_id uuid,
  paused_at timestamp with time zone,
  secret bytea,
  old_secret bytea,
  old_secret_until timestamp with time zone,
  path text,
  by_runs boolean default false not null,
  cursor bigint,
  look_at timestamp with time zone default now() not null,
  created_at timestamp with time zone default now() not null,
  changed_at timestamp with time zone default now() not null,
  constraint triggers_pkey PRIMARY KEY (id),
  constraint triggers_agent_id_fkey FOREIGN KEY (agent_id) REFERENCES agents(id) ON DELETE SET NULL,
  constraint triggers_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id) ON DELETE CASCADE,
  constraint triggers_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE SET NULL,
  constraint triggers_check CHECK (((kind = 'webhook'::text) = (secret IS NOT NULL))),
  constraint triggers_check1 CHECK (((kind = 'files'::text) = ((path IS NOT NULL) AND (cursor IS NOT NULL)))),
  constraint triggers_kind_check CHECK ((kind = ANY (ARRAY['webhook'::text, 'files'::text]))),
  constraint triggers_level_check CHECK ((level = ANY (ARRAY['off'::text, 'supervised'::text, 'autonomous'::text])))
);
CREATE INDEX triggers_agent ON public.triggers USING btree (agent_id) WHERE (agent_id IS NOT NULL);
CREATE INDEX triggers_files ON public.triggers USING btree (look_at) WHERE ((kind = 'files'::text) AND (paused_at IS NULL));
CREATE INDEX triggers_project ON public.triggers USING btree (project_id);
CREATE INDEX triggers_user ON public.triggers USING btree (user_id);

create table user_pictures (
  user_id uuid not null,
  type text not null,
  content bytea not null,
  changed_at timestamp with time zone default now() not null,
  constraint user_pictures_pkey PRIMARY KEY (user_id),
  constraint user_pictures_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
);

create table users (
  id uuid not null,
  name text not null,
  email text not null,
  password_hash text not null,
  created_at timestamp with time zone default now() not null,
  operator boolean default false not null,
  default_organization_id uuid,
  email_confirmed_at timestamp with time zone,
  kind text default 'person'::text not null,
  constraint users_pkey PRIMARY KEY (id),
  constraint users_default_organization_id_fkey FOREIGN KEY (default_organization_id) REFERENCES organizations(id) ON DELETE SET NULL,
  constraint users_kind_check CHECK ((kind = ANY (ARRAY['person'::text, 'service'::text])))
);
CREATE INDEX users_default_organization ON public.users USING btree (default_organization_id);
CREATE UNIQUE INDEX users_email ON public.users USING btree (lower(email));
CREATE TRIGGER users_changed AFTER DELETE OR UPDATE ON public.users FOR EACH ROW EXECUTE FUNCTION notify_user_changed();

create table versions (
  project_id uuid not null,
  path text collate "C" not null,
  number bigint not null,
  hash bytea,
  executable boolean default false not null,
  constraint versions_pkey PRIMARY KEY (project_id, path, number),
  constraint versions_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id) ON DELETE CASCADE,
  constraint versions_project_id_hash_fkey FOREIGN KEY (project_id, hash) REFERENCES blobs(project_id, hash) DEFERRABLE INITIALLY DEFERRED,
  constraint versions_project_id_number_fkey FOREIGN KEY (project_id, number) REFERENCES changes(project_id, number) ON DELETE CASCADE
);
CREATE INDEX versions_hash ON public.versions USING btree (project_id, hash);
CREATE INDEX versions_instructions ON public.versions USING btree (project_id, number DESC) INCLUDE (hash) WHERE (path = 'AGENTS.md'::text);
CREATE INDEX versions_number ON public.versions USING btree (project_id, number, path);

create table write_probes (
  at timestamp with time zone default now() not null,
  filler bytea not null
);

create view project_roles as
SELECT project_id,
    organization_id,
    user_id,
    role
   FROM ( SELECT p.id AS project_id,
            p.organization_id,
            m.user_id,
                CASE
                    WHEN (m.role = ANY (ARRAY['owner'::text, 'admin'::text])) THEN m.role
                    ELSE COALESCE(l.role,
                    CASE p.access
                        WHEN 'organization'::text THEN m.role
                        ELSE NULL::text
                    END)
                END AS role
           FROM ((projects p
             JOIN members m ON ((m.organization_id = p.organization_id)))
             LEFT JOIN project_members l ON (((l.project_id = p.id) AND (l.user_id = m.user_id))))) all_roles
  WHERE (role IS NOT NULL);
