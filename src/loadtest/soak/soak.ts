/**
 * `npm run test:soak`: equal rounds of work, each until everyone has signed out, for as long as wanted. After each, the servers say what they
 * keep. What rises from round to round is a leak.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { print } from '../print.ts';
import { signUpWithProgress } from '../progress.ts';
import { type Rig, record, withRig } from '../rig.ts';
import { openSessionTable, type SessionTable } from '../session/database.ts';
import { workAndLeave } from '../session/leak.ts';
import { createStay, type Stay } from '../session/stay.ts';
import type { Settings } from '../settings.ts';
import { alignTable } from '../table.ts';
import type { Installation } from '../target/installation.ts';
import { openTarget, type Target } from '../target/target.ts';
import { checkAnswers } from '../targets.ts';
import { type Finding, judge, judged } from './judge.ts';
import { type Checkpoint, countConnections, limits, readProcesses } from './traces.ts';

const ROUND_S = 30;
/** With fewer, chance makes trends. */
const MIN_ROUNDS = 8;
const probe = new URL('./probe.ts', import.meta.url).href;

interface SoakReport {
  passed: boolean;
  /** What leaks, or went wrong, in sentences. */
  problems: string[];
  findings: Finding[];
  checkpoints: Checkpoint[];
}

/** @throws Error with a message for people; the signal's reason if interrupted */
export async function runSoakTest(
  settings: Settings,
  installation: Installation,
  logBase: string,
  signal: AbortSignal,
): Promise<SoakReport> {
  if (settings.targetUrls) throw new Error('test:soak looks into the processes of its own servers. Unset TARGET_URL.');
  await using cleanUp = new AsyncDisposableStack();
  const probes = await mkdtemp(join(tmpdir(), 'guildhall-soak-'));
  cleanUp.defer(() => rm(probes, { recursive: true, force: true }));
  const env = { SOAK_PROBES: probes, NODE_OPTIONS: `${process.env['NODE_OPTIONS'] ?? ''} --import=${probe}` };
  const target = await openTarget(settings, installation, { servers: 1, users: settings.users, logBase, signal, env });
  cleanUp.defer(() => target.stop());
  return await withRig({ settings, target, users: settings.users, staySignedIn: false, signal }, async (rig) => {
    await signUpWithProgress(rig.generators, settings.users);
    const checkpoints = await record(rig, () => workInRounds(rig, target, probes));
    return makeReport(checkpoints, rig);
  });
}

async function workInRounds(rig: Rig, { databaseUrl = '' }: Target, probes: string): Promise<Checkpoint[]> {
  const { users, soakSeconds } = rig.settings;
  const rounds = Math.max(MIN_ROUNDS, Math.round(soakSeconds / ROUND_S));
  const seconds = soakSeconds / rounds;
  print(`${users} users at work, ${rounds} times for ${Math.round(seconds * 10) / 10} s; after each time everyone signs out:`);
  const stay = createStay(rig);
  const table = await openSessionTable(databaseUrl);
  const checkpoints: Checkpoint[] = [];
  try {
    for (let round = 0; round < rounds; round++) {
      checkpoints.push(await workOnce({ stay, table, seconds, databaseUrl, probes }));
      print(formatProgress(checkpoints.length, checkpoints.at(-1)));
    }
    return checkpoints;
  } finally {
    await table.close();
    await stay.close();
  }
}

interface Round {
  stay: Stay;
  table: SessionTable;
  seconds: number;
  databaseUrl: string;
  probes: string;
}

async function workOnce({ stay, table, seconds, databaseUrl, probes }: Round): Promise<Checkpoint> {
  const { recorder, settings } = stay.rig;
  const { live, cached } = await workAndLeave(stay, table, settings.users, seconds);
  const processes = await readProcesses(probes);
  const sum = (trace: 'heap' | 'buffers' | 'handles' | 'timers' | 'listeners') =>
    processes.reduce((total, { kept }) => total + kept[trace], 0);
  return {
    at: recorder.seconds(),
    requests: recorder.whole.measurements.total().requests,
    traces: {
      heap: sum('heap'),
      buffers: sum('buffers'),
      handles: sum('handles'),
      timers: sum('timers'),
      listeners: sum('listeners'),
      connections: await countConnections(databaseUrl),
      sessions: live ?? 0,
      'cached sessions': cached ?? 0,
    },
    processes: processes.map(({ pid }) => pid),
    warnings: processes.flatMap(({ kept }) => kept.warnings),
  };
}

function formatProgress(number: number, checkpoint: Checkpoint | undefined): string {
  if (!checkpoint) return '';
  const figures = Object.entries(checkpoint.traces).map(([trace, figure]) => `${trace} ${format(trace as keyof typeof limits, figure)}`);
  return `  ${String(number).padStart(3)}  ${checkpoint.requests} requests  ${figures.join('  ')}`;
}

function makeReport(checkpoints: Checkpoint[], rig: Rig): SoakReport {
  const findings = judge(checkpoints);
  const requests = (judged(checkpoints).at(-1)?.requests ?? 0) - (judged(checkpoints)[0]?.requests ?? 0);
  const answers = checkAnswers(rig.recorder.whole.measurements.failures());
  const processes = new Set(judged(checkpoints).map(({ processes }) => processes.join(' ')));
  const problems = [
    ...findings.filter(({ leaks }) => leaks).map((finding) => describe(finding, requests)),
    ...[...new Set(checkpoints.flatMap(({ warnings }) => warnings))].map((warning) => `Node warned: ${warning}`),
    ...(processes.size > 1 ? ['A server process was replaced, so what it kept is not known.'] : []),
    ...(answers.met ? [] : [answers.text]),
  ];
  return { passed: problems.length === 0, problems, findings, checkpoints };
}

const format = (trace: keyof typeof limits, figure: number): string =>
  limits[trace].unit === 'MB' ? `${(figure / 1e6).toFixed(1)} MB` : String(Math.round(figure * 10) / 10);

function describe({ trace, first, last, growth }: Finding, requests: number): string {
  const each = requests > 0 ? `, ${(growth / requests).toPrecision(2)} with each request` : '';
  return `Leak: ${trace} rose from ${format(trace, first)} to ${format(trace, last)} in ${requests} requests${each}.`;
}

/** The last lines of the command. */
export function renderSoakReport({ passed, problems, findings }: SoakReport): string {
  const rows = findings.map(({ trace, first, last, growth, tolerance, leaks }) => [
    trace,
    format(trace, first),
    format(trace, last),
    format(trace, growth),
    format(trace, tolerance),
    leaks ? '✗ leaks' : '✓',
  ]);
  const table = alignTable([['kept', 'first', 'last', 'trend', 'no leak up to', ''], ...rows]);
  return `\n${table}\n\n${passed ? 'Holds: nothing that the servers keep grows with the work they do.' : problems.join('\n')}`;
}
