import type { Channel, Choices, Notification, NotificationSettings } from '#features/notifications/contract.ts';
import type { ApprovalStatus } from '#features/runs/approvals-contract.ts';
import { statement } from '#kernel/database/statement.ts';
import type { QueueRow } from '#kernel/shared-metrics.ts';
import type { Role } from '#wire/role.ts';
import type { NotificationEvent } from './message.ts';

export interface SettingsRow {
  email: string;
  /** As saved; choices saved by an older version may lack kinds. */
  choices: Partial<NotificationSettings['choices']>;
  webhook_url: string | null;
  webhook_secret: Buffer | null;
}

export const selectSettings = statement<SettingsRow, { userId: string }>(
  'notifications.select-settings',
  `select u.email, coalesce(s.choices, '{}') as choices, s.webhook_url, s.webhook_secret
   from users u left join notification_settings s on s.user_id = u.id where u.id = $userId`,
);

export const upsertSettings = statement<never, { userId: string; choices: string; webhookUrl: string | null }>(
  'notifications.upsert-settings',
  `insert into notification_settings (user_id, choices, webhook_url) values ($userId, $choices, $webhookUrl)
   on conflict (user_id) do update set choices = excluded.choices, webhook_url = excluded.webhook_url, changed_at = now()`,
);

export const upsertSecret = statement<never, { userId: string; secret: Buffer }>(
  'notifications.upsert-secret',
  `insert into notification_settings (user_id, webhook_secret) values ($userId, $secret)
   on conflict (user_id) do update set webhook_secret = excluded.webhook_secret, changed_at = now()`,
);

interface MemberRow {
  user_id: string;
  /** Null: never chosen. */
  choices: Partial<Choices> | null;
  has_webhook: boolean;
}
const memberColumns = `m.user_id, s.choices, s.webhook_url is not null and s.webhook_secret is not null as has_webhook`;

/** Nobody reads the notifications of a token. */
const people = `members m join users u on u.id = m.user_id and u.kind = 'person'`;

/** The role of a member where something occurred: in its project, if it concerns one. */
const roleThere = `case when $projectId::uuid is null or not exists (select from projects p where p.id = $projectId::uuid) then m.role
  else (select r.role from project_roles r where r.project_id = $projectId::uuid and r.user_id = m.user_id) end`;

/** @param roles the roles that may see it */
export const selectMember = statement<
  MemberRow,
  { organizationId: string; projectId: string | null; userId: string; roles: readonly Role[] }
>(
  'notifications.select-member',
  `select ${memberColumns} from ${people} left join notification_settings s on s.user_id = m.user_id
   where m.organization_id = $organizationId and m.user_id = $userId and ${roleThere} = any ($roles)`,
);

/** @param byDefault includes people who have never chosen */
export const selectMembers = statement<
  MemberRow,
  { organizationId: string; projectId: string | null; roles: readonly Role[]; byDefault: boolean }
>(
  'notifications.select-members',
  `select ${memberColumns} from ${people} left join notification_settings s on s.user_id = m.user_id
   where m.organization_id = $organizationId and ${roleThere} = any ($roles) and ($byDefault or s.user_id is not null)`,
);

export interface Recipient {
  /** Its id in the outbox. */
  eventId: number;
  userId: string;
  role: Role;
  channel: Channel;
}

/**
 * Notifications in the page are delivered by this insert; the other channels are delivered afterwards. The content comes from the outbox.
 */
export const insertNotifications = statement<
  never,
  { eventIds: readonly number[]; userIds: readonly string[]; roles: readonly Role[]; channels: readonly Channel[] }
>(
  'notifications.insert',
  `insert into notifications (user_id, organization_id, role, kind, channel, about, sender_id, created_at, status, ended_at)
   select r.user_id, e.organization_id, r.role, e.kind, r.channel, e.payload, e.sender_id, e.created_at,
     case r.channel when 'page' then 'delivered' else 'waiting' end, case r.channel when 'page' then now() end
   from unnest($eventIds::bigint[], $userIds::uuid[], $roles::text[], $channels::text[]) as r (event_id, user_id, role, channel)
   join outbox e on e.id = r.event_id`,
);

