/** 50 users on the mixed journey, first alone and then alongside a client that repeats inputs that once brought everything to a halt. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { showProgress, signUpWithProgress } from '#loadtest/progress.ts';
import type { Window } from '#loadtest/recorder.ts';
import { type Rig, record, withRig } from '#loadtest/rig.ts';
import { readSettings } from '#loadtest/settings.ts';
import { startOwnServers } from '#loadtest/target/own-server.ts';
import type { Target } from '#loadtest/target/target.ts';
import { type Findings, print, printTable } from '../figures.ts';
import type { Tally } from '../hostile/client.ts';
import { type Kind, kinds } from '../hostile/inputs.ts';
import type { Open } from '../installation.ts';

const MAX_P99_MS = 100;
/** Seconds with the hostile client, unless DURATION overrides it. */
const DURATION_S = 600;
const MAX_QUIET_S = 120;
/** Until all users are active, and V8 has compiled the code they need. */
const WARM_UP_S = 20;

/** With the limits of the guide, unless RATE_LIMIT_MULTIPLIER raises them; otherwise 50 users could not sign up from one address. */
const environment = (users: number) => ({
  TRUST_PROXY: '0',
  RATE_LIMIT_AUTH: `${users + 10}/15m`,
  RATE_LIMIT_API: `${Math.max(100, 2 * users)}/15m`,
});

export async function hostile(open: Open): Promise<Findings> {
  await using installation = await open();
  const settings = readSettings({ ...process.env, DURATION: process.env['DURATION'] ?? String(DURATION_S) });
  const { users } = settings;
  const interrupt = new AbortController();
  const end = () => interrupt.abort(new Error('Interrupted.'));
  process.once('SIGINT', end);
  const servers = await startOwnServers({
    count: 1,
    databaseUrl: installation.databaseUrl,
    limitMultiplier: 1,
    logBase: 'reports/hostile',
    signal: interrupt.signal,
    env: environment(users),
  });
  try {
    print(`\n${servers.about}; ${users} users, ${settings.seconds} s beside the hostile client`);
    const { databaseUrl, postmaster } = installation;
    const target: Target = { ...servers, version: 'bench', databaseUrl, postmaster, stop: async () => undefined };
    const { quiet, beside, tally } = await withRig(
      { settings, target, users, staySignedIn: true, signal: interrupt.signal },
      async (rig) => {
        await signUpWithProgress(rig.generators, users);
        return record(rig, () => work(rig));
      },
    );
    describeOutcome(users, quiet, beside, tally);
    for (const note of servers.notes()) print(note);
    const { p99 } = beside.measurements.total();
    const measured = `${p99.toFixed(1)} ms`;
    const what = `p99 of ${users} users beside a hostile client`;
    const failures = quiet.measurements.total().errors + beside.measurements.total().errors;
    return { figures: [{ number: 10, what, target: `< ${MAX_P99_MS} ms`, measured, met: p99 < MAX_P99_MS }], failures };
  } finally {
    process.off('SIGINT', end);
    await servers.stop();
  }
}

async function work({ generators, recorder, settings, target, wait }: Rig) {
  const stopProgress = showProgress(recorder);
  try {
    await generators.setUsers(settings.users, (WARM_UP_S * 1000) / 2);
    await wait(WARM_UP_S);
    const quiet = await recorder.open();
    await wait(Math.min(MAX_QUIET_S, settings.seconds));
    await recorder.close(quiet);
    print('The hostile client begins.');
    const client = await startClient(target.origins[0] ?? '');
    try {
      const beside = await recorder.open();
      await wait(settings.seconds);
      await recorder.close(beside);
      const tally = await client.end();
      recorder.record(await generators.end());
      return { quiet, beside, tally };
    } finally {
      client.leave();
    }
  } finally {
    stopProgress();
  }
}

/** @returns the kinds in INPUTS, such as `bodies,guesses`; all kinds without it */
function wantedKinds(): string[] {
  const wanted = process.env['INPUTS']?.split(',').map((kind) => kind.trim()) ?? [...kinds];
  const unknown = wanted.filter((kind) => !kinds.includes(kind as Kind));
  if (unknown.length > 0) throw new Error(`INPUTS has ${unknown.join(', ')}. Choose from: ${kinds.join(', ')}.`);
  return wanted;
}

async function startClient(origin: string) {
  const child = fork(new URL('../hostile/client.ts', import.meta.url), [origin, 'victim@example.com', ...wantedKinds()], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const ended = once(child, 'exit');
  const early = ended.then(([code]) => Promise.reject(new Error(`The hostile client ended with ${code} before it was ready.`)));
  await Promise.race([once(child, 'message'), early]);
  return {
    /** The process ends when its channel is disconnected. */
    leave: () => child.connected && child.disconnect(),
    async end(): Promise<Tally> {
      const told = once(child, 'message') as Promise<[Tally]>;
      child.send('end');
      const [tally] = await told;
      await ended;
      return tally;
    },
  };
}

function describeOutcome(users: number, quiet: Window, beside: Window, tally: Tally): void {
  const row = (name: string, { measurements }: Window) => {
    const { requests, errors, p50, p95, p99 } = measurements.total();
    return [name, String(requests), String(errors), ...[p50, p95, p99].map((value) => value.toFixed(1))];
  };
  printTable(`${users} users of the mixed journey`, [
    ['', 'requests', 'errors', 'p50 ms', 'p95 ms', 'p99 ms'],
    row('alone', quiet),
    row('beside the hostile client', beside),
  ]);
  const steps = beside.measurements.steps().filter(({ count, paced }) => count > 0 && !paced);
  const alone = new Map(quiet.measurements.steps().map((step) => [step.name, step]));
  printTable('Step by step, alone and beside it', [
    ['', 'p50 ms', '', 'p99 ms', ''],
    ...steps.map(({ name, p50, p99 }) => [
      name,
      (alone.get(name)?.p50 ?? Number.NaN).toFixed(1),
      p50.toFixed(1),
      (alone.get(name)?.p99 ?? Number.NaN).toFixed(1),
      p99.toFixed(1),
    ]),
  ]);
  const outcomes = Object.entries(tally).map(([name, counts]) => [
    name,
    Object.entries(counts)
      .map(([outcome, count]) => `${count} × ${outcome}`)
      .join(', '),
  ]);
  printTable('What the hostile client was answered', [['', ''], ...outcomes]);
  const failures = beside.measurements.failures();
  for (const { step, code, count, example } of failures.slice(0, 5)) print(`${count} × ${step} failed with ${code}: ${example}`);
}
