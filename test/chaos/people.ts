/** A few people at work behind the proxy: they read, write, sign in and out, have agents work, and keep streams open. */
import { setTimeout as sleep } from 'node:timers/promises';
import { startRun } from '#features/runs/contract.ts';
import { balance, emptyLedger } from '../books/books.ts';
import { query } from '../harness/database.ts';
import { eventually } from '../harness/eventually.ts';
import { newProject, signUp } from '../harness/test-server.ts';
import { type Client, createClient } from '../proxies/client.ts';
import { followLive } from './live-events.ts';
import type { Outcome } from './outcomes.ts';
import { createPerson } from './person.ts';

const PEOPLE = 4;
const EAGER_MS = 300;
const WINDOW_S = 60;
const TOLD_WITHIN_MS = 2000;
/** Of a server that stands still, runs are claimed by another one after 10 s. */
const RUNS_END_WITHIN_MS = 120_000;

const STUCK = 'somebody still waits for the end of a run';

interface Options {
  /** Of the proxy. */
  origin: string;
  /** Messages to agents a minute. */
  agentLimit: number;
}

export async function startPeople({ origin, agentLimit }: Options) {
  const ledger = emptyLedger();
  const outcomes: Outcome[] = [];
  const clients: Client[] = [];
  let over = false;
  const left = new AbortController();

  async function join(name: string) {
    const client = createClient('HTTP/1.1');
    clients.push(client);
    const person = await signUp({ origin }, name, client.fetch);
    const { id: projectId } = await newProject(person);
    return { person, client, projectId };
  }
  async function begin(name: string) {
    const { person, client, projectId } = await join(name);
    const { id: toldOf } = await newProject(person, 'Told of');
    const working = createPerson({ person, projectId, fetch: client.fetch, origin, outcomes, ledger, over: () => over, left: left.signal });
    return { working, page: followLive(person), toldOf };
  }
  type Member = Awaited<ReturnType<typeof begin>>;
  const people: Member[] = [];
  for (let index = 0; index < PEOPLE; index++) people.push(await begin(`Person ${index}`));
  const eager = await join('Somebody eager');

  /** Sends more messages to agents than the limit allows. */
  async function exceedLimit(): Promise<void> {
    const path = startRun.path.replace(':projectId', eager.projectId);
    const body = JSON.stringify({ message: 'list the files', model: 'practice', level: 'supervised' });
    const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body };
    while (!over) {
      const sent = eager.person.browser.fetch(path, init);
      await sent.then((reply) => reply.arrayBuffer()).catch(() => undefined);
      await sleep(EAGER_MS);
    }
  }

  const working = Promise.all([...people.flatMap((member) => [member.working.work(), member.working.runAgents()]), exceedLimit()]);
  working.catch(() => undefined);

  /** Changes a project until the person's page is told of it: a change whose server died may never be announced. */
  const isTold = ({ working, page, toldOf }: Member) =>
    eventually('a page is told of a change', async () => {
      const number = await working.changeBehindPage(toldOf);
      if (number === undefined) return false;
      const told = eventually(
        'it is told',
        () => page.newest(toldOf),
        (newest) => newest >= number,
        TOLD_WITHIN_MS,
      );
      return told.then(Boolean, () => false);
    });

  async function countMessages(databaseUrl: string, windowsForgotten: number): Promise<string[]> {
    const [sent] = await query<{ count: number; seconds: number }>(
      databaseUrl,
      `select count(*)::int as count, coalesce(extract(epoch from max(created_at) - min(created_at)), 0)::float8 as seconds
       from runs where user_id = $1`,
      [eager.person.id],
    );
    const { count = 0, seconds = 0 } = sent ?? {};
    const windows = Math.floor(seconds / WINDOW_S) + 1 + windowsForgotten;
    return count > windows * agentLimit ? [`${count} messages were accepted in ${windows} windows of ${agentLimit}`] : [];
  }

  return {
    outcomes: outcomes as readonly Outcome[],
    /** Resolves once everyone has done some more rounds, and open pages are told of new changes. */
    async goOn(): Promise<void> {
      const before = people.map((member) => member.working.rounds());
      const goes = () => people.every((member, index) => member.working.rounds() > (before[index] ?? 0) + 1);
      await eventually('everyone goes on', goes);
      await Promise.all(people.map(isTold));
    },
    /** Everyone finishes, and all runs end. @param databaseUrl where the database is now */
    async stop(databaseUrl: string): Promise<void> {
      over = true;
      await Promise.race([working, sleep(RUNS_END_WITHIN_MS, undefined, { ref: false }).then(() => Promise.reject(new Error(STUCK)))]);
      await Promise.all(people.map(({ page }) => page.close()));
      const atWork = async () =>
        (await query(databaseUrl, `select id, status from runs where status not in ('done', 'failed', 'stopped')`)).length;
      await eventually('all runs have ended', atWork, 0, RUNS_END_WITHIN_MS);
    },
    /** Ends everything at once, whatever it is doing. */
    async leave(): Promise<void> {
      over = true;
      left.abort();
      await Promise.all(people.map(({ page }) => page.close()));
      await Promise.all(clients.map((client) => client.close()));
      await working.catch(() => undefined);
    },
    /** @param windowsForgotten how often PostgreSQL lost its counts @returns a sentence for everything that does not balance */
    findImbalances: async (databaseUrl: string, windowsForgotten: number): Promise<string[]> => [
      ...(await countMessages(databaseUrl, windowsForgotten)),
      ...(await balance(databaseUrl, ledger)),
    ],
  };
}
