/** One report of each kind, as the load tests write them; the screens are tested with these. */
import { randomUUID } from 'node:crypto';
import type { LoadReport } from '#features/monitor/load-report.ts';
import { behave, playMoments, THINK_MS } from './model.ts';
import { phases } from './phases.ts';
import { buildStress, SETTLE_S, STAGE_S } from './stages.ts';

/** `failed`: a load test that misses its targets; `empty`: no responses; `unseen`: the server could not be observed. */
export const kinds = ['load', 'stress', 'session', 'failed', 'empty', 'unseen'] as const;
type Kind = (typeof kinds)[number];

export function buildReport(kind: Kind = 'load', changes: Partial<LoadReport> = {}): LoadReport {
  return { ...makers[kind](), ...changes };
}

const names = ['login', 'listProjects', 'listFiles', 'readFile', 'saveFile', 'startRun', 'followRun, first event', 'logout'];
const costs = [18, 0.9, 1.1, 1, 2.1, 2.3, 0.9, 1.1];
const shares = [0.03, 0.28, 0.13, 0.3, 0.12, 0.07, 0.07, 0.01];

function stepsOf({ p50, p95, p99 }: { p50: number; p95: number; p99: number }, requests: number, errorShare = 0): LoadReport['steps'] {
  const steps = names.map((name, index) => {
    const cost = costs[index] ?? 1;
    const slow = name === 'login' ? 1 : 0;
    const count = Math.round(requests * (shares[index] ?? 0));
    return {
      name,
      ...(name === 'followRun, first event' && { lap: true as const }),
      count,
      errors: Math.round(count * errorShare * (name === 'saveFile' ? 3 : 0.4)),
      p50: slow * 55 + p50 * Math.min(cost, 3),
      p95: slow * 60 + p95 * Math.min(cost, 2) * 0.6,
      p99: slow * 80 + p99 * Math.min(cost, 2) * 0.6,
      max: slow * 120 + p99 * Math.min(cost, 2) * 1.1,
    };
  });
  const whole = { name: 'followRun, to its end', lap: true, paced: true, count: Math.round(requests * 0.07), errors: 0 } as const;
  return [...steps, { ...whole, p50: 1840, p95: 2390, p99: 2610, max: 2904 }];
}

const timed = (steps: LoadReport['steps']) => steps.filter(({ paced }) => !paced);
const slowest = (steps: LoadReport['steps']) => Math.round(Math.max(...timed(steps).map(({ p95 }) => p95)));
const slow = (steps: LoadReport['steps']) =>
  timed(steps)
    .filter(({ p95 }) => p95 >= 500)
    .map(({ name, p95 }) => `${name} ${Math.round(p95)} ms`)
    .join(', ');

function common(): LoadReport {
  const figures = behave(50);
  const requests = 1020;
  const steps = stepsOf(figures, requests);
  return {
    format: 1,
    id: randomUUID(),
    test: 'load',
    startedAt: '2026-11-24T05:12:40.000Z',
    version: '0.1.0',
    seconds: 60,
    model: 'closed',
    users: 50,
    arrivalsPerSecond: null,
    think: THINK_MS,
    generators: 1,
    target: { origin: 'http://127.0.0.1:41873', about: 'An own server in production mode: 2 processes, embedded PostgreSQL 18.' },
    machine: { cores: 2, processor: 'Intel Xeon', memoryGiB: 24, node: '24.21.0', system: 'linux 6.8 x64' },
    passed: true,
    headline: `Holds: 50 users, slowest step p95 ${slowest(steps)} ms of 500, no errors. Sign-in (password hashing, server CPU) would give out first.`,
    targets: [
      { met: true, text: 'p95 below 500 ms in every step' },
      { met: true, text: 'errors below 1 % of requests: 0.00 %' },
      { met: true, text: 'errors below 1 % in every step (from 3 errors on)' },
      { met: true, text: 'the generator at most 100 ms late at p99' },
    ],
    steps,
    total: { p50: 3.4, p95: 62, p99: 84, max: 131, requests, errors: 0 },
    failures: [],
    lateness: { p50: 0.3, p95: 1.1, p99: 1.9, max: 6.4 },
    notes: [],
    ...playMoments(60, (at) => Math.min(50, at * 6)),
  };
}

