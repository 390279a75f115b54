/** Sign-in: how close it comes to bcrypt's maximum on this machine, and its effect on another person's reads. */
import { availableParallelism } from 'node:os';
import { hash, verify } from '@node-rs/bcrypt';
import { cycle, get, load, pace, request } from '../client.ts';
import { type Findings, printTable } from '../figures.ts';
import type { Open } from '../installation.ts';
import { createPeople, PASSWORD } from '../people.ts';
import { inTurns, median, quantile, ROUNDS, rateOf, ratioInTurns, SECONDS, WARM_UP_SECONDS } from '../rounds.ts';

const PEOPLE = 50;
const READS_A_SECOND = 50;

interface Round {
  perSecond: number;
  /** Milliseconds taken by each of the concurrent reads. */
  took: number[];
  failures: number;
}

/** Only bcrypt, as many at once as there are cores. */
async function hashAlone(hashed: string): Promise<Round> {
  let [verified, failures, over] = [0, 0, false];
  const start = performance.now();
  const work = async () => {
    while (!over) {
      if (!(await verify(PASSWORD, hashed))) failures++;
      if (!over) verified++;
    }
  };
  const all = Array.from({ length: availableParallelism() }, work);
  await new Promise((resolve) => setTimeout(resolve, SECONDS * 1000));
  over = true;
  const perSecond = (verified * 1000) / (performance.now() - start);
  await Promise.all(all);
  return { perSecond, took: [], failures };
}

export async function signIn(open: Open): Promise<Findings> {
  await using installation = await open();
  const people = await createPeople(installation, PEOPLE, 1);
  const { port } = await installation.start('guildhall');
  const hashed = await hash(PASSWORD, { cost: 10 });
  const login = (email: string) =>
    request('POST', '/api/auth/login', { 'content-type': 'application/json' }, Buffer.from(JSON.stringify({ email, password: PASSWORD })));
  const next = cycle(people.map(({ email }) => login(email)));
  const storm = (seconds: number) => load({ port, connections: PEOPLE, seconds, next });
  const read = { port, question: get('/api/auth/user', people[0]?.cookie ?? ''), perSecond: READS_A_SECOND };

  await pace({ ...read, perSecond: 1000, seconds: 2 });
  await storm(WARM_UP_SECONDS);
  const found = await inTurns<'bcrypt alone' | 'quiet' | 'signing in', Round>({
    'bcrypt alone': () => hashAlone(hashed),
    quiet: async () => ({ perSecond: 0, ...(await pace({ ...read, seconds: SECONDS })) }),
    'signing in': async () => {
      const [{ perSecond, failures }, reads] = await Promise.all([storm(SECONDS), pace({ ...read, seconds: SECONDS })]);
      return { perSecond, took: reads.took, failures: failures + reads.failures };
    },
  });

  const rate = (rounds: Round[]) => median(rounds.map(rateOf));
  const [raw, reached] = [rate(found['bcrypt alone']), rate(found['signing in'])];
  const ratio = ratioInTurns(found['signing in'], found['bcrypt alone'], rateOf);
  const of = (rounds: Round[], share: number) =>
    quantile(
      rounds.flatMap((round) => round.took),
      share,
    );
  const slower = of(found['signing in'], 0.99) / of(found.quiet, 0.99);
  printTable(`${PEOPLE} people sign in at once, beside ${READS_A_SECOND} reads a second (${READS_A_SECOND * SECONDS * ROUNDS} each)`, [
    ['', 'sign-ins/s', 'of bcrypt', 'read p50 ms', 'p99 ms', ''],
    ['bcrypt alone', raw.toFixed(1), '1.00', '', '', ''],
    ['quiet', '', '', of(found.quiet, 0.5).toFixed(1), of(found.quiet, 0.99).toFixed(1), ''],
    [
      'signing in',
      reached.toFixed(1),
      ratio.toFixed(2),
      of(found['signing in'], 0.5).toFixed(1),
      of(found['signing in'], 0.99).toFixed(1),
      '',
    ],
  ]);
  const failures = Object.values(found)
    .flat()
    .reduce((sum, round) => sum + round.failures, 0);
  return {
    figures: [
      {
        number: 3,
        what: 'sign-ins, of the machine’s bcrypt',
        target: '≥ 0.9',
        measured: ratio.toFixed(2),
        met: ratio >= 0.9,
      },
      { number: 3, what: 'a read’s p99 meanwhile, times the quiet one', target: '< 3', measured: slower.toFixed(2), met: slower < 3 },
    ],
    failures,
  };
}
