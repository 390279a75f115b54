import { statement } from '#kernel/database/statement.ts';
import { selectAliveServers } from '#kernel/server-liveness.ts';
import type { QueueRow } from '#kernel/shared-metrics.ts';
import { rolesFrom } from '#wire/role.ts';
import { isPaused } from '../log/queries.ts';

/** Claims queued runs; from now on only writes with this fence are accepted. */
export const claimRuns = statement<{ id: string; fence: number }, { server: number; limit: number }>(
  'runs.claim',
  `update runs set status = 'running', server = $server, fence = fence + 1, changed_at = now()
   where id in (
     select r.id from runs r where r.status = 'queued' and not ${isPaused} order by r.queued_at for update of r skip locked limit $limit
   )
   returning id, fence`,
);

/** Without those that wait for autonomy to be switched on again. */
export const measureQueue = statement<QueueRow>(
  'runs.measure-queue',
  `select count(*)::int as depth, extract(epoch from now() - min(r.queued_at))::float8 as oldest_seconds
   from runs r where r.status = 'queued' and not ${isPaused}`,
);

/** Requeues runs that no server works on: those of dead servers, and our own that we have released. */
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
/** The person it works for has lost the project, or is only a viewer now. */
const hasLost = `not exists (
    select from project_roles l where l.project_id = r.project_id and l.user_id = r.user_id and l.role in (${actingRoles}))`;

/** Runs of this server that must end or pause: the notification may have been lost. */
export const selectInterrupted = statement<{ id: string; stop_requested: boolean; held: boolean }, { server: number }>(
  'runs.select-interrupted',
  `select r.id, r.stop_requested, ${isPaused} as held from runs r
   where r.status = 'running' and r.server = $server and (r.stop_requested or ${isPaused} or ${hasLost})`,
);

export const releaseRuns = statement<{ id: string }, { server: number }>(
  'runs.give-back',
  `update runs set status = 'queued', server = null where status = 'running' and server = $server returning id`,
);
