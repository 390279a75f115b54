import { statement } from '#kernel/database/statement.ts';
import { type StartRow, startColumns, startJoin } from './queries.ts';

export interface FilesRow extends StartRow {
  path: string;
  by_runs: boolean;
  /** Number of the last change it has processed, and of the project's last change. */
  cursor: number;
  head: number;
}

/** Leases triggers whose project has changed; no other server polls them until the lease expires. */
export const claimTriggers = statement<FilesRow, { limit: number; seconds: number }>(
  'triggers.claim',
  `with claimed as (
     update triggers c set look_at = now() + $seconds * interval '1 second'
     where c.id in (
       select t.id from triggers t join projects p on p.id = t.project_id
       where t.kind = 'files' and t.path is not null and t.paused_at is null and t.look_at <= now() and t.cursor < p.head
       order by t.look_at limit $limit for update of t skip locked
     ) returning *
   )
   select ${startColumns}, t.path, t.by_runs, t.cursor, p.head from claimed t ${startJoin}`,
);

export interface TouchRow {
  number: number;
  path: string;
  deleted: boolean;
  /** Seconds since the change. */
  age: number;
  user_name: string | null;
  run_id: string | null;
  /** Length of the chain of triggers that led to the run. */
  depth: number;
}

/** The changes after one change and up to another, in order, without those made by the trigger's own runs. */
export const selectTouches = statement<
  TouchRow,
  { projectId: string; after: number; upTo: number; byRuns: boolean; triggerId: string; limit: number }
>(
  'triggers.select-touches',
  `select c.number, v.path, v.hash is null as deleted, extract(epoch from now() - c.at)::float8 as age, u.name as user_name, c.run_id,
     coalesce((select max(o.depth) from trigger_occurrences o where o.run_id = c.run_id), 0) as depth
   from changes c
   join versions v on v.project_id = c.project_id and v.number = c.number
   left join users u on u.id = c.user_id
   left join runs r on r.id = c.run_id
   where c.project_id = $projectId and c.number > $after and c.number <= $upTo
     and (c.run_id is null or $byRuns and not (r.origin = 'trigger' and r.origin_id is not distinct from $triggerId))
   order by c.number, v.path limit $limit`,
  { timeout: 15_000 },
);

/** Returns no row if another server has already moved the cursor or the trigger was paused: then the changes are not ours to act on. */
export const moveCursor = statement<{ id: string }, { id: string; from: number; to: number }>(
  'triggers.move-cursor',
  'update triggers set cursor = $to, look_at = now() where id = $id and cursor = $from and paused_at is null returning id',
);

/** Only if the cursor has not moved: another server may have moved it while this one was stalled. */
export const postpone = statement<never, { id: string; cursor: number; seconds: number }>(
  'triggers.put-off',
  `update triggers set look_at = now() + $seconds * interval '1 second' where id = $id and cursor = $cursor`,
);
