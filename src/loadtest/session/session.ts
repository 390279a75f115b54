/** `npm run test:session`: tests the guarantees for sessions, on two servers at once and while people work. */
import type { LoadReport } from '#features/monitor/load-report.ts';
import { print } from '../print.ts';
import { signUpWithProgress } from '../progress.ts';
import { makeReport, type Phase } from '../report.ts';
import { type Rig, record, withRig } from '../rig.ts';
import type { Settings } from '../settings.ts';
import type { Target } from '../target/target.ts';
import { checkAnswers, checkTargets } from '../targets.ts';
import { cleanUp, nameOfCleanUp } from './clean-up.ts';
import { openSessionTable, type SessionTable } from './database.ts';
import { revocation, signOut } from './ending.ts';
import { expiry } from './expiry.ts';
import { noLeak, readTraces, workAndLeave } from './leak.ts';
import { parallelSessions } from './parallel.ts';
import { leftOut, type PhasePlan, runPhase } from './phase.ts';
import { createStay, type Stay } from './stay.ts';
import { signInStorm } from './storm.ts';

const NEEDS_TABLE = 'It needs the servers’ database. Set TARGET_DATABASE_URL.';
/** With fewer requests, a p95 is one of only a few values. */
const MIN_COUNT = 20;

/** @throws Error with a message for people; the signal's reason if interrupted */
export function runSessionTest(settings: Settings, target: Target, signal: AbortSignal): Promise<LoadReport> {
  const startedAt = new Date().toISOString();
  return withRig({ settings, target, users: settings.users, staySignedIn: false, signal }, async (rig) => {
    await signUpWithProgress(rig.generators, settings.users);
    const phases = await withTable(target, (table) => record(rig, () => withStay(rig, (stay) => goThrough(stay, table))));
    const targets = [
      ...phases.filter(({ skipped }) => !skipped).map(({ name, summary, met }) => ({ met, text: met ? name : `${name}: ${summary}` })),
      ...checkTargets(rig.recorder.whole.measurements, MIN_COUNT),
      checkAnswers(rig.recorder.whole.measurements.failures()),
    ];
    return makeReport({
      test: 'session',
      startedAt,
      settings,
      target,
      generators: rig.generators.count,
      recorder: rig.recorder,
      seconds: rig.recorder.seconds(),
      headline: writeHeadline(phases, targets),
      targets,
      phases,
    });
  });
}

async function goThrough(stay: Stay, table: SessionTable | undefined): Promise<Phase[]> {
  const { users, seconds, sessionRows: rows } = stay.rig.settings;
  const phases: Phase[] = [];
  const run = async (plan: PhasePlan) => void phases.push(await runPhase(plan, stay));
  const before = await readTraces(stay, table);

  await run(signInStorm(users));
  await run(parallelSessions);
  await run(revocation);
  await run(signOut);
  await run(table ? expiry(table) : leftOut('Expiry', NEEDS_TABLE));
  await run(table ? cleanUp({ table, rows, users }) : leftOut(nameOfCleanUp(rows), NEEDS_TABLE));
  print(`  ${users} users at work, twice for ${seconds / 2} s…`);
  // The first round warms everything up, and the heap is as large as the clean-up of a million rows left it.
  const first = await workAndLeave(stay, table, users, seconds / 2);
  const last = await workAndLeave(stay, table, users, seconds / 2);
  await run(noLeak(before.live, first, last, users));
  return phases;
}

async function withStay<T>(rig: Rig, work: (stay: Stay) => Promise<T>): Promise<T> {
  const stay = createStay(rig);
  return work(stay).finally(() => stay.close());
}

async function withTable<T>({ databaseUrl }: Target, work: (table: SessionTable | undefined) => Promise<T>): Promise<T> {
  if (databaseUrl === undefined) return work(undefined);
  const table = await openSessionTable(databaseUrl);
  return work(table).finally(() => table.close());
}

function writeHeadline(phases: readonly Phase[], targets: LoadReport['targets']): string {
  const missed = targets.filter(({ met }) => !met);
  const tried = phases.filter(({ skipped }) => !skipped);
  if (missed.length > 0) return `Does not hold, ${missed.length} of ${targets.length} targets are missed: ${missed[0]?.text}`;
  const skipped = phases.length - tried.length;
  const figure = (phase: string, name: string) => phases.find((one) => one.name === phase)?.figures.find((one) => one.name === name)?.value;
  const revoked = figure(revocation.name, 'refused after, at most');
  const revocationNote =
    revoked === undefined ? '' : ` A revoked session is refused everywhere within ${Math.max(1, Math.ceil(revoked))} ms.`;
  return `Holds: all ${tried.length} promises about sessions that were tried are kept.${revocationNote}${skipped === 0 ? '' : ` ${skipped} could not be tried here.`}`;
}
