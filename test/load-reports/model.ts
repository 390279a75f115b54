/** A simulated server for made-up reports: its responses and resource usage under a number of users, with realistic noise. */
import type { LoadReport } from '#features/monitor/load-report.ts';

type Moment = LoadReport['moments'][number];
type Sample = LoadReport['samples'][number];

export const THINK_MS = 3000;
const CORES = 2;
/** Maximum requests per second. */
const CAPACITY = 480;

/** The same numbers between -1 and 1 each time. */
export function createNoise(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return (state / 2_147_483_648) * 2 - 1;
  };
}

/** @param speed 1: normal; 0.5: half as fast */
export function behave(users: number, speed = 1) {
  const capacity = CAPACITY * speed;
  const wanted = users / (THINK_MS / 1000);
  const utilisation = wanted / capacity;
  const requestsPerSecond = Math.min(wanted, capacity * (1 - 0.02 * Math.max(0, utilisation - 1)));
  const queue = Math.min(12, 1 / Math.max(0.08, 1 - utilisation ** 3));
  const backlog = Math.max(0, (users / capacity) * 1000 - THINK_MS);
  const p50 = (3.2 * queue) / speed + backlog * 0.8;
  const busy = Math.min(1, utilisation);
  return {
    requestsPerSecond,
    p50,
    p95: (p50 - backlog * 0.8) * 3.4 + backlog * 1.15,
    p99: (p50 - backlog * 0.8) * 6.1 + backlog * 1.3,
    serverCpu: busy * CORES * 0.62,
    databaseCpu: busy * CORES * 0.2,
    generatorCpu: busy * CORES * 0.15,
    eventLoop: Math.min(0.99, busy * 0.93),
    eventLoopDelay: 1.4 + 14 * busy ** 6,
    memory: (262 + 110 * Math.min(1.5, utilisation)) * 1024 ** 2,
    poolUsed: Math.round(busy * 9),
    poolMax: 40,
    poolWaiting: utilisation > 1.05 ? Math.round((utilisation - 1) * 40) : 0,
    streams: Math.round(users * 0.06),
    activeSessions: users + 12,
  };
}

/** @param usersAt the number of users at a second of the load */
export function playMoments(seconds: number, usersAt: (at: number) => number, { speed = 1, errorShare = 0, seed = 7 } = {}) {
  const noise = createNoise(seed);
  const moments: Moment[] = [];
  const samples: Sample[] = [];
  for (let at = 1; at <= seconds; at++) {
    const users = Math.round(usersAt(at));
    const { requestsPerSecond, p50, p95, p99, ...used } = behave(users, speed);
    const wobble = (value: number, share: number) => Math.max(0, value * (1 + share * noise()));
    // An occasional garbage collection takes some time.
    const pause = at % 23 === 11 ? 1.7 : 1;
    moments.push({
      at,
      users,
      requestsPerSecond: wobble(requestsPerSecond, 0.09),
      errorsPerSecond: errorShare > 0 ? wobble(requestsPerSecond * errorShare, 0.8) : 0,
      p50: users === 0 ? null : wobble(p50, 0.08),
      p95: users === 0 ? null : wobble(p95, 0.14) * pause,
      p99: users === 0 ? null : wobble(p99, 0.2) * pause * pause,
    });
    samples.push({
      at,
      ...used,
      serverCpu: wobble(used.serverCpu, 0.06),
      databaseCpu: wobble(used.databaseCpu, 0.1),
      generatorCpu: wobble(used.generatorCpu, 0.08),
      eventLoop: Math.min(1, wobble(used.eventLoop, 0.05)),
      eventLoopDelay: wobble(used.eventLoopDelay, 0.15) * pause,
      memory: used.memory + (at % 16) * 1.1 * 1024 ** 2,
    });
  }
  return { moments, samples };
}
