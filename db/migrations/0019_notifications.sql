-- What people want to be told of, and how. Without a row: in the page, and nowhere else.
create table notification_settings (
  user_id uuid primary key references users on delete cascade,
  -- By kind and channel, as the contract has them; what is missing is as it would be without a row.
  choices jsonb not null default '{}',
  webhook_url text,
  -- Sealed under the person's id.
  webhook_secret bytea,
  changed_at timestamptz not null default now()
);

-- What is told, one row for each channel.
create table notifications (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references users on delete cascade,
  organization_id uuid not null references organizations on delete cascade,
  -- The smallest role there that may know of it, looked at again before it goes out.
  role text not null check (role in ('viewer', 'member', 'admin', 'owner')),
  kind text not null check (kind in ('approval_asked', 'run_ended', 'start_failed', 'autonomy_off')),
  channel text not null check (channel in ('page', 'email', 'webhook')),
  about jsonb not null,
  status text not null default 'waiting' check (status in ('waiting', 'delivered', 'failed', 'withdrawn')),
  -- Why it failed or was withdrawn, or what the last attempt came to.
  reason text,
  attempts integer not null default 0,
  -- While it is being sent: when it is anybody's again.
  next_attempt_at timestamptz not null default now(),
  created_at timestamptz not null default now(),
  ended_at timestamptz
);
create index notifications_waiting on notifications (next_attempt_at) where status = 'waiting';
create index notifications_user on notifications (user_id, created_at desc, id desc);
create index notifications_organization on notifications (organization_id);

create function role_rank(role text) returns integer language sql immutable as $$
  select array_position(array['viewer', 'member', 'admin', 'owner'], role)
$$;

-- Where things happen, triggers write down who is to be told: in the same transaction, so that nothing is lost, and whoever made it
-- happen, so that nothing is forgotten. They only insert; what a notification says is put together when it goes out.
create function tell(person uuid, of_organization uuid, to_role text, of_kind text, told jsonb) returns void language sql as $$
  insert into notifications (user_id, organization_id, role, kind, channel, about, status, ended_at)
  select person, of_organization, to_role, of_kind, c.channel, told,
    case c.channel when 'page' then 'delivered' else 'waiting' end, case c.channel when 'page' then now() end
  from (values ('page', 'true'), ('email', 'false'), ('webhook', 'false')) c (channel, unless_said)
  left join notification_settings s on s.user_id = person
  where coalesce(s.choices -> of_kind ->> c.channel, c.unless_said) = 'true'
    -- In the page, approvals are the inbox.
    and (c.channel <> 'page' or of_kind <> 'approval_asked')
    and (c.channel <> 'webhook' or (s.webhook_url is not null and s.webhook_secret is not null))
$$;

create function notify_notification() returns trigger language plpgsql as $$
begin
  perform pg_notify('guildhall', 'notification ' || new.user_id || ' ' || new.channel);
  return null;
end $$;
create trigger notifications_made after insert on notifications for each row execute function notify_notification();

create function tell_of_approval() returns trigger language plpgsql as $$
declare
  approvers text := coalesce((
    select policy ->> 'approvers' from autonomy_policies
    where organization_id = new.organization_id and (project_id is null or project_id = new.project_id) and policy ? 'approvers'
    order by role_rank(policy ->> 'approvers') desc limit 1
  ), 'member');
begin
  -- Only who chose it in some way has settings.
  perform tell(m.user_id, new.organization_id, approvers, 'approval_asked', jsonb_build_object(
    'approvalId', new.id, 'approvalKind', new.kind, 'tool', new.tool, 'server', new.server, 'reason', new.reason,
    'paths', to_jsonb(new.paths[1:10]), 'pathCount', new.path_count, 'expiresAt', new.expires_at,
    'runId', r.id, 'run', r.title, 'startedBy', u.name, 'origin', r.origin, 'originName', r.origin_name,
    'projectId', p.id, 'project', p.name, 'organization', o.name
  ))
  from runs r
  join projects p on p.id = r.project_id
  join organizations o on o.id = p.organization_id
  left join users u on u.id = r.user_id
  join members m on m.organization_id = new.organization_id and role_rank(m.role) >= role_rank(approvers)
  join notification_settings s on s.user_id = m.user_id
  where r.id = new.run_id and (s.choices #>> '{approval_asked,of}' is distinct from 'mine' or r.user_id = m.user_id);
  return null;
end $$;
create trigger approvals_told after insert on approvals for each row execute function tell_of_approval();

create function tell_of_run() returns trigger language plpgsql as $$
begin
  perform tell(new.user_id, p.organization_id, 'viewer', 'run_ended', jsonb_build_object(
    'status', new.status, 'runId', new.id, 'run', new.title, 'origin', new.origin, 'originName', new.origin_name, 'cost', new.cost,
    'projectId', p.id, 'project', p.name, 'organization', o.name
  ))
  from projects p join organizations o on o.id = p.organization_id
  left join notification_settings s on s.user_id = new.user_id
  where p.id = new.project_id
    -- The goal's column is of 0020, which is applied before any run ends.
    and (new.origin <> 'person' or new.goal is not null or s.choices #>> '{run_ended,of}' = 'all');
  return null;
end $$;
create trigger runs_end_told after update of status on runs for each row
  when (old.status is distinct from new.status and new.status in ('done', 'failed') and new.user_id is not null)
  execute function tell_of_run();

create function tell_of_switch() returns trigger language plpgsql as $$
begin
  perform tell(m.user_id, new.organization_id, 'admin', 'autonomy_off', jsonb_build_object(
    'organization', o.name, 'organizationId', o.id, 'by', u.name
  ))
  from members m
  join organizations o on o.id = new.organization_id
  left join users u on u.id = new.changed_by
  where m.organization_id = new.organization_id and role_rank(m.role) >= role_rank('admin')
    -- Whoever did it knows.
    and m.user_id is distinct from new.changed_by and (tg_op = 'INSERT' or old.off_at is null);
  return null;
end $$;
create trigger autonomy_switches_told after insert or update on autonomy_switches for each row
  when (new.off_at is not null) execute function tell_of_switch();

-- Of several failures in a row only the first: something that is due every minute would tell it as often.
create function tell_of_schedule() returns trigger language plpgsql as $$
begin
  perform tell(w.user_id, p.organization_id, 'viewer', 'start_failed', jsonb_build_object(
    'origin', 'schedule', 'originId', w.id, 'name', w.name, 'reason', new.reason,
    'projectId', p.id, 'project', p.name, 'organization', o.name
  ))
  from schedules w join projects p on p.id = w.project_id join organizations o on o.id = p.organization_id
  where w.id = new.schedule_id and w.user_id is not null and coalesce((
    select status from schedule_occurrences where schedule_id = new.schedule_id and due_at < new.due_at order by due_at desc limit 1
  ), 'started') <> 'failed';
  return null;
end $$;
create trigger schedule_occurrences_told after insert on schedule_occurrences for each row
  when (new.status = 'failed' and not new.manual) execute function tell_of_schedule();

-- What only the sender of a message can see to is told to nobody here.
create function is_of_sender(code text) returns boolean language sql immutable as $$
  select code is not null and code in ('timestamp_off', 'replayed', 'paused', 'rate_limited')
$$;

create function tell_of_trigger() returns trigger language plpgsql as $$
begin
  perform tell(w.user_id, p.organization_id, 'viewer', 'start_failed', jsonb_build_object(
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
create trigger trigger_occurrences_told after insert on trigger_occurrences for each row
  when (new.outcome = 'refused' and not is_of_sender(new.code)) execute function tell_of_trigger();
