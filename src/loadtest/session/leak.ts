/** Checks for leaks: two equal rounds of work, each until everyone has signed out, leave the same traces. */
import { rest } from '../rig.ts';
import type { SessionTable } from './database.ts';
import type { Outcome, PhasePlan } from './phase.ts';
import type { Stay } from './stay.ts';

export interface Traces {
  /** Sessions that have not expired. */
  live: number | null;
  /** Sessions in the memory of all server processes. */
  cached: number | null;
  /** Bytes of all server processes. */
  memory: number | null;
  processes: number | null;
}

/** Share of the live sessions, because people outside the test may come and go. */
const LIVE_TOLERANCE = 0.01;
/** Share of the people at work: the result of checking an ended session stays cached for a while. */
const CACHED_TOLERANCE = 0.1;
const MEMORY_TOLERANCE = 0.25;
/** Bytes per process, for garbage that is collected later. */
const MEMORY_SLACK = 50_000_000;
const RAMP_S = 10;
/** Time for the notifications of the last sign-outs, and for the counts to be taken. */
const SETTLE_S = 2;

/** The traces left when nobody is at work. */
export async function readTraces({ rig }: Stay, table: SessionTable | undefined): Promise<Traces> {
  const { activeSessions, cachedSessions, memory, processes } = await rig.sampler.sample();
  return { live: table ? await table.countLive() : activeSessions, cached: cachedSessions, memory, processes };
}

/** People work for a while and sign out. @returns the traces they left */
export async function workAndLeave(stay: Stay, table: SessionTable | undefined, users: number, seconds: number): Promise<Traces> {
  const { rig } = stay;
  await rig.generators.setUsers(users, Math.min(RAMP_S, seconds / 3) * 1000);
  await rig.wait(seconds);
  await rest(rig);
  await rig.generators.signOut();
  await stay.signOutAll();
  await rig.wait(SETTLE_S);
  return readTraces(stay, table);
}

/**
 * @param first traces after the first round, which warms everything up
 * @param liveBefore counted before the test
 */
export const noLeak = (liveBefore: number | null, first: Traces, last: Traces, users: number): PhasePlan => ({
  name: 'No leak',
  work: async () => compare(liveBefore, first, last, users),
});

export function compare(liveBefore: number | null, first: Traces, last: Traces, users: number): Outcome | string {
  const slack = MEMORY_SLACK * (last.processes ?? 1);
  const kinds = [
    {
      name: 'live sessions',
      before: liveBefore,
      after: last.live,
      tolerance: (before: number) => Math.floor(before * LIVE_TOLERANCE),
      unit: '',
    },
    {
      name: 'sessions in memory',
      before: first.cached,
      after: last.cached,
      tolerance: () => Math.ceil(users * CACHED_TOLERANCE),
      unit: '',
    },
    {
      name: 'memory',
      before: megabytes(first.memory),
      after: megabytes(last.memory),
      tolerance: (before: number) => Math.round(Math.max(before * MEMORY_TOLERANCE, slack / 1e6)),
      unit: 'MB',
    },
  ];
  const seen = kinds.flatMap(({ before, after, ...kind }) => (before === null || after === null ? [] : [{ ...kind, before, after }]));
  if (seen.length === 0) return 'It needs METRICS_TOKEN or TARGET_DATABASE_URL, to see what the servers keep.';
  const described = seen.map(({ name, before, after, tolerance, unit }) => {
    const grown = after - before > tolerance(before);
    return {
      grown,
      text: `${name} ${before} before and ${after} after${unit === '' ? '' : ` ${unit}`} (up to ${tolerance(before)} more is no leak)`,
    };
  });
  const leaks = described.filter(({ grown }) => grown);
  return {
    met: leaks.length === 0,
    summary:
      leaks.length === 0
        ? `After everybody has signed out everything is as it was: ${described.map(({ text }) => text).join(', ')}.`
        : `Something stays behind when everybody has signed out: ${leaks.map(({ text }) => text).join(', ')}.`,
    figures: seen.flatMap(({ name, before, after, unit }) => [
      { name: `${name}, before`, value: before, unit },
      { name: `${name}, after`, value: after, unit },
    ]),
  };
}

function megabytes(bytes: number | null): number | null {
  return bytes === null ? null : Math.round(bytes / 1e6);
}
