import { statement } from '#kernel/database/statement.ts';
import { type StartRow, startColumns, startJoin } from './queries.ts';

export interface FilesRow extends StartRow {
  path: string;
  by_runs: boolean;
  /** Number of the last change it has seen, and of the project's last. */
  cursor: number;
  head: number;
}

/** Takes in hand those whose project has changed; nobody else looks at them for a while. */
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
  /** Triggers in a row that led to the run. */
  depth: number;
}

/** What changed after a change and up to another, without what a trigger's own runs did, in order. */
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

/** No row where another server has moved on already, or somebody has paused it: then what was seen is not ours to act on. */
export const moveCursor = statement<{ id: string }, { id: string; from: number; to: number }>(
  'triggers.move-cursor',
  'update triggers set cursor = $to, look_at = now() where id = $id and cursor = $from and paused_at is null returning id',
);

/** Only where it still stands: another server may have moved on while this one stood still. */
export const postpone = statement<never, { id: string; cursor: number; seconds: number }>(
  'triggers.put-off',
  `update triggers set look_at = now() + $seconds * interval '1 second' where id = $id and cursor = $cursor`,
);
