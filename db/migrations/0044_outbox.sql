-- Events that people may have to be notified of, each written in the transaction in which it happened. The notifications feature works
-- out whom to notify and by which channels, in TypeScript, and deletes the event in the transaction that stores the notifications.
create table outbox (
  id bigint generated always as identity primary key,
  kind text not null,
  -- An event has happened once: the approval, run, schedule, trigger, tool server or organization that it is about, and which time.
  subject uuid not null,
  occurrence text not null,
  organization_id uuid not null,
  -- Who caused it, where that is a person.
  sender_id uuid,
  -- What notifications of it say, as it was then.
  payload jsonb not null,
  -- What decides who is notified, and is in no message.
  context jsonb not null default '{}',
  created_at timestamptz not null default now(),
  -- Later where it could not be processed.
  not_before timestamptz not null default now(),
  unique (kind, subject, occurrence)
);

create function notify_outbox() returns trigger language plpgsql as $$
begin
  perform pg_notify('guildhall', 'outbox ');
  return null;
end $$;
create trigger outbox_filled after insert on outbox for each row execute function notify_outbox();

-- The triggers of 0019 stay for servers of the version before, which write no events. What has an event in the same transaction is left
-- to it: so each is notified of once, whichever version wrote it, and nothing depends on how a connection is set up.
create function is_in_outbox(of_kind text, of_subject uuid, of_occurrence text) returns boolean language sql stable as $$
  select exists (select from outbox where kind = of_kind and subject = of_subject and occurrence = of_occurrence)
$$;

create or replace function tell_of_approval() returns trigger language plpgsql as $$
declare
  approvers text;
begin
  if is_in_outbox('approval_asked', new.id, new.id::text) then return null; end if;
  approvers := coalesce((
    select policy ->> 'approvers' from autonomy_policies
    where organization_id = new.organization_id and (project_id is null or project_id = new.project_id) and policy ? 'approvers'
    order by role_rank(policy ->> 'approvers') desc limit 1
  ), 'member');
  -- Only who chose it in some way has settings.
  perform notify_member(r.user_id, m.user_id, new.organization_id, approvers, 'approval_asked', jsonb_build_object(
    'approvalId', new.id, 'approvalKind', new.kind, 'tool', new.tool, 'server', new.server, 'reason', new.reason,
    'paths', to_jsonb(new.paths[1:10]), 'pathCount', new.path_count, 'expiresAt', new.expires_at,
    'runId', r.id, 'run', r.title, 'startedBy', u.name, 'origin', r.origin, 'originName', r.origin_name,
    'projectId', p.id, 'project', p.name, 'organization', o.name
  ))
  from runs r
  join projects p on p.id = r.project_id
  join organizations o on o.id = p.organization_id
  left join users u on u.id = r.user_id
  join members m on m.organization_id = new.organization_id
  join notification_settings s on s.user_id = m.user_id
  where r.id = new.run_id and (s.choices #>> '{approval_asked,of}' is distinct from 'mine' or r.user_id = m.user_id);
  return null;
end $$;

create or replace function tell_of_run() returns trigger language plpgsql as $$
begin
  if is_in_outbox('run_ended', new.id, new.last_event::text) then return null; end if;
  perform notify_member(new.user_id, new.user_id, p.organization_id, 'viewer', 'run_ended', jsonb_build_object(
    'status', new.status, 'runId', new.id, 'run', new.title, 'origin', new.origin, 'originName', new.origin_name, 'cost', new.cost,
    'projectId', p.id, 'project', p.name, 'organization', o.name
  ))
  from projects p join organizations o on o.id = p.organization_id
  left join notification_settings s on s.user_id = new.user_id
  where p.id = new.project_id
    and (new.origin <> 'person' or new.goal is not null or s.choices #>> '{run_ended,of}' = 'all');
  return null;
end $$;

create or replace function tell_of_switch() returns trigger language plpgsql as $$
begin
  if is_in_outbox('autonomy_off', new.organization_id, new.off_at::text) then return null; end if;
  perform notify_member(new.changed_by, m.user_id, new.organization_id, 'admin', 'autonomy_off', jsonb_build_object(
    'organization', o.name, 'organizationId', o.id, 'by', u.name
  ))
  from members m
  join organizations o on o.id = new.organization_id
  left join users u on u.id = new.changed_by
  where m.organization_id = new.organization_id
    -- Whoever did it knows.
    and m.user_id is distinct from new.changed_by and (tg_op = 'INSERT' or old.off_at is null);
  return null;
end $$;

create or replace function tell_of_schedule() returns trigger language plpgsql as $$
begin
  if is_in_outbox('start_failed', new.schedule_id, new.due_at::text) then return null; end if;
  perform notify_member(w.user_id, w.user_id, p.organization_id, 'viewer', 'start_failed', jsonb_build_object(
    'origin', 'schedule', 'originId', w.id, 'name', w.name, 'reason', new.reason,
    'projectId', p.id, 'project', p.name, 'organization', o.name
  ))
  from schedules w join projects p on p.id = w.project_id join organizations o on o.id = p.organization_id
  where w.id = new.schedule_id and w.user_id is not null and coalesce((
    select status from schedule_occurrences where schedule_id = new.schedule_id and due_at < new.due_at order by due_at desc limit 1
  ), 'started') <> 'failed';
  return null;
end $$;

create or replace function tell_of_trigger() returns trigger language plpgsql as $$
begin
  if is_in_outbox('start_failed', new.trigger_id, new.id::text) then return null; end if;
  perform notify_member(w.user_id, w.user_id, p.organization_id, 'viewer', 'start_failed', jsonb_build_object(
    'origin', 'trigger', 'originId', w.id, 'name', w.name, 'reason', new.reason,
    'projectId', p.id, 'project', p.name, 'organization', o.name
  ))
  from triggers w join projects p on p.id = w.project_id join organizations o on o.id = p.organization_id
  where w.id = new.trigger_id and w.user_id is not null and coalesce((
    select outcome from trigger_occurrences
    where trigger_id = new.trigger_id and id < new.id and not is_of_sender(code) order by id desc limit 1
  ), 'started') <> 'refused';
  return null;
end $$;
