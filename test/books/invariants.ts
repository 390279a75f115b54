/** What is true of every database of ours, whatever happened to its servers: each query finds what contradicts it. */
import type pg from 'pg';

interface Invariant {
  /** What a row found means, as a sentence about `what`. */
  broken: string;
  /** Rows with `what`. */
  text: string;
}

const invariants: readonly Invariant[] = [
  {
    broken: 'the changes of a project are not numbered from 1 to its newest',
    text: `select p.id as what from projects p left join changes c on c.project_id = p.id
           group by p.id having count(c.number) <> p.head or coalesce(max(c.number), 0) <> p.head`,
  },
  {
    broken: 'the current files are not the newest versions',
    text: `with newest as (
             select distinct on (project_id, path) project_id, path, number, hash from versions order by project_id, path, number desc
           )
           select coalesce(f.project_id, n.project_id) || ' ' || coalesce(f.path, n.path) as what
           from files f full join (select * from newest where hash is not null) n using (project_id, path)
           where (f.number, f.hash) is distinct from (n.number, n.hash)`,
  },
  {
    broken: 'a stored content is not what its hash says',
    text: `select project_id || ' ' || encode(hash, 'hex') as what from blobs where sha256(content) <> hash or length(content) <> size`,
  },
  {
    broken: 'a project does not count the bytes that it stores',
    text: `select p.id as what from projects p left join blobs b on b.project_id = p.id
           group by p.id having p.stored_bytes <> coalesce(sum(b.size), 0)`,
  },
  {
    broken: 'the log of a run has a gap, or more than its row says',
    text: `select r.id as what from runs r left join run_events e on e.run_id = r.id
           group by r.id having count(e.seq) <> r.last_event or coalesce(max(e.seq), 0) <> r.last_event`,
  },
  {
    broken: 'a run has ended, and its log does not end so, or the other way around',
    text: `select r.id as what from runs r left join run_events e on e.run_id = r.id and e.seq = r.last_event
           where (r.status in ('done', 'failed', 'stopped')) is distinct from (e.type = 'end')
             or (e.type = 'end' and e.data ->> 'status' <> r.status)`,
  },
  {
    broken: 'a run has ended twice in a row',
    text: `select run_id as what from (
             select run_id, type, lag(type) over (partition by run_id order by seq) as before
             from run_events where type in ('end', 'message', 'retry', 'branch')
           ) e where type = 'end' and before = 'end'`,
  },
  {
    broken: 'a step of a run was completed twice',
    text: `select run_id || ' step ' || (data ->> 'step') as what from run_events where type = 'step_end'
           group by run_id, data ->> 'step' having count(*) > 1`,
  },
  {
    broken: 'a tool call of a run has two results',
    text: `select run_id || ' ' || (data ->> 'callId') as what from run_events where type = 'tool_result'
           group by run_id, data ->> 'callId' having count(*) > 1`,
  },
  {
    broken: 'a change by a run is not in its log exactly once',
    text: `select c.id as what from changes c where c.run_id is not null and (
             select count(*) from run_events e
             where e.run_id = c.run_id and e.type = 'tool_result' and e.data -> 'change' ->> 'id' = c.id::text
           ) <> 1`,
  },
  {
    broken: 'the log of a run has a change that its project does not have',
    text: `select e.run_id || ' ' || e.seq as what from run_events e join runs r on r.id = e.run_id
           where e.type = 'tool_result' and e.data -> 'change' ->> 'id' is not null
             and not exists (select from changes c where c.id::text = e.data -> 'change' ->> 'id')
             and not exists (select from run_events b where b.run_id = e.run_id and b.type = 'branch' and b.seq > e.seq)`,
  },
  {
    broken: 'the usage of a run is not what its log says',
    text: `with logged as (
             select run_id, count(*) as steps, sum((data ->> 'inputTokens')::bigint) as input, sum((data ->> 'outputTokens')::bigint) as output
             from run_events e where type in ('step_end', 'step_cut')
               and not exists (select from run_events b where b.run_id = e.run_id and b.type = 'branch' and b.seq > e.seq)
             group by run_id
           ), counted as (
             select run_id, sum(steps) as steps, sum(input_tokens) as input, sum(output_tokens) as output from run_usage group by run_id
           )
           select run_id as what from logged full join counted using (run_id)
           where (logged.steps, logged.input, logged.output) is distinct from (counted.steps, counted.input, counted.output)`,
  },
  {
    broken: 'an approval waits for a run that does not wait',
    text: `select a.id as what from approvals a join runs r on r.id = a.run_id where a.status = 'pending' and r.status <> 'waiting'`,
  },
  {
    broken: 'an idempotency key was used without a result',
    text: `select user_id || ' ' || key as what from idempotency_keys where result is null`,
  },
];

/** Read while nobody writes. @returns a sentence for each contradiction */
export async function findContradictions(client: pg.Client): Promise<string[]> {
  const found: string[] = [];
  for (const { broken, text } of invariants) {
    const { rows } = await client.query<{ what: string }>(text);
    found.push(...rows.map(({ what }) => `${broken}: ${what}`));
  }
  return found;
}
