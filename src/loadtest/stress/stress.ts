/** `npm run test:stress`: adds users until a target is missed, confirms the result going down, and reports the exhausted resource. */
import type { LoadReport } from '#features/monitor/load-report.ts';
import { print } from '../print.ts';
import { makeReport } from '../report.ts';
import { describeLimit, findLimit, findNearestLimit, type Limit } from '../resources/limit.ts';
import { boundsOf, type Rig, record, rest, withRig } from '../rig.ts';
import type { Settings } from '../settings.ts';
import { formatMs } from '../table.ts';
import type { Target } from '../target/target.ts';
import { checkAnswers, MAX_P95_MS } from '../targets.ts';
import { fitScalability } from './scalability.ts';
import { type Tried, tryStage } from './stage.ts';
import { outcomeOf, planNext } from './stage-plan.ts';

type Stress = NonNullable<LoadReport['stress']>;

/** @throws Error with a message for people; the signal's reason if interrupted */
export function runStressTest(settings: Settings, target: Target, signal: AbortSignal): Promise<LoadReport> {
  const startedAt = new Date().toISOString();
  return withRig({ settings, target, users: settings.maxUsers, staySignedIn: true, signal }, async (rig) => {
    print(`Stages of ${settings.stage} s, from ${settings.users} users on, up to ${settings.maxUsers}:`);
    const tried = await record(rig, () => climb(rig));
    const stress = conclude(tried, rig);
    const targets = checkStress(stress, rig);
    return makeReport({
      test: 'stress',
      startedAt,
      settings,
      target,
      generators: rig.generators.count,
      recorder: rig.recorder,
      seconds: rig.recorder.seconds(),
      headline: writeHeadline(stress),
      targets,
      stress,
    });
  });
}

async function climb(rig: Rig): Promise<Tried[]> {
  const { settings } = rig;
  const tried: Tried[] = [];
  const plan = () =>
    planNext(
      tried.map(({ stage }) => stage),
      { first: settings.users, max: settings.maxUsers },
    );
  for (let next = plan(); next; next = plan()) {
    // Passwords are hashed best while nobody is at work, and nobody should wait in the queue of a failed stage.
    if (next.users > rig.generators.signedUp() || tried.at(-1)?.stage.met === false) await rest(rig);
    tried.push(await tryStage(rig, next));
  }
  await rest(rig);
  // Sessions left on a server that is gone do not matter to this report.
  await rig.generators.signOut().catch(() => undefined);
  return tried;
}

function conclude(tried: readonly Tried[], rig: Rig): Stress {
  const stages = tried.map(({ stage }) => stage);
  const points = stages.map(({ users, requestsPerSecond }) => ({ users, throughput: requestsPerSecond }));
  return { stages, ...outcomeOf(stages), fit: fitScalability(points), limit: limitOf(tried, rig) };
}

/** The resource exhausted at the fewest users that failed; if none did, the one nearest to exhaustion. */
function limitOf(tried: readonly Tried[], rig: Rig): Limit {
  const bounds = boundsOf(rig);
  const [broken] = tried.filter(({ stage }) => !stage.met).toSorted((a, b) => a.stage.users - b.stage.users);
  if (broken) return findLimit(broken.strain, bounds);
  const most = tried.toSorted((a, b) => b.stage.users - a.stage.users)[0];
  const nearest = most && findNearestLimit(most.strain.resources, bounds);
  if (!nearest) return { resource: 'nothing seen', evidence: 'Nothing gave out.' };
  const evidence = `Nothing gave out. Nearest to its bound at ${most.stage.users} users: the ${nearest.resource}, ${nearest.evidence}.`;
  return { ...nearest, evidence };
}

function checkStress({ holds, stages }: Stress, { settings, recorder }: Rig): LoadReport['targets'] {
  const last = stages.findLast(({ met }) => !met);
  const missed = last ? `: ${last.users} did not, ${last.missed.join('; ')}` : '';
  const targets = [{ met: holds > 0, text: holds > 0 ? `a number of users holds: ${holds}` : `a number of users holds${missed}` }];
  if (settings.targetUsers !== undefined) {
    targets.push({ met: holds >= settings.targetUsers, text: `${settings.targetUsers} users hold (TARGET_USERS): ${holds} do` });
  }
  return [...targets, checkAnswers(recorder.whole.measurements.failures())];
}

function writeHeadline({ holds, breaks, stages, limit }: Stress): string {
  const lastMet = stages.findLast(({ users, met }) => met && users === holds);
  if (!lastMet) return `Does not hold: even ${breaks} users miss a target (${stages.at(-1)?.missed.join('; ')}).`;
  const figures = `${lastMet.requestsPerSecond.toFixed(0)} requests/s, slowest step p95 ${formatMs(lastMet.p95)} ms of ${MAX_P95_MS}`;
  if (breaks === null) return `Holds ${holds} users (${figures}), and more were not tried. ${limit.evidence}`;
  return `Holds ${holds} users (${figures}) and breaks at ${breaks}. ${describeLimit(limit)}`;
}
