/**
 * The books: what people were told, beside what PostgreSQL has. They balance if everything acknowledged is there exactly once, and
 * everything that got no answer at most once.
 */
import { createHash } from 'node:crypto';
import pg from 'pg';
import type { RunEvent } from '#features/runs/events.ts';
import { query } from '../harness/database.ts';
import { findContradictions } from './invariants.ts';

/** Whether a request was answered with 2xx. If not, it may have taken effect. */
interface Sent {
  acknowledged: boolean;
}

/** What some people did, in projects that only they used. In each list, the oldest first. */
export interface Ledger {
  /** Contents are unique in their project. */
  saves: (Sent & { projectId: string; path: string; content: string })[];
  /** Names are unique. */
  projects: (Sent & { name: string })[];
  /** Each was sent again with its key until it was answered. */
  runs: {
    projectId: string;
    /** Undefined if it never was. */
    runId: string | undefined;
    /** Files that it writes, once each. */
    writes: readonly string[];
    /** What its reader got, over as many streams as it took. */
    events: readonly RunEvent[];
  }[];
  /** By person: how many sessions there may be. */
  sessions: Map<string, { atLeast: number; atMost: number }>;
  /** Contradictions that people noticed themselves. */
  noticed: string[];
}

export const emptyLedger = (): Ledger => ({ saves: [], projects: [], runs: [], sessions: new Map(), noticed: [] });

/** @returns a sentence for each entry that does not balance; call it once nobody writes and all runs have ended */
export async function balance(databaseUrl: string, ledger: Ledger): Promise<string[]> {
  const checks = [balanceSaves, balanceProjects, balanceRuns, balanceSessions];
  const found = await Promise.all(checks.map((check) => check(databaseUrl, ledger)));
  return [...ledger.noticed, ...found.flat(), ...(await contradictionsIn(databaseUrl))];
}

async function contradictionsIn(databaseUrl: string): Promise<string[]> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  return findContradictions(client).finally(() => client.end());
}

const unique = (ids: readonly string[]) => [...new Set(ids)];

/** @returns a sentence unless there is one, or at most one if it was not acknowledged */
function judge(what: string, count: number, { acknowledged }: Sent): string[] {
  if (count === 0 && acknowledged) return [`${what} was acknowledged, and is not there`];
  return count > 1 ? [`${what} is there ${count} times`] : [];
}

async function balanceSaves(databaseUrl: string, { saves }: Ledger): Promise<string[]> {
  const rows = await query<{ project_id: string; path: string; number: string; hash: string }>(
    databaseUrl,
    `select v.project_id, v.path, v.number, encode(v.hash, 'hex') as hash
     from versions v join changes c using (project_id, number)
     where v.project_id = any ($1::uuid[]) and c.run_id is null order by v.number`,
    [unique(saves.map(({ projectId }) => projectId))],
  );
  const stored = new Map<string, number[]>();
  for (const { project_id, path, number, hash } of rows) {
    const key = `${project_id} ${path} ${hash}`;
    stored.set(key, [...(stored.get(key) ?? []), Number(number)]);
  }
  const found: string[] = [];
  const newest = new Map<string, number>();
  for (const save of saves) {
    const file = `${save.projectId} ${save.path}`;
    const key = `${file} ${createHash('sha256').update(save.content).digest('hex')}`;
    const numbers = stored.get(key) ?? [];
    stored.delete(key);
    found.push(...judge(`“${save.content}” in ${save.path}`, numbers.length, save));
    if (!save.acknowledged || numbers[0] === undefined) continue;
    if (numbers[0] < (newest.get(file) ?? 0)) found.push(`“${save.content}” is older than what was saved before it`);
    newest.set(file, numbers[0]);
  }
  return [...found, ...[...stored.keys()].map((key) => `nobody saved this version: ${key}`)];
}

async function balanceProjects(databaseUrl: string, { projects }: Ledger): Promise<string[]> {
  const names = projects.map(({ name }) => name);
  const rows = await query<{ name: string }>(databaseUrl, 'select name from projects where name = any ($1)', [names]);
  return projects.flatMap((project) =>
    judge(`the project “${project.name}”`, rows.filter(({ name }) => name === project.name).length, project),
  );
}

async function balanceRuns(databaseUrl: string, { runs }: Ledger): Promise<string[]> {
  const rows = await query<{ id: string; project_id: string; status: string; last_event: number; error: string | null; paths: string[] }>(
    databaseUrl,
    `select r.id, r.project_id, r.status, r.last_event,
       (select e.data ->> 'message' from run_events e where e.run_id = r.id and e.type = 'error' order by seq desc limit 1) as error,
       array(select v.path from changes c join versions v using (project_id, number) where c.run_id = r.id order by v.path) as paths
     from runs r where r.project_id = any ($1::uuid[])`,
    [unique(runs.map(({ projectId }) => projectId))],
  );
  const found = runs.flatMap(({ runId, writes, events }) => {
    if (runId === undefined) return [];
    const row = rows.find(({ id }) => id === runId);
    if (!row) return [`the run ${runId} was acknowledged, and is not there`];
    const { status, last_event, error, paths } = row;
    const seen = events.map(({ seq }) => seq);
    const isWhole = seen.length === last_event && seen.every((seq, index) => seq === index + 1);
    return [
      ...(status === 'done' ? [] : [`the run ${runId} is ${status}: ${error}`]),
      ...(`${paths}` === `${[...writes].sort()}` ? [] : [`the run ${runId} was to write ${writes} and wrote ${paths}`]),
      ...(isWhole ? [] : [`the reader of the run ${runId} got the events ${seen} of ${last_event}`]),
    ];
  });
  const unanswered = runs.filter(({ runId }) => runId === undefined).length;
  const others = rows.filter(({ id }) => !runs.some(({ runId }) => runId === id));
  if (others.length > unanswered) found.push(`nobody started these runs: ${others.map(({ id }) => id)}`);
  return found;
}

async function balanceSessions(databaseUrl: string, { sessions }: Ledger): Promise<string[]> {
  const rows = await query<{ user_id: string; count: number }>(
    databaseUrl,
    'select user_id, count(*)::int as count from sessions where expire > now() and user_id = any ($1::uuid[]) group by user_id',
    [[...sessions.keys()]],
  );
  return [...sessions].flatMap(([userId, { atLeast, atMost }]) => {
    const count = rows.find(({ user_id }) => user_id === userId)?.count ?? 0;
    return count >= atLeast && count <= atMost ? [] : [`${userId} has ${count} sessions instead of ${atLeast} to ${atMost}`];
  });
}