const makers: Record<Kind, () => LoadReport> = {
  load: common,

  stress() {
    const stress = buildStress();
    const stageAt = (at: number) => stress.stages[Math.min(stress.stages.length - 1, Math.floor((at - 1) / (SETTLE_S + STAGE_S)))];
    const seconds = stress.stages.length * (SETTLE_S + STAGE_S);
    const before = (at: number) => stageAt(at - SETTLE_S / 2)?.users ?? 0;
    const requests = 61_420;
    return {
      ...common(),
      test: 'stress',
      startedAt: '2026-11-24T05:20:02.000Z',
      seconds,
      users: 1600,
      generators: 2,
      headline: `Holds ${stress.holds} users; at ${stress.breaks} a save takes more than 500 ms at p95. The server’s CPU gives out first.`,
      targets: [{ met: true, text: `at least one stage holds: ${stress.holds} users` }],
      steps: stepsOf(behave(1400), requests),
      total: { p50: 5.2, p95: 212, p99: 640, max: 1840, requests, errors: 12 },
      failures: [{ step: 'saveFile', code: '503 busy', count: 12, example: 'The server has too much to do right now. Try again in 1 s.' }],
      lateness: { p50: 0.6, p95: 3.2, p99: 9.4, max: 31 },
      notes: ['Generator, server and PostgreSQL share this machine.'],
      stress,
      ...playMoments(seconds, (at) => stageAt(at)?.users ?? before(at)),
    };
  },

  session() {
    return {
      ...common(),
      test: 'session',
      startedAt: '2026-11-24T05:31:15.000Z',
      seconds: 94,
      headline: 'Holds: sessions begin, end and expire on both servers within a second, and a million old rows disturb nobody.',
      targets: phases.filter(({ skipped }) => !skipped).map(({ name, met }) => ({ met, text: name })),
      phases,
      ...playMoments(94, () => 50),
    };
  },

  failed() {
    const speed = 0.0345;
    const figures = behave(50, speed);
    const requests = 812;
    const steps = stepsOf(figures, requests, 0.021);
    return {
      ...common(),
      startedAt: '2026-11-24T05:02:11.000Z',
      passed: false,
      headline: `Does not hold: at 50 users, the slowest step takes ${slowest(steps)} ms at p95 (500 allowed) and 2.1 % of requests fail.`,
      targets: [
        { met: false, text: `p95 below 500 ms in every step: ${slow(steps)}` },
        { met: false, text: 'errors below 1 % of requests: 2.10 %, 503 busy × 14 in saveFile' },
        { met: false, text: 'errors below 1 % in every step (from 3 errors on): saveFile 6.19 %' },
        { met: true, text: 'the generator at most 100 ms late at p99' },
      ],
      steps,
      total: { p50: 402, p95: 1180, p99: 1702, max: 2410, requests, errors: 17 },
      failures: [
        { step: 'saveFile', code: '503 busy', count: 14, example: 'The server has too much to do right now. Try again in 1 s.' },
        {
          step: 'readFile',
          code: 'unreachable',
          count: 3,
          example: 'The server cannot be reached. Check the connection and try again.',
        },
      ],
      notes: ['The server was slowed down on purpose.'],
      ...playMoments(60, (at) => Math.min(50, at * 6), { speed, errorShare: 0.021 }),
    };
  },

  empty() {
    const nothing = { p50: 0, p95: 0, p99: 0, max: 0 };
    return {
      ...common(),
      startedAt: '2026-11-24T04:58:00.000Z',
      seconds: 3,
      passed: false,
      headline: 'Nothing was measured: the server could not be reached.',
      targets: [{ met: false, text: 'p95 below 500 ms in every step: nothing was answered' }],
      steps: [],
      total: { ...nothing, requests: 0, errors: 0 },
      lateness: nothing,
      moments: [],
      samples: [],
    };
  },

  unseen() {
    const report = common();
    const unseen = (sample: LoadReport['samples'][number]) =>
      Object.fromEntries(Object.keys(sample).map((name) => [name, name === 'at' ? sample.at : null])) as typeof sample;
    return {
      ...report,
      startedAt: '2026-11-23T16:45:00.000Z',
      target: { origin: 'https://guildhall.example', about: 'A server somewhere else.' },
      samples: report.samples.map(unseen),
      notes: ['METRICS_TOKEN is not set, so the server could not be looked into.'],
    };
  },
};
