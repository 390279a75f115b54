/** Assembles the results of a run, in the shape in which they are stored and shown. */
import { randomUUID } from 'node:crypto';
import type { LoadReport, LoadTest } from '#features/monitor/load-report.ts';
import { describeMachine } from './machine.ts';
import type { Failure } from './measure.ts';
import type { Recorder } from './recorder.ts';
import type { Settings } from './settings.ts';
import type { Target as Directed } from './target/target.ts';

export type Stage = NonNullable<LoadReport['stress']>['stages'][number];
export type Phase = NonNullable<LoadReport['phases']>[number];

interface Found {
  test: LoadTest;
  /** ISO 8601. */
  startedAt: string;
  settings: Settings;
  target: Directed;
  generators: number;
  recorder: Recorder;
  /** Seconds of load. */
  seconds: number;
  headline: string;
  targets: LoadReport['targets'];
  stress?: LoadReport['stress'];
  phases?: LoadReport['phases'];
}

const LIMIT_NOTE =
  'The server refused requests by its limits (429). Start it with a higher RATE_LIMIT_MULTIPLIER to measure what it can carry.';
const UNSEEN_NOTE = 'What the servers used could not be seen. Set METRICS_TOKEN to their token.';
const isLimit = ({ code }: Failure) => code.startsWith('429 ');

export function makeReport({ test, startedAt, settings, target, generators, recorder, ...found }: Found): LoadReport {
  const { measurements } = recorder.whole;
  const { answered: _, ...total } = measurements.total();
  const failures = measurements.failures();
  const arrivals = test === 'load' ? settings.arrivals : undefined;
  return {
    format: 1,
    id: randomUUID(),
    test,
    startedAt,
    version: target.version,
    seconds: found.seconds,
    model: arrivals === undefined ? 'closed' : 'open',
    users: recorder.users().peak,
    arrivalsPerSecond: arrivals ?? null,
    think: settings.think,
    generators,
    target: { origin: target.origins.join(', '), about: target.about },
    machine: describeMachine(),
    passed: found.targets.every(({ met }) => met),
    headline: found.headline,
    targets: found.targets,
    steps: measurements.steps(),
    total,
    failures,
    lateness: measurements.lateness(),
    notes: [
      ...target.notes(),
      ...(failures.some(isLimit) ? [LIMIT_NOTE] : []),
      ...(recorder.samples.some(({ memory }) => memory !== null) ? [] : [UNSEEN_NOTE]),
    ],
    moments: recorder.moments,
    samples: recorder.samples,
    ...(found.stress && { stress: found.stress }),
    ...(found.phases && { phases: found.phases }),
  };
}
