import { statement } from '#kernel/database/statement.ts';
import { selectAliveServers } from '#kernel/server-liveness.ts';
import { rolesFrom } from '#wire/role.ts';
import { isHeld } from '../log/queries.ts';

/** Takes up queued runs; from here on only who names this fence may write to their logs. */
export const claimRuns = statement<{ id: string; fence: number }, { server: number; limit: number }>(
  'runs.claim',
  `update runs set status = 'running', server = $server, fence = fence + 1, changed_at = now()
   where id in (
     select r.id from runs r where r.status = 'queued' and not ${isHeld} order by r.queued_at for update of r skip locked limit $limit
   )
   returning id, fence`,
);

/** Makes available to all what nobody works on: the runs of servers that are no more, and our own that we let go of. */
export const requeueOrphans = statement<{ id: string }, { server: number; working: string[] }>(
  'runs.requeue-orphans',
  `update runs set status = 'queued', server = null
   where id in (
     select id from runs
     where status = 'running' and (server <> all (array(${selectAliveServers})) or (server = $server and id <> all ($working::uuid[])))
     for update skip locked
   )
   returning id`,
);

const actingRoles = rolesFrom('member')
  .map((role) => `'${role}'`)
  .join(', ');
/** The person it works for has left the organization, or only watches there by now. */
const hasLost = `not exists (
    select from projects lp join members m on m.organization_id = lp.organization_id and m.role in (${actingRoles})
    where lp.id = r.project_id and m.user_id = r.user_id)`;

/** Our runs that are to end or to pause: the notification of it may have been lost. */
export const selectInterrupted = statement<{ id: string; stop_requested: boolean; held: boolean }, { server: number }>(
  'runs.select-interrupted',
  `select r.id, r.stop_requested, ${isHeld} as held from runs r
   where r.status = 'running' and r.server = $server and (r.stop_requested or ${isHeld} or ${hasLost})`,
);

export const giveBackRuns = statement<{ id: string }, { server: number }>(
  'runs.give-back',
  `update runs set status = 'queued', server = null where status = 'running' and server = $server returning id`,
);
