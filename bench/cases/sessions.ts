/**
 * Sessions: whether a request costs more if the table has a million of them. Two servers, on two databases that are otherwise identical.
 */
import { askEach, cycle, get, load } from '../client.ts';
import { type Findings, printTable } from '../figures.ts';
import type { Installation, Open } from '../installation.ts';
import { cookieOf, createPeople, sessions as insertSessions, runSql } from '../people.ts';
import { inTurns, type Measured, median, ratioInTurns, SECONDS, summarize, WARM_UP_SECONDS, withCpu } from '../rounds.ts';

const PEOPLE = 1000;
const MANY = 1_000_000;
const CONNECTIONS = 50;

interface Round {
  /** With each session's first request after it was evicted from memory. */
  reads: Measured;
  /** PostgreSQL's milliseconds for the first request of a session. */
  lookup: number;
}

/** @param rows in the table; requests use the first thousand */
async function prepare(installation: Installation, rows: number): Promise<(round: number) => Promise<Round>> {
  const { databaseUrl, postmaster, secret } = installation;
  await createPeople(installation, PEOPLE, 20);
  // The users are known to exist, and a million foreign key checks would take longer than everything else.
  const refill = `set session_replication_role = replica; truncate sessions; ${insertSessions(rows, PEOPLE)}`;
  await runSql(databaseUrl, refill);
  await vacuum(databaseUrl);
  const { port, pid } = await installation.start('guildhall');
  // Of all ages: spread over the whole table.
  const questions = Array.from({ length: PEOPLE }, (_, index) => get('/api/projects', cookieOf(sidAt(index, rows), secret)));
  const next = cycle(questions);
  const run = (seconds: number) => load({ port, connections: CONNECTIONS, seconds, next });
  return async (round) => {
    if (round === 0) await run(WARM_UP_SECONDS);
    await forget(databaseUrl, rows);
    const first = await withCpu(pid, postmaster, async () => {
      const answers = await askEach(port, questions);
      const failures = answers.filter(({ status }) => status !== 200).length;
      return { perSecond: 0, p50: 0, p99: 0, answers: answers.length, failures };
    });
    await forget(databaseUrl, rows);
    return { reads: await withCpu(pid, postmaster, () => run(SECONDS)), lookup: first.databaseCpu };
  };
}

const sidAt = (index: number, rows: number) => `session-${index * (rows / PEOPLE) + 1}`;

async function vacuum(databaseUrl: string): Promise<void> {
  await runSql(databaseUrl, 'analyze sessions');
  await runSql(databaseUrl, 'checkpoint');
}

/** Updates the sessions, so that the notification makes the server evict them from memory. */
async function forget(databaseUrl: string, rows: number): Promise<void> {
  const sids = Array.from({ length: PEOPLE }, (_, index) => `'${sidAt(index, rows)}'`);
  await runSql(
    databaseUrl,
    `update sessions set sess = sess || jsonb_build_object('device', clock_timestamp()::text) where sid in (${sids.join(',')})`,
  );
  await new Promise((resolve) => setTimeout(resolve, 200));
}

export async function sessions(open: Open): Promise<Findings> {
  await using few = await open();
  await using many = await open();
  const contenders = { few: await prepare(few, PEOPLE), many: await prepare(many, MANY) };
  const found = await inTurns(contenders);
  const [small, large] = [found.few, found.many].map((rounds) => ({
    reads: summarize(rounds.map(({ reads }) => reads)),
    lookup: median(rounds.map(({ lookup }) => lookup)),
  })) as [Round, Round];
  const row = (name: string, { reads, lookup }: Round) => [
    name,
    Math.round(reads.perSecond).toLocaleString('en'),
    reads.p50.toFixed(2),
    reads.cpu.toFixed(4),
    reads.databaseCpu.toFixed(4),
    lookup.toFixed(3),
    String(reads.failures),
  ];
  printTable(`A list of 20 projects, ${PEOPLE.toLocaleString('en')} sessions asked with, each looked up anew in each round`, [
    ['sessions in the table', 'req/s', 'p50 ms', 'CPU ms/req', 'PostgreSQL', 'of a first request', 'failures'],
    row(PEOPLE.toLocaleString('en'), small),
    row(MANY.toLocaleString('en'), large),
  ]);
  const whole = ({ reads }: Round) => reads.cpu + reads.databaseCpu;
  const cost = ratioInTurns(found.many, found.few, whole);
  const p50 = ratioInTurns(found.many, found.few, ({ reads }) => reads.p50);
  const figure = (what: string, ratio: number) => ({
    number: 8,
    what,
    target: '≤ 1.10',
    measured: ratio.toFixed(2),
    met: ratio <= 1.1,
  });
  return {
    figures: [figure('processor of a request, 1,000,000 to 1,000 rows', cost), figure('p50 of a request, 1,000,000 to 1,000 rows', p50)],
    failures: small.reads.failures + large.reads.failures,
  };
}
