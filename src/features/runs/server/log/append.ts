/** The statements that append to run logs: to one, to many at once, and a fast one for model output. */
import type { RunStatus } from '#features/runs/contract.ts';
import type { EventType, RunEvent } from '#features/runs/events.ts';
import { type Queryable, statement } from '#kernel/database/statement.ts';
import { toJsonb } from '#kernel/database/to-jsonb.ts';
import { isHeldBy, mayWrite } from './may-write.ts';
import { endedColumns, runEnded } from './run-ended.ts';

interface AppendRow {
  last_event: number;
  at: string;
}

/** Adds spending to daily usage; `run` has who is charged and the amounts. */
const spend = (run: string) => `spent as (
     insert into run_usage (run_id, day, model, organization_id, project_id, user_id, steps, input_tokens, output_tokens, cost)
     select s.id, (now() at time zone 'utc')::date, s.model, p.organization_id, s.project_id, s.user_id, 1, s.input, s.output, s.cost
     from (${run}) s join projects p on p.id = s.project_id
     on conflict (run_id, day, model) do update set
       steps = run_usage.steps + 1, input_tokens = run_usage.input_tokens + excluded.input_tokens,
       output_tokens = run_usage.output_tokens + excluded.output_tokens,
       cost = case when excluded.cost is null then run_usage.cost else coalesce(run_usage.cost, 0) + excluded.cost end
   )`;

/** Notifies the servers of the rows of `run`. A notification holds 8,000 bytes; a hundred rows take less. */
const notifyReaders = `told as (
     select pg_notify('guildhall', 'runs ' || string_agg(id || ' ' || last_event, ' '))
     from (select id, last_event, row_number() over () / 100 as part from run) r group by part
   )`;

/**
 * Appends events and notifies the servers. No row if `mayWrite` does not allow it. Usage refers to the project, so the project is
 * locked first: deleting a project takes the locks in the same order.
 */
const append = statement<
  AppendRow,
  {
    id: string;
    fence: number | null;
    seen: number | null;
    types: string[];
    data: string[];
    status: RunStatus | null;
    input: number;
    output: number;
    cost: number | null;
    model: string | null;
  }
>(
  'runs.append',
  `with project as (
     select id from projects where $model::text is not null and id = (select project_id from runs where id = $id) for key share
   ), run as (
     update runs r set
       last_event = last_event + cardinality($types::text[]), changed_at = now(), status = coalesce($status, status),
       input_tokens = input_tokens + $input, output_tokens = output_tokens + $output,
       cost = case when $cost::numeric is null then cost else coalesce(cost, 0) + $cost::numeric end
     where r.id = $id and ${mayWrite({ fence: '$fence::int', seen: '$seen::int', status: '$status::text' })}
       and ($model::text is null or exists (select from project))
     returning ${endedColumns('r')}, r.changed_at
   ), event as (
     insert into run_events (run_id, seq, type, data, at)
     select $id, run.last_event - cardinality($types::text[]) + e.place, e.type, e.data, run.changed_at
     from run, unnest($types::text[], $data::jsonb[]) with ordinality as e (type, data, place)
   ), ${spend(`select id, project_id, user_id, $model::text as model, $input::bigint as input, $output::bigint as output, $cost::numeric as cost
       from run where $model::text is not null`)}, ended as (
     ${runEnded(`select * from run where $status::text in ('done', 'failed')`)}
   )
   select run.last_event, run.changed_at as at from run, pg_notify('guildhall', 'runs ' || $id::text || ' ' || run.last_event)`,
  { timeout: 10_000 },
);

type NewEvent = { type: EventType; data: unknown };

/** What a model call used. */
export interface Spent {
  model: string;
  inputTokens: number;
  outputTokens: number;
  /** US dollars; null if the price is unknown. */
  cost: number | null;
}

export interface AppendOptions {
  fence?: number;
  /** Append only if this is the newest event. */
  seen?: number;
  status?: RunStatus;
  spent?: Spent | undefined;
}

/** @returns the events as stored; undefined if they were not accepted */
export async function appendEvents(
  db: Queryable,
  id: string,
  events: NewEvent[],
  options: AppendOptions = {},
): Promise<RunEvent[] | undefined> {
  const { fence = null, seen = null, status = null, spent } = options;
  const written = events.map(write);
  const types = written.map(({ type }) => type);
  const data = written.map(({ text }) => text);
  const { inputTokens = 0, outputTokens = 0, cost = null, model = null } = spent ?? {};
  const [row] = await append(db, { id, fence, seen, types, data, status, input: inputTokens, output: outputTokens, cost, model });
  return row && numbered(written, row);
}

interface Written extends NewEvent {
  text: string;
}

/** Serializes an event; `data` is as readers of the stored JSON will see it. */
function write({ type, data }: NewEvent): Written {
  const text = toJsonb(data);
  return { type, data: text.includes('\\u') ? JSON.parse(text) : data, text };
}

function numbered(events: Written[], { last_event, at }: AppendRow): RunEvent[] {
  const first = last_event - events.length + 1;
  return events.map(({ type, data }, index) => ({ type, data, seq: first + index, at })) as RunEvent[];
}

/** As `append`, for many distinct runs. Also no row for a run that is locked at the moment. */
const appendAll = statement<
  AppendRow & { id: string },
  {
    ids: string[];
    fences: (number | null)[];
    seen: (number | null)[];
    counts: number[];
    statuses: (RunStatus | null)[];
    inputs: number[];
    outputs: number[];
    costs: (number | null)[];
    models: (string | null)[];
    eventIds: string[];
    places: number[];
    types: string[];
    data: string[];
  }
