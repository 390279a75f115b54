/**
 * `npm run bench`, or `npm run bench -- reads writes`: measures Guildhall and what it is compared with, alternately, in one run. Machines
 * are noisy; only ratios count. Fails if a response was wrong, never because of a time.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildClientIfOld } from '#app/build-client.ts';
import { startEmbedded } from '#kernel/database/embedded/embedded.ts';
import { createLog } from '#kernel/log.ts';
import { files } from './cases/files.ts';
import { hostile } from './cases/hostile.ts';
import { limits } from './cases/limits.ts';
import { reads } from './cases/reads.ts';
import { runs } from './cases/runs.ts';
import { sessions } from './cases/sessions.ts';
import { signIn } from './cases/sign-in.ts';
import { start } from './cases/start.ts';
import { streams } from './cases/streams.ts';
import { sweep } from './cases/sweep.ts';
import { writes } from './cases/writes.ts';
import { type Figure, type Findings, print, printFigures } from './figures.ts';
import { type Open, openInstallation } from './installation.ts';
import { ROUNDS, SECONDS } from './rounds.ts';

const cases = new Map<string, (open: Open) => Promise<Findings>>(
  Object.entries({ reads, limits, 'sign-in': signIn, writes, streams, start, sessions, runs, files, hostile, sweep }),
);
/** These take minutes, so they run only if named. */
const onlyNamed = new Set(['files', 'hostile', 'sweep']);

async function main(wanted: string[]): Promise<void> {
  const unknown = wanted.filter((name) => !cases.has(name));
  if (unknown.length > 0) throw new Error(`There is no case ${unknown.join(', ')}. Choose from: ${[...cases.keys()].join(', ')}.`);
  if (await buildClientIfOld()) print('The client was built.');

  await using cleanUp = new AsyncDisposableStack();
  const dataDir = await mkdtemp(join(tmpdir(), 'guildhall-bench-'));
  cleanUp.defer(() => rm(dataDir, { recursive: true, force: true }));
  const database = await startEmbedded({ dataDir, log: await createLog({ level: 'warn', readable: true }) });
  cleanUp.defer(() => database.stop());
  process.once('SIGINT', () => void cleanUp.disposeAsync().finally(() => process.exit(130)));

  const begun = performance.now();
  print(`${cpus().length} × ${cpus()[0]?.model}, Node ${process.version}, PostgreSQL beside it over a Unix socket with fsync on`);
  print(`Medians of ${ROUNDS} rounds of ${SECONDS} s in turn (ROUNDS, SECONDS); one process each`);
  const figures: Figure[] = [];
  let failures = 0;
  for (const [name, measure] of cases) {
    if (wanted.length > 0 ? !wanted.includes(name) : onlyNamed.has(name)) continue;
    const found = await measure(() => openInstallation(database.url));
    figures.push(...found.figures);
    failures += found.failures;
  }
  printFigures(figures);
  print(
    `\n${Math.round((performance.now() - begun) / 1000)} s.${failures > 0 ? ` ${failures} answers were wrong: the figures count for nothing.` : ''}`,
  );
  if (failures > 0) process.exitCode = 1;
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error && error.constructor === Error ? error.message : (error as Error).stack}\n`);
  process.exitCode = 1;
});
