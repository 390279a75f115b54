import type { EventType, RunEvent } from '#features/runs/events.ts';
import { type Queryable, statement } from '#kernel/database/statement.ts';
import { selectAliveServers } from '#kernel/live.ts';

export interface RunRow {
  id: string;
  project_id: string;
  user_id: string | null;
  user_name: string | null;
  title: string;
  status: 'queued' | 'running' | 'waiting' | 'done' | 'failed' | 'stopped';
  level: 'off' | 'supervised' | 'autonomous';
  model: string;
  budget: { steps?: number; tokens?: number; minutes?: number };
  fence: number;
  stop_requested: boolean;
  last_event: number;
  input_tokens: number;
  output_tokens: number;
  created_at: string;
  changed_at: string;
}

const columns = `r.id, r.project_id, r.user_id, u.name as user_name, r.title, r.status, r.level, r.model, r.budget, r.fence,
  r.stop_requested, r.last_event, r.input_tokens, r.output_tokens, r.created_at, r.changed_at`;
const join = 'runs r left join users u on u.id = r.user_id';

/** No row when the project has been deleted meanwhile; while it is not, it stays until the transaction ends. */
export const insertRun = statement<
  { id: string },
  [id: string, projectId: string, userId: string, title: string, level: string, model: string, budget: string]
>(
  'runs.insert',
  `insert into runs (id, project_id, user_id, title, status, level, model, budget)
   select $1::uuid, id, $3::uuid, $4, 'queued', $5, $6, $7::jsonb from projects where id = $2 for key share
   returning id`,
);

export const selectRun = statement<RunRow, [id: string]>('runs.select', `select ${columns} from ${join} where r.id = $1`);

export const selectRuns = statement<RunRow, [projectId: string, before: string | null, limit: number]>(
  'runs.select-of-project',
  `select ${columns} from ${join}
   where r.project_id = $1
     and ($2::uuid is null or (r.created_at, r.id) < (select b.created_at, b.id from runs b where b.id = $2 and b.project_id = $1))
   order by r.created_at desc, r.id desc limit $3`,
);

export const selectProjectOf = statement<{ project_id: string }, [id: string]>(
  'runs.select-project',
  'select project_id from runs where id = $1',
);

/** Takes up queued runs; from here on only who names this fence may write to their logs. */
export const claimRuns = statement<{ id: string; fence: number }, [server: number, limit: number]>(
  'runs.claim',
  `update runs set status = 'running', server = $1, fence = fence + 1, changed_at = now()
   where id in (select id from runs where status = 'queued' order by queued_at for update skip locked limit $2)
   returning id, fence`,
);

/** Makes available to all what nobody works on: the runs of servers that are no more, and our own that we let go of. */
export const requeueOrphans = statement<{ id: string }, [server: number, working: string[]]>(
  'runs.requeue-orphans',
  `update runs set status = 'queued', server = null
   where id in (
     select id from runs
     where status = 'running' and (server <> all (array(${selectAliveServers})) or (server = $1 and id <> all ($2::uuid[])))
     for update skip locked
   )
   returning id`,
);

/** Our runs that a person has asked to stop: news of it may have been lost. */
export const selectStopRequested = statement<{ id: string }, [server: number]>(
  'runs.select-stop-requested',
  `select id from runs where status = 'running' and server = $1 and stop_requested`,
);

export const giveBackRuns = statement<{ id: string }, [server: number]>(
  'runs.give-back',
  `update runs set status = 'queued', server = null where status = 'running' and server = $1 returning id`,
);

/** Comes before a lock on one of its runs: deleting a project takes them in this order too. */
export const lockProject = statement<{ id: string }, [projectId: string]>(
  'runs.lock-project',
  'select id from projects where id = $1 for no key update',
  { timeout: 15_000 },
);

/** Holds the run until the transaction ends; no row when another server has it by now. */
export const lockRun = statement<{ id: string }, [id: string, fence: number]>(
  'runs.lock',
  `select id from runs where id = $1 and fence = $2 and status = 'running' for update`,
);

/** Queues a run that had ended; one that works finds the message at its next step, also when it was about to stop. */
export const requeue = statement<{ status: string }, [id: string]>(
  'runs.requeue',
  `update runs set
     status = case when status in ('done', 'failed', 'stopped') then 'queued' else status end,
     queued_at = case when status in ('done', 'failed', 'stopped') then now() else queued_at end,
     stop_requested = false, changed_at = now()
   where id = $1 returning status`,
);

/** @returns `running` when the run is at work somewhere and will stop itself, `stopped` when nobody worked on it; no row after its end */
export const stopRun = statement<{ status: 'running' | 'stopped' }, [id: string]>(
  'runs.stop',
  `update runs set
     status = case when status = 'running' then status else 'stopped' end, stop_requested = status = 'running', changed_at = now()
   where id = $1 and status in ('queued', 'running', 'waiting') returning status`,
);

interface AppendRow {
  last_event: number;
  at: string;
}

/**
 * Appends events and tells the servers; null as fence for what a person adds.
 * No row when the run is lost to another server, `seen` is not the newest event any more, or a message has taken the stop back.
 */
const append = statement<
  AppendRow,
  [
    id: string,
    fence: number | null,
    seen: number | null,
    types: string[],
    data: string[],
    status: string | null,
    input: number,
    output: number,
  ]
