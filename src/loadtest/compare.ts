/**
 * `npm run test:compare`: the last release beside this checkout, each with its own database and servers, in turns within one run. Prints
 * ratios: machines are noisy, but both meet the same noise. Fails if a reply was wrong, never because of a time.
 */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { messageOf } from './failure.ts';
import { print } from './print.ts';
import type { Stage } from './report.ts';
import { type Rig, record, rest, withRig } from './rig.ts';
import { readSettings, type Settings } from './settings.ts';
import { tryStage } from './stress/stage.ts';
import { alignTable } from './table.ts';
import { type Installation, openInstallation } from './target/installation.ts';
import { openTarget, type Release } from './target/target.ts';
import { checkAnswers } from './targets.ts';

const ROUNDS = 3;

type Name = 'previous' | 'current';
type Found = Record<Name, Stage[]>;

/** The code of a commit in a folder of its own, with this checkout's packages. */
async function checkOut(commit: string, folder: string): Promise<Release> {
  const archive = execFileSync('git', ['archive', '--format=tar', commit], { maxBuffer: 1e9 });
  execFileSync('tar', ['-x', '-C', folder], { input: archive });
  await symlink(resolve('node_modules'), join(folder, 'node_modules'));
  // Servers list the built client when they start, though nobody asks for it here.
  await mkdir(join(folder, 'dist/client'), { recursive: true });
  const { migrate } = (await import(join(folder, 'src/kernel/database/migrate.ts'))) as Pick<Release, 'migrate'>;
  return { program: join(folder, 'src/app/start.js'), migrate };
}

async function takeTurns(rigs: Record<Name, Rig>, users: number): Promise<Found> {
  const found: Found = { previous: [], current: [] };
  for (let round = 0; round < ROUNDS; round++) {
    for (const name of ['previous', 'current'] as const) {
      print(`${name}, round ${round + 1} of ${ROUNDS}`);
      found[name].push((await tryStage(rigs[name], { users, direction: 'up' })).stage);
      await rest(rigs[name]);
    }
  }
  return found;
}

/** Opens both targets with their generators. The one that waits costs what an idle server costs. */
async function compare(settings: Settings, installation: Installation, release: Release, signal: AbortSignal): Promise<boolean> {
  const { users } = settings;
  const open = async <T>(name: Name, work: (rig: Rig) => Promise<T>): Promise<T> => {
    const wanted = { servers: 1, users, logBase: resolve('reports', `compare-${name}`), signal };
    const target = await openTarget(settings, installation, name === 'previous' ? { ...wanted, release } : wanted);
    print(`${name}: ${target.about}`);
    return withRig({ settings, target, users, staySignedIn: true, signal }, (rig) => record(rig, () => work(rig))).finally(() => {
      for (const note of target.notes()) print(note);
      return target.stop();
    });
  };
  return open('previous', (previous) =>
    open('current', async (current) => {
      const found = await takeTurns({ previous, current }, users);
      const answers = [previous, current].map(({ recorder }) => checkAnswers(recorder.whole.measurements.failures()));
      printRatios(found, users);
      for (const { met, text } of answers) if (!met) print(text);
      return answers.every(({ met }) => met);
    }),
  );
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
const perThousand = (cores: number | null, { requestsPerSecond }: Stage): number => ((cores ?? Number.NaN) * 1000) / requestsPerSecond;

const figures: Readonly<Record<string, (stage: Stage) => number>> = {
  'requests a second': ({ requestsPerSecond }) => requestsPerSecond,
  'p95 of the slowest step, ms': ({ p95 }) => p95,
  'CPU of the servers for 1,000 requests, s': (stage) => perThousand(stage.resources.serverCpu, stage),
  'CPU of PostgreSQL for 1,000 requests, s': (stage) => perThousand(stage.resources.databaseCpu, stage),
  'memory of the servers, MB': ({ resources }) => (resources.memory ?? Number.NaN) / 1e6,
};

function printRatios({ previous, current }: Found, users: number): void {
  const rows = Object.entries(figures).map(([what, of]) => {
    const ratios = current.map((stage, round) => of(stage) / of(previous[round] as Stage));
    return [what, ...[previous.map(of), current.map(of), ratios].map((values) => median(values).toFixed(2)), ''];
  });
  print(`\n${users} users, medians of ${ROUNDS} rounds`);
  print(alignTable([['', 'previous', 'current', 'ratio', ''], ...rows]));
}

async function main(signal: AbortSignal): Promise<boolean> {
  const settings = readSettings(process.env);
  if (settings.targetUrls) throw new Error('This comparison starts its own servers: unset TARGET_URL.');
  const commit = process.env['PREVIOUS'] ?? (await readFile('db/previous-release', 'utf8')).trim();
  await using cleanUp = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'guildhall-previous-'));
  cleanUp.defer(() => rm(folder, { recursive: true, force: true }));
  const release = await checkOut(commit, folder);
  const installation = await openInstallation(settings);
  cleanUp.defer(() => installation.stop());
  print(`The last release is ${commit.slice(0, 8)}.`);
  return await compare(settings, installation, release, signal);
}

const interrupt = new AbortController();
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => interrupt.abort(new Error(`Interrupted by ${name}.`)));
if (existsSync('.env')) process.loadEnvFile();
main(interrupt.signal).then(
  (right) => {
    process.exitCode = right ? 0 : 1;
  },
  (error: unknown) => {
    print(`\n${messageOf(error)}`);
    process.exitCode = interrupt.signal.aborted ? 130 : 1;
  },
);
