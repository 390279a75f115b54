/** One command from start to report: opens what it needs, and closes it however it ends. */
import { resolve } from 'node:path';
import type { LoadReport, LoadTest } from '#features/monitor/load-report.ts';
import { runLoadTest } from './load.ts';
import { print } from './print.ts';
import { renderReport } from './render.ts';
import { runSessionTest } from './session/session.ts';
import type { Settings } from './settings.ts';
import { storeReport, writeReport } from './store-report.ts';
import { runStressTest } from './stress/stress.ts';
import { hasInstallation, openInstallation } from './target/installation.ts';
import { openTarget, type Target } from './target/target.ts';

interface Command {
  run(settings: Settings, target: Target, signal: AbortSignal): Promise<LoadReport>;
  /** Number of servers to start, unless running ones are given. */
  servers: number;
  /** The maximum number of users. */
  users(settings: Settings): number;
}

const commands: Record<LoadTest, Command> = {
  load: { run: runLoadTest, servers: 1, users: ({ users }) => users },
  stress: { run: runStressTest, servers: 1, users: ({ maxUsers }) => maxUsers },
  session: { run: runSessionTest, servers: 2, users: ({ users }) => users },
};

/** @returns whether the run met every target @throws Error with a message for people; the signal's reason if interrupted */
export async function runCommand(test: LoadTest, settings: Settings, signal: AbortSignal): Promise<boolean> {
  const { run, servers, users } = commands[test];
  const time = new Date().toISOString().slice(0, 19).replaceAll(':', '-');
  const base = resolve('reports', `${test}-${time}Z`);
  await using cleanUp = new AsyncDisposableStack();
  const wanted = settings.targetUrls === undefined || hasInstallation(settings);
  const installation = wanted ? await openInstallation(settings) : undefined;
  if (installation) cleanUp.defer(() => installation.stop());
  signal.throwIfAborted();

  const report = await measure();
  print(renderReport(report));
  await writeReport(report, base);
  if (installation) await storeReport(report, installation.url);
  else print('There is no database to keep it in: set DATABASE_URL to that of your installation.');
  return report.passed;

  async function measure(): Promise<LoadReport> {
    print(settings.targetUrls ? `The server is ${settings.targetUrls.join(', ')}.` : 'Starting a server of its own…');
    const target = await openTarget(settings, installation, {
      servers: settings.servers ?? servers,
      users: users(settings),
      logBase: base,
      signal,
    });
    const noted = await run(settings, target, signal)
      .finally(() => target.stop())
      .catch((error: unknown) => {
        for (const note of target.notes()) print(note);
        throw error;
      });
    // Only now is it known how the servers ended.
    return { ...noted, notes: [...new Set([...noted.notes, ...target.notes()])] };
  }
}
