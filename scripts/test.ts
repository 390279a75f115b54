/**
 * `npm test`: runs every test against one embedded PostgreSQL whose template database each test file clones. Name files to run only those.
 * Ends with the slowest files, each failure again, and `N passed, N failed`.
 */
import { glob, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { fileURLToPath } from 'node:url';
import { buildClientIfOld } from '#app/build-client.ts';
import { insertBuild } from '#app/client-assets/queries.ts';
import { readBuild } from '#app/client-assets/store-build.ts';
import { clientDirectory } from '#app/client-directory.ts';
import { startEmbedded } from '#kernel/database/embedded/embedded.ts';
import { migrate } from '#kernel/database/migrate.ts';
import { createDatabase } from '#kernel/database/pool.ts';
import { createLog } from '#kernel/log.ts';
import { unpackBrowser } from '../test/harness/browser.ts';
import { createDatabaseFrom } from '../test/harness/database.ts';

/** Tests that check latency targets need the machine to themselves, and those of whole fleets take all of it. */
const alone = /tamper\.process\.test\.ts$|^test\/scale\//;
/** Tests that start and kill whole servers mostly wait, so they run alongside the others from the start. */
const waits = /\.process\.test\.ts$/;
/** Of the others, the long ones run first, so none is left at the end while half the machine idles. */
const long = /\.browser\.test\.ts$|^test\/(?:contracts|contract-inputs|over-the-limit|bad-input)/;
const MAX_CONCURRENT = 3;
/** A long fuzz, a hundred thousand requests during upgrades, and one fault after the other take their time. */
const takesLong =
  ['FUZZ_REQUESTS', 'SCALE_REQUESTS'].some((name) => process.env[name]) || process.argv.some((file) => file.startsWith('test/chaos/'));
/** Of one file. */
const TIMEOUT_MS = takesLong ? 3_600_000 : 480_000;
const SLOWEST = 10;

/** As if the client's build were stored: each test server would store it, and each database would be twice as large. */
async function pretendStored(url: string): Promise<void> {
  const build = readBuild(clientDirectory);
  const db = createDatabase({ url, max: 1, log: await createLog({ level: 'warn', readable: true }) });
  if (build) await insertBuild(db, build);
  await db.close();
}

async function findTests(): Promise<string[]> {
  const named = process.argv.slice(2);
  if (named.length > 0) return named;
  const found: string[] = [];
  for await (const path of glob('{src,test}/**/*.test.ts')) found.push(path);
  found.sort((a, b) => Number(long.test(b)) - Number(long.test(a)) || (a < b ? -1 : 1));
  const others = found.filter((file) => !waits.test(file));
  const waiting = found.filter((file) => waits.test(file));
  return others.flatMap((file, index) => (index % 2 === 0 ? [...waiting.splice(0, 1), file] : [file])).concat(waiting);
}

interface Results {
  passed: number;
  /** Formatted, each with its location. */
  failures: string[];
  /** Milliseconds by file. */
  files: Map<string, number>;
}

async function runTests(files: string[], concurrency: number, results: Results): Promise<void> {
  if (files.length === 0) return;
  const events = run({ files, concurrency, timeout: TIMEOUT_MS });
  // A suite is not a test, but fails on its own when its `before` or `after` does.
  events.on('test:pass', (test) => {
    if (test.details.type !== 'suite') results.passed++;
  });
  events.on('test:fail', ({ file, line, name, details }) => {
    const error = details.error as Error & { failureType?: string };
    if (error.failureType === 'subtestsFailed') return;
    const { message } = error.cause instanceof Error ? error.cause : error;
    results.failures.push(`${relative('.', file ?? '')}:${line ?? 0} ${name}\n    ${message.split('\n')[0]}`);
  });
  events.on('test:summary', ({ file, duration_ms }) => {
    if (file) results.files.set(relative('.', file), duration_ms);
  });
  const report = events.compose(spec());
  report.pipe(process.stdout, { end: false });
  await new Promise((resolve) => report.once('end', resolve));
}

/** The end of a log: where the time went, and what failed. */
function summarize({ passed, failures, files }: Results): string {
  const slowest = [...files].sort(([, a], [, b]) => b - a).slice(0, SLOWEST);
  const lines = slowest.map(([file, ms]) => `${(ms / 1000).toFixed(1).padStart(7)} s  ${file}`);
  if (failures.length > 0) lines.push('', ...failures.map((failure) => `✖ ${failure}`));
  return `\nThe slowest of ${files.size} files:\n${lines.join('\n')}\n\n${passed} passed, ${failures.length} failed\n`;
}

const dataDir = await mkdtemp(join(tmpdir(), 'guildhall-test-'));
const database = await startEmbedded({ dataDir, log: await createLog({ level: 'warn', readable: true }), durable: false });
let failed = 1;
try {
  process.env['TEST_DATABASE_URL'] = database.url;
  process.env['NODE_ENV'] = 'test';
  // Each file runs in a separate process, which would strip the types of the whole server again.
  process.env['NODE_COMPILE_CACHE'] = fileURLToPath(new URL('../node_modules/.cache/compiled', import.meta.url));
  await Promise.all([buildClientIfOld(), unpackBrowser()]);
  const template = await createDatabaseFrom(database.url, 'template1', 'guildhall_template');
  await migrate(template);
  await pretendStored(template);
  const files = await findTests();
  const results: Results = { passed: 0, failures: [], files: new Map() };
  for (const [some, atOnce] of [
    [files.filter((file) => !alone.test(file)), MAX_CONCURRENT],
    [files.filter((file) => alone.test(file)), 1],
  ] as const)
    await runTests(some, atOnce, results);
  failed = results.failures.length;
  process.stdout.write(summarize(results));
} finally {
  await database.stop();
  await rm(dataDir, { recursive: true, force: true });
}
process.exit(failed === 0 ? 0 : 1);
