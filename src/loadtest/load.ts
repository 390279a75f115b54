/** `npm run test:load`: so many people at work for a while; does the server keep within the guide's targets? */
import { resolve } from 'node:path';
import { createBrowserFetch, createConnections } from './connection.ts';
import { describeMachine } from './machine.ts';
import { createMeasurements, type Measurements } from './measure.ts';
import { type OwnServer, startOwnServer } from './own-server.ts';
import { showProgress } from './progress.ts';
import { makeReport, renderReport, writeReport } from './report.ts';
import type { Settings } from './settings.ts';
import { measuredSteps } from './steps.ts';
import { signUpUsers } from './users.ts';
import { walkAll } from './walk.ts';

/** A stream takes one, and a request whose time was up may hold on to its own for a moment. */
const CONNECTIONS_A_USER = 2;
/** Enough for sign-ups and sign-ins of many people from one address. */
const MIN_LIMIT_MULTIPLIER = 100;

/** @returns did the run meet every target? @throws Error in words for people; the signal's reason when it is interrupted */
export async function runLoadTest(settings: Settings, signal: AbortSignal): Promise<boolean> {
  const { users, seconds, targetUrl } = settings;
  const startedAt = new Date().toISOString();
  const base = resolve('reports', `load-${startedAt.slice(0, 19).replaceAll(':', '-')}Z`);
  say(targetUrl === undefined ? 'Starting a server of its own…' : `The server is ${targetUrl}.`);
  const server =
    targetUrl === undefined
      ? await startOwnServer({ limitMultiplier: Math.max(MIN_LIMIT_MULTIPLIER, users, seconds), logFile: `${base}.log`, signal })
      : runningServer(targetUrl);
  const { origin, about, notes } = server;

  const measurements = await measure(origin, settings, signal)
    .finally(() => server.stop())
    .catch((error: unknown) => {
      for (const note of notes) say(note);
      throw error;
    });
  const report = makeReport(
    { test: 'load', startedAt, users, seconds, target: { origin, about }, machine: describeMachine(), notes },
    measurements,
  );
  await writeReport(report, `${base}.json`);
  say(`${renderReport(report)}\nThe same as JSON: ${base}.json`);
  return report.passed;
}

async function measure(origin: string, { users: count, seconds }: Settings, signal: AbortSignal): Promise<Measurements> {
  const connections = createConnections(count * CONNECTIONS_A_USER);
  // Whatever is under way breaks off at once when somebody interrupts.
  signal.addEventListener('abort', () => void connections.destroy(), { once: true });
  try {
    say(`Signing up ${count} users…`);
    const users = await signUpUsers({ origin, createFetch: () => createBrowserFetch(origin, connections), count, signal });
    say(`${count} users at work for ${seconds} s:`);
    const measurements = createMeasurements(measuredSteps);
    const stopProgress = showProgress(measurements);
    await walkAll({ users, duration: seconds * 1000, measurements, signal }).finally(stopProgress);
    return measurements;
  } finally {
    await connections.destroy();
  }
}

function runningServer(origin: string): OwnServer {
  const about = 'A server that was running already (TARGET_URL); its accounts load-…@example.com stay there';
  return { origin, about, notes: [], stop: async () => undefined };
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
