/** `npm run bench:history`: the history of a project with 500,000 changes of 20,000 files, and what a version takes on disk. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAuditLog } from '#features/audit-log/server/audit-log.ts';
import { createFiles } from '#features/files/server/files.ts';
import { startEmbedded } from '#kernel/database/embedded/embedded.ts';
import { createDatabase } from '#kernel/database/pool.ts';
import { createLog } from '#kernel/log.ts';
import { print, printTable } from '../figures.ts';
import { openInstallation } from '../installation.ts';
import { measureBytes } from './bytes-per-version.ts';
import { CHANGES, rowBytes, writePast } from './past-project.ts';

const TIMES = 30;

async function main(): Promise<void> {
  await using cleanUp = new AsyncDisposableStack();
  const dataDir = await mkdtemp(join(tmpdir(), 'guildhall-past-'));
  cleanUp.defer(() => rm(dataDir, { recursive: true, force: true }));
  const log = await createLog({ level: 'warn', readable: true });
  const embedded = await startEmbedded({ dataDir, log });
  cleanUp.defer(() => embedded.stop());
  const installation = cleanUp.use(await openInstallation(embedded.url));
  printTable('A change of one line in a file of 20 kB', await measureBytes(installation.databaseUrl));

  print('\nWriting the past …');
  const past = await writePast(installation.databaseUrl);
  const bytes = await rowBytes(installation.databaseUrl);
  printTable('Rows, with their indexes', [['', 'bytes'], ...[...bytes].map(([table, each]) => [table, `${each}`])]);
  const db = createDatabase({ url: installation.databaseUrl, max: 4, log });
  cleanUp.defer(() => db.close());
  const files = createFiles({ db, log, auditLog: createAuditLog({ db, log }) });
  cleanUp.defer(() => files.close());
  printTable('Milliseconds, without HTTP', [['', 'median', 'p95'], ...(await measure(files, past))]);
}

async function measure(files: ReturnType<typeof createFiles>, { projectId, often, seldom, runId }: Awaited<ReturnType<typeof writePast>>) {
  const { history } = files;
  const list = (wanted: object) => () => history.listChanges(projectId, { limit: 50, ...wanted });
  const asker = () => ({ kind: 'person' as const, id: often, signal: AbortSignal.timeout(60_000) });
  const compare = (from: number, path?: string) => () => history.compareStates(asker(), projectId, { from, offset: 0, path });
  const cases: [string, () => Promise<unknown>][] = [
    ['changes of the project', list({})],
    ['of a file with 28 changes', list({ path: 'src/150/file 15000' })],
    ['of a file with 5,000', list({ path: 'src/20/file 2000' })],
    ['of a file that has not changed for long', list({ path: 'old/15/file 1500' })],
    ['of a path that never was', list({ path: 'nothing' })],
    ['of a folder of 100 files', list({ path: 'src/150' })],
    ['of a folder of 18,000 files', list({ path: 'src' })],
    ['of a folder that has not changed for long', list({ path: 'old' })],
    ['of a person', list({ user: often })],
    ['of a person with one in 10,000', list({ user: seldom })],
    ['of that person in the folder of 18,000', list({ user: seldom, path: 'src' })],
    ['of a person in the folder that has not changed for long', list({ user: often, path: 'old' })],
    ['of a run with 500', list({ run: runId })],
    ['comparison of the last 1,000 changes, 100 files', compare(CHANGES - 1000)],
    ['of the whole past, 100 files', compare(0)],
    ['of a file', compare(100, 'src/150/file 15000')],
    ['blame of a file with 28 changes', () => history.blameFile(asker(), projectId, 'src/150/file 15000')],
  ];
  const rows: string[][] = [];
  for (const [name, work] of cases) {
    await work();
    const times: number[] = [];
    for (let time = 0; time < TIMES; time++) {
      const begun = performance.now();
      await work();
      times.push(performance.now() - begun);
    }
    times.sort((a, b) => a - b);
    rows.push([name, ...[0.5, 0.95].map((share) => (times[Math.floor(share * TIMES)] ?? 0).toFixed(1))]);
  }
  return rows;
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
  process.exitCode = 1;
});
