/** `npm run test:load`: a number of users at work for a while; checks whether the server meets the guide's targets. */
import { login } from '#features/accounts/contract.ts';
import type { LoadReport } from '#features/monitor/load-report.ts';
import { print } from './print.ts';
import { showProgress, signUpWithProgress } from './progress.ts';
import { makeReport } from './report.ts';
import { findNearestLimit } from './resources/limit.ts';
import { meanOf } from './resources/mean.ts';
import { boundsOf, type Rig, record, withRig } from './rig.ts';
import type { Settings } from './settings.ts';
import { formatMs } from './table.ts';
import type { Target } from './target/target.ts';
import { checkAnswers, checkArrivals, checkTargets, MAX_P95_MS, slowestOf } from './targets.ts';

/** Users arrive within a sixth of the run, and within this. */
const RAMP_S = 10;

/** @throws Error with a message for people; the signal's reason if interrupted */
export function runLoadTest(settings: Settings, target: Target, signal: AbortSignal): Promise<LoadReport> {
  const startedAt = new Date().toISOString();
  return withRig({ settings, target, users: settings.users, staySignedIn: false, signal }, async (rig) => {
    await signUpWithProgress(rig.generators, settings.users);
    print(describe(settings));
    const seconds = await record(rig, () => work(rig));
    const { measurements } = rig.recorder.whole;
    const targets = [
      ...checkTargets(measurements),
      checkAnswers(measurements.failures()),
      ...(settings.arrivals === undefined ? [] : [checkArrivals(rig.recorder.unserved())]),
    ];
    const headline = writeHeadline(rig, targets);
    const generators = rig.generators.count;
    return makeReport({ test: 'load', startedAt, settings, target, generators, recorder: rig.recorder, seconds, headline, targets });
  });
}

/** @returns seconds it took */
async function work({ generators, recorder, settings, wait }: Rig): Promise<number> {
  const { users, seconds, arrivals } = settings;
  const from = recorder.seconds();
  const stopProgress = showProgress(recorder);
  try {
    if (arrivals === undefined) await generators.setUsers(users, Math.min(RAMP_S, seconds / 6) * 1000);
    else await generators.receive(arrivals);
    await wait(seconds);
    recorder.record(await generators.end());
    const took = recorder.seconds() - from;
    // Sessions left on a server that is gone do not matter to this report.
    await generators.signOut().catch(() => undefined);
    return took;
  } finally {
    stopProgress();
  }
}

function describe({ users, seconds, arrivals }: Settings): string {
  if (arrivals === undefined) return `${users} users at work for ${seconds} s:`;
  return `${arrivals} visits a second begin for ${seconds} s, each by one of ${users} users:`;
}

function writeHeadline(rig: Rig, targets: LoadReport['targets']): string {
  const { users, arrivals } = rig.settings;
  const who = arrivals === undefined ? `${users} users` : `${arrivals} visits a second`;
  const missed = targets.find(({ met }) => !met);
  if (missed) return `Does not hold ${who}: missed “${missed.text}”.`;
  const { measurements, samples } = rig.recorder.whole;
  const slowest = slowestOf(measurements.steps());
  const { errors } = measurements.total();
  const latency = slowest
    ? `slowest step ${nameOf(slowest.name)} with p95 ${formatMs(slowest.p95)} ms of ${MAX_P95_MS}`
    : 'nothing was slow';
  // The first sixth is the ramp-up.
  const limit = findNearestLimit(meanOf(samples.slice(Math.ceil(samples.length / 6))), boundsOf(rig));
  const next = limit ? ` First to give out would be the ${limit.resource} (now ${limit.evidence}).` : '';
  return `Holds: ${who}, ${latency}, ${errors === 0 ? 'no errors' : `${errors} errors`}.${next}`;
}

/** The name of a step, with an explanation for outside readers if it needs one. */
function nameOf(step: string): string {
  return step === login.name ? `${step} (password hashing)` : step;
}
