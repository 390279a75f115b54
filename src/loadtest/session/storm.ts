/** All users sign in at once, as after a break; checks whether a person at work notices. */
import { setTimeout as sleep } from 'node:timers/promises';
import { listProjects } from '#features/projects/contract.ts';
import { codeOf } from '../failure.ts';
import { createLatency } from '../latency.ts';
import { formatMs } from '../table.ts';
import { MAX_P95_MS } from '../targets.ts';
import type { Outcome, PhasePlan } from './phase.ts';
import type { RequestContext, Stay } from './stay.ts';

const READ_EVERY_MS = 50;
/** With fewer reads, a single one determines the p95. */
const MIN_READS = 20;

export function signInStorm(people: number): PhasePlan {
  return { name: 'Sign-in storm', work: (stay) => storm(stay, people) };
}

async function storm(stay: Stay, people: number): Promise<Outcome> {
  const [reader, ...others] = await stay.signUp(people + 1);
  if (!reader) throw new Error('Nobody signed up');
  const atWork = await stay.signIn(reader, 0);
  const begun = performance.now();
  let over = false;
  const reading = readMeanwhile(atWork, () => over);
  const signIns = await Promise.allSettled(others.map((person, index) => stay.signIn(person, index)));
  const took = performance.now() - begun;
  over = true;
  const { reads, p95, failed } = await reading;

  const refused = signIns.flatMap((one) => (one.status === 'rejected' ? [codeOf(one.reason)] : []));
  const problems = [
    refused.length > 0 && `${refused.length} of ${people} sign-ins failed: ${[...new Set(refused)].join(', ')}`,
    failed.length > 0 && `${failed.length} of ${reads} reads beside it failed: ${[...new Set(failed)].join(', ')}`,
    p95 >= MAX_P95_MS && `p95 of a read beside it was ${formatMs(p95)} ms of ${MAX_P95_MS}`,
  ].filter((problem) => problem !== false);
  return {
    met: problems.length === 0,
    summary:
      problems.length === 0
        ? `${people} people signed in at once; all were let in, and a read beside it stayed below ${MAX_P95_MS} ms at p95.`
        : `${people} people signed in at once: ${problems.join('; ')}.`,
    figures: [
      { name: 'signed in', value: people - refused.length, unit: 'people' },
      { name: 'last one in after', value: took, unit: 'ms' },
      { name: 'sign-ins a second', value: (people - refused.length) / (took / 1000), unit: '' },
      { name: 'p95 of a read beside it', value: p95, unit: 'ms' },
    ],
  };
}

/** Reads at a steady pace, independent of the responses. */
async function readMeanwhile(ctx: RequestContext, isOver: () => boolean) {
  const latency = createLatency();
  const failed: string[] = [];
  const reads: Promise<void>[] = [];
  for (let due = performance.now(); !isOver() || reads.length < MIN_READS; due += READ_EVERY_MS) {
    await sleep(Math.max(0, due - performance.now()));
    reads.push(read(due));
  }
  await Promise.all(reads);
  return { reads: reads.length, p95: latency.figures().p95, failed };

  async function read(due: number): Promise<void> {
    try {
      await ctx.at(0)(listProjects, {});
      latency.record(performance.now() - due);
    } catch (error) {
      failed.push(codeOf(error));
    }
  }
}
