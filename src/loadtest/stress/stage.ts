/** One stage: a number of users, given time to reach a steady state, then measured for a while. */

import { print } from '../print.ts';
import { signUpWithProgress } from '../progress.ts';
import type { Stage } from '../report.ts';
import type { Strain } from '../resources/limit.ts';
import { meanOf } from '../resources/mean.ts';
import type { Rig } from '../rig.ts';
import { formatMs } from '../table.ts';
import { judge } from './judge.ts';
import type { Next } from './stage-plan.ts';

/** At most; a third of the stage if that is less. */
const RAMP_S = 5;
const SETTLE_S = 5;

export interface Tried {
  stage: Stage;
  strain: Strain;
}

export async function tryStage(rig: Rig, { users, direction }: Next): Promise<Tried> {
  const { generators, recorder, settings, wait } = rig;
  await signUpWithProgress(generators, users);
  const ramp = Math.min(RAMP_S, settings.stage / 3);
  await generators.setUsers(users, ramp * 1000);
  await wait(ramp + Math.min(SETTLE_S, settings.stage / 3));
  const window = await recorder.open();
  await wait(settings.stage);
  await recorder.close(window);

  const { measurements, from } = window;
  const seconds = recorder.seconds() - from;
  const { requests, errors } = measurements.total();
  const { p99: lateness } = measurements.lateness();
  const resources = meanOf(window.samples);
  const { met, missed, p95, errorRate } = judge(measurements, recorder.overdue());
  const stage: Stage = {
    users,
    direction,
    from,
    seconds,
    requestsPerSecond: requests / seconds,
    errorRate,
    p95,
    lateness,
    met,
    missed,
    resources,
  };
  const refused = measurements.failures().reduce((sum, { code, count }) => sum + (code.startsWith('429 ') ? count : 0), 0);
  describeStage(stage);
  return { stage, strain: { users, resources, requests, errors, refused, lateness } };
}

function describeStage({ users, direction, requestsPerSecond, p95, missed }: Stage): void {
  const figures = `${requestsPerSecond.toFixed(1)} requests/s, p95 of the slowest step ${formatMs(p95)} ms`;
  const verdict = missed.length === 0 ? 'held' : `did not hold: ${missed.join('; ')}`;
  print(`  ${users} users${direction === 'down' ? ' (going down)' : ''}: ${figures}, ${verdict}`);
}