export type NotificationRow = NotificationEvent & {
  id: string;
  channel: Notification['channel'];
  status: Notification['status'];
  reason: string | null;
  attempts: number;
  created_at: string;
  next_attempt_at: string;
  ended_at: string | null;
};

/** Only from organizations they are still a member of, and from projects they still have access to. */
export const selectNotifications = statement<
  NotificationRow,
  { userId: string; channel: Channel | null; before: string | null; limit: number }
>(
  'notifications.select',
  `select id, kind, channel, about, status, reason, attempts, created_at, next_attempt_at, ended_at from notifications n
   where user_id = $userId and ($channel::text is null or channel = $channel)
     and exists (select from members m where m.user_id = $userId and m.organization_id = n.organization_id)
     and (not exists (select from projects p where p.id = (n.about ->> 'projectId')::uuid)
       or exists (select from project_roles r where r.user_id = $userId and r.project_id = (n.about ->> 'projectId')::uuid))
     and ($before::uuid is null or (created_at, id) < (select b.created_at, b.id from notifications b
       where b.id = $before and b.user_id = $userId))
   order by created_at desc, id desc limit $limit`,
);

export type ClaimedRow = NotificationEvent & {
  id: string;
  user_id: string;
  channel: Exclude<Channel, 'page'>;
  attempts: number;
  created_at: string;
  email: string;
  webhook_url: string | null;
  webhook_secret: Buffer | null;
  /** The person who caused it. */
  sender_id: string | null;
  /** The smallest role that may see it. */
  role: Role;
  /** The recipient's current role; null if they have left. */
  member_role: Role | null;
  /** The current choices. */
  choices: Partial<Choices> | null;
  /** Status of the approval it is about; null if that was deleted, or it is about something else. */
  approval_status: ApprovalStatus | null;
};

/**
 * Claims due notifications that no other server is sending, for the length of the lease; if this server dies, another one claims them.
 * Returns with them what may have changed since they were recorded.
 */
export const claim = statement<ClaimedRow, { limit: number; leaseSeconds: number }>(
  'notifications.claim',
  `with due as (
     select id from notifications where status = 'waiting' and channel in ('email', 'webhook') and next_attempt_at <= now()
     order by next_attempt_at limit $limit for update skip locked
   ), claimed as (
     update notifications n set attempts = attempts + 1, next_attempt_at = now() + make_interval(secs => $leaseSeconds)
     from due where n.id = due.id returning n.*
   )
   select c.id, c.user_id, c.kind, c.channel, c.about, c.attempts, c.created_at, c.sender_id, c.role, u.email,
     case when p.id is null then m.role else r.role end as member_role,
     s.choices, s.webhook_url, s.webhook_secret, a.status as approval_status
   from claimed c
   join users u on u.id = c.user_id
   left join members m on m.user_id = c.user_id and m.organization_id = c.organization_id
   left join projects p on p.id = (c.about ->> 'projectId')::uuid
   left join project_roles r on r.project_id = p.id and r.user_id = c.user_id
   left join notification_settings s on s.user_id = c.user_id
   left join approvals a on c.kind = 'approval_asked' and a.id = (c.about ->> 'approvalId')::uuid`,
);

/** The attempt number is its fence: a server that exceeded the lease writes nothing. */
export const end = statement<never, { id: string; attempt: number; status: Notification['status']; reason: string | null }>(
  'notifications.end',
  `update notifications set status = $status, reason = $reason, ended_at = now()
   where id = $id and attempts = $attempt and status = 'waiting'`,
);

export const postpone = statement<never, { id: string; attempt: number; seconds: number; reason: string }>(
  'notifications.postpone',
  `update notifications set next_attempt_at = now() + make_interval(secs => $seconds), reason = $reason
   where id = $id and attempts = $attempt and status = 'waiting'`,
);

/** Those that are due: not those being sent now, or waiting to be sent again later. */
export const measureQueue = statement<QueueRow>(
  'notifications.measure-queue',
  `select count(*)::int as depth, extract(epoch from now() - min(next_attempt_at))::float8 as oldest_seconds
   from notifications where status = 'waiting' and next_attempt_at <= now()`,
);

export const deleteOld = statement<{ id: string }, { days: number }>(
  'notifications.delete-old',
  'delete from notifications where created_at < now() - make_interval(days => $days) returning id',
  { timeout: 30_000 },
);
