-- Who caused a notification, where that is a person: what one person makes others receive is counted.
alter table notifications add column sender_id uuid;

-- Writes a notification for each channel that somebody chose, if they are a member of the organization at that moment.
create function notify_member(
  sender uuid, person uuid, of_organization uuid, to_role text, of_kind text, payload jsonb
) returns void language sql as $$
  insert into notifications (user_id, organization_id, role, kind, channel, about, sender_id, status, ended_at)
  select m.user_id, m.organization_id, to_role, of_kind, c.channel, payload, sender,
    case c.channel when 'page' then 'delivered' else 'waiting' end, case c.channel when 'page' then now() end
  from members m
  cross join (values ('page', 'true'), ('email', 'false'), ('webhook', 'false')) c (channel, unless_said)
  left join notification_settings s on s.user_id = m.user_id
  where m.user_id = person and m.organization_id = of_organization and role_rank(m.role) >= role_rank(to_role)
    and coalesce(s.choices -> of_kind ->> c.channel, c.unless_said) = 'true'
    -- In the page, approvals are the inbox.
    and (c.channel <> 'page' or of_kind <> 'approval_asked')
    and (c.channel <> 'webhook' or (s.webhook_url is not null and s.webhook_secret is not null))
$$;

-- For whoever has no sender to name.
create or replace function tell(person uuid, of_organization uuid, to_role text, of_kind text, told jsonb) returns void language sql as $$
  select notify_member(null, person, of_organization, to_role, of_kind, told)
$$;

create or replace function tell_of_approval() returns trigger language plpgsql as $$
declare
  approvers text := coalesce((
    select policy ->> 'approvers' from autonomy_policies
    where organization_id = new.organization_id and (project_id is null or project_id = new.project_id) and policy ? 'approvers'
    order by role_rank(policy ->> 'approvers') desc limit 1
  ), 'member');
begin
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