>(
  'runs.append-all',
  `with batch as (
     select * from unnest($ids::uuid[], $fences::int[], $seen::int[], $counts::int[], $statuses::text[], $inputs::bigint[],
       $outputs::bigint[], $costs::numeric[], $models::text[])
       as b (id, fence, seen, count, status, input, output, cost, model)
   ), project as (
     select id from projects where id in (select r.project_id from batch b join runs r on r.id = b.id where b.model is not null)
     for key share skip locked
   ), free as (
     select r.id from runs r join batch b on b.id = r.id
     where ${mayWrite({ fence: 'b.fence', seen: 'b.seen', status: 'b.status' })}
       and (b.model is null or r.project_id in (select id from project))
     for no key update of r skip locked
   ), run as (
     update runs r set
       last_event = r.last_event + b.count, changed_at = now(), status = coalesce(b.status, r.status),
       input_tokens = r.input_tokens + b.input, output_tokens = r.output_tokens + b.output,
       cost = case when b.cost is null then r.cost else coalesce(r.cost, 0) + b.cost end
     from batch b join free on free.id = b.id
     where r.id = b.id
     returning ${endedColumns('r')}, r.changed_at, b.status as becomes, b.count, b.model, b.input, b.output, b.cost
   ), event as (
     insert into run_events (run_id, seq, type, data, at)
     select run.id, run.last_event - run.count + e.place, e.type, e.data, run.changed_at
     from unnest($eventIds::uuid[], $places::int[], $types::text[], $data::jsonb[]) as e (id, place, type, data) join run on run.id = e.id
   ), ${spend('select * from run where model is not null')}, ended as (
     ${runEnded(`select * from run where becomes in ('done', 'failed')`)}
   ), ${notifyReaders}
   select run.id, run.last_event, run.changed_at as at from run, (select count(*) from told) t`,
  { timeout: 10_000 },
);

/**
 * As `appendAll`, for a single event per run without further conditions: model output, which is most of what is stored. The ids are
 * sorted, so that a run's values are found by bisection and the locked rows by their ctid: a query plan made while few runs were
 * active compares each of many rows with each value, and a connection keeps its plan until the table is next analyzed. A run changed at
 * the same moment has a new ctid and gets no row.
 */
const appendSaid = statement<AppendRow & { id: string }, { ids: string[]; fences: number[]; types: string[]; data: string[] }>(
  'runs.append-said',
  `with free as (
     select r.ctid from runs r
     where r.id = any ($ids::uuid[]) and r.id = ($ids::uuid[])[width_bucket(r.id, $ids::uuid[])]
       and ${isHeldBy('($fences::int[])[width_bucket(r.id, $ids::uuid[])]')}
     for no key update skip locked
   ), run as (
     update runs r set last_event = r.last_event + 1, changed_at = now()
     where r.ctid = any (array(select ctid from free)) and r.id = ($ids::uuid[])[width_bucket(r.id, $ids::uuid[])]
     returning r.id, r.last_event, r.changed_at, width_bucket(r.id, $ids::uuid[]) as place
   ), event as (
     insert into run_events (run_id, seq, type, data, at)
     select id, last_event, ($types::text[])[place], ($data::jsonb[])[place], changed_at from run
   ), ${notifyReaders}
   select run.id, run.last_event, run.changed_at as at from run, (select count(*) from told) t`,
  { timeout: 10_000 },
);

export interface Append {
  id: string;
  events: NewEvent[];
  options: AppendOptions;
}

interface WrittenAppend extends Append {
  written: Written[];
}

/** A single event without further conditions. */
const onlyAppendsText = ({ events, options }: Append): boolean =>
  events.length === 1 && options.fence !== undefined && options.seen === undefined && !options.status && !options.spent;

/** @returns the events as stored, by run id; without the runs for which they were not accepted */
export async function appendToMany(db: Queryable, appends: readonly Append[]): Promise<Map<string, RunEvent[]>> {
  const all = appends.map((append): WrittenAppend => ({ ...append, written: append.events.map(write) }));
  const { said = [], others = [] } = Object.groupBy(all, (append) => (onlyAppendsText(append) ? 'said' : 'others'));
  const rows = await Promise.all([said.length > 0 ? storeSaid(db, said) : [], others.length > 0 ? storeOthers(db, others) : []]);
  const written = new Map(all.map(({ id, written }) => [id, written]));
  return new Map(rows.flat().map((row) => [row.id, numbered(written.get(row.id) ?? [], row)]));
}

function storeSaid(db: Queryable, appends: readonly WrittenAppend[]) {
  const inOrder = appends.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const of = <T>(column: (event: Written, append: Append) => T) =>
    inOrder.flatMap((append) => append.written.map((event) => column(event, append)));
  return appendSaid(db, {
    ids: of((_, { id }) => id),
    fences: of((_, { options }) => options.fence ?? 0),
    types: of(({ type }) => type),
    data: of(({ text }) => text),
  });
}

function storeOthers(db: Queryable, appends: readonly WrittenAppend[]) {
  const of = <T>(column: (append: Append) => T) => appends.map(column);
  const events = appends.flatMap(({ id, written }) => written.map((event, index) => ({ id, place: index + 1, ...event })));
  return appendAll(db, {
    ids: of(({ id }) => id),
    fences: of(({ options }) => options.fence ?? null),
    seen: of(({ options }) => options.seen ?? null),
    counts: of(({ events }) => events.length),
    statuses: of(({ options }) => options.status ?? null),
    inputs: of(({ options }) => options.spent?.inputTokens ?? 0),
    outputs: of(({ options }) => options.spent?.outputTokens ?? 0),
    costs: of(({ options }) => options.spent?.cost ?? null),
    models: of(({ options }) => options.spent?.model ?? null),
    eventIds: events.map(({ id }) => id),
    places: events.map(({ place }) => place),
    types: events.map(({ type }) => type),
    data: events.map(({ text }) => text),
  });
}