>(
  'runs.append',
  `with run as (
     update runs set
       last_event = last_event + cardinality($4::text[]), changed_at = now(), status = coalesce($6, status),
       input_tokens = input_tokens + $7, output_tokens = output_tokens + $8
     where id = $1 and ($2::int is null or (fence = $2 and status = 'running')) and ($3::int is null or last_event = $3)
       and ($6::text is distinct from 'stopped' or stop_requested)
     returning last_event, changed_at
   ), event as (
     insert into run_events (run_id, seq, type, data, at)
     select $1, run.last_event - cardinality($4::text[]) + e.place, e.type, e.data, run.changed_at
     from run, unnest($4::text[], $5::jsonb[]) with ordinality as e (type, data, place)
   )
   select run.last_event, run.changed_at as at from run, pg_notify('guildhall', 'run ' || $1::text || ' ' || run.last_event)`,
  { timeout: 10_000 },
);

type NewEvent = { type: EventType; data: unknown };

export interface AppendOptions {
  fence?: number;
  /** Append only if this is the newest event. */
  seen?: number;
  status?: RunRow['status'];
  inputTokens?: number;
  outputTokens?: number;
}

/** @returns the events as they stand in the log; undefined when they were not taken */
export async function appendEvents(
  db: Queryable,
  id: string,
  events: NewEvent[],
  options: AppendOptions = {},
): Promise<RunEvent[] | undefined> {
  const { fence = null, seen = null, status = null, inputTokens = 0, outputTokens = 0 } = options;
  const types = events.map((event) => event.type);
  const data = events.map((event) => storable(event.data));
  const [row] = await append(db, id, fence, seen, types, data, status, inputTokens, outputTokens);
  return row && numbered(events, row);
}

function numbered(events: NewEvent[], { last_event, at }: AppendRow): RunEvent[] {
  const first = last_event - events.length + 1;
  return events.map((event, index) => ({ ...event, seq: first + index, at })) as RunEvent[];
}

/** As `append`, for many runs at once, each named once. No row also for a run that somebody else holds at the moment. */
const appendAll = statement<
  AppendRow & { id: string },
  [
    ids: string[],
    fences: (number | null)[],
    seen: (number | null)[],
    counts: number[],
    statuses: (string | null)[],
    inputs: number[],
    outputs: number[],
    eventIds: string[],
    places: number[],
    types: string[],
    data: string[],
  ]
>(
  'runs.append-all',
  `with batch as (
     select * from unnest($1::uuid[], $2::int[], $3::int[], $4::int[], $5::text[], $6::bigint[], $7::bigint[])
       as b (id, fence, seen, count, status, input, output)
   ), free as (
     select r.id from runs r join batch b on b.id = r.id
     where (b.fence is null or (r.fence = b.fence and r.status = 'running')) and (b.seen is null or r.last_event = b.seen)
       and (b.status is distinct from 'stopped' or r.stop_requested)
     for no key update of r skip locked
   ), run as (
     update runs r set
       last_event = r.last_event + b.count, changed_at = now(), status = coalesce(b.status, r.status),
       input_tokens = r.input_tokens + b.input, output_tokens = r.output_tokens + b.output
     from batch b join free on free.id = b.id
     where r.id = b.id
     returning r.id, r.last_event, r.changed_at, b.count
   ), event as (
     insert into run_events (run_id, seq, type, data, at)
     select run.id, run.last_event - run.count + e.place, e.type, e.data, run.changed_at
     from unnest($8::uuid[], $9::int[], $10::text[], $11::jsonb[]) as e (id, place, type, data) join run on run.id = e.id
   )
   select run.id, run.last_event, run.changed_at as at from run, pg_notify('guildhall', 'run ' || run.id || ' ' || run.last_event)`,
  { timeout: 10_000 },
);

export interface Append {
  id: string;
  events: NewEvent[];
  options: AppendOptions;
}

/** @returns the events of each run as they stand in its log, by its id; none of a run where they were not taken */
export async function appendToMany(db: Queryable, appends: readonly Append[]): Promise<Map<string, RunEvent[]>> {
  const of = <T>(column: (append: Append) => T) => appends.map(column);
  const events = appends.flatMap(({ id, events }) => events.map((event, index) => ({ id, place: index + 1, ...event })));
  const rows = await appendAll(
    db,
    of(({ id }) => id),
    of(({ options }) => options.fence ?? null),
    of(({ options }) => options.seen ?? null),
    of(({ events }) => events.length),
    of(({ options }) => options.status ?? null),
    of(({ options }) => options.inputTokens ?? 0),
    of(({ options }) => options.outputTokens ?? 0),
    events.map(({ id }) => id),
    events.map(({ place }) => place),
    events.map(({ type }) => type),
    events.map(({ data }) => storable(data)),
  );
  const byId = new Map(appends.map((append) => [append.id, append.events]));
  return new Map(rows.map((row) => [row.id, numbered(byId.get(row.id) ?? [], row)]));
}

/** JSON without what PostgreSQL cannot store: NUL and lone halves of surrogate pairs, which a model or a file may contain. */
function storable(data: unknown): string {
  return JSON.stringify(data).replace(/(?<!\\)((?:\\\\)*)\\u(?:0000|d[89a-f][0-9a-f]{2})/gi, '$1\\ufffd');
}

/** The events of many runs, of each those after a number; at most so many of each. */
export const selectEventsOfMany = statement<RunEvent & { run_id: string }, [ids: string[], after: number[], limit: number]>(
  'runs.select-events-of-many',
  `select e.run_id, e.seq, e.type, e.data, e.at
   from unnest($1::uuid[], $2::int[]) as r (id, after)
   cross join lateral (select * from run_events where run_id = r.id and seq > r.after order by seq limit $3) e
   order by e.run_id, e.seq`,
  { timeout: 10_000 },
);

export const selectEvents = statement<RunEvent, [id: string, after: number, limit: number]>(
  'runs.select-events',
  'select seq, type, data, at from run_events where run_id = $1 and seq > $2::bigint order by seq limit $3',
  { timeout: 10_000 },
);
