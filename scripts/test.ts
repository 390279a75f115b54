/**
 * `npm test`: every test, against one embedded PostgreSQL whose template database each test file clones. Name files to run only
 * those. Ends with `N passed, N failed`.
 */
import { glob, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { fileURLToPath } from 'node:url';
import { buildClientIfOld } from '#app/build-client.ts';
import { startEmbedded } from '#kernel/database/embedded/embedded.ts';
import { migrate } from '#kernel/database/migrate.ts';
import { createLog } from '#kernel/log.ts';
import { unpackBrowser } from '../test/harness/browser.ts';
import { createDatabaseFrom } from '../test/harness/database.ts';

/** What holds answers to times that are promised needs the machine for itself. */
const alone = /(?:tamper|database-loss)\.process\.test\.ts$/;
/** What starts and kills whole servers waits more than it works: it runs beside the others from the start. */
const waits = /\.process\.test\.ts$/;
/** Of the others, the long ones come first, so that none of them is left over in the end with half of the machine idle. */
const long = /\.browser\.test\.ts$|^test\/(?:contracts|over-the-limit|bad-input)/;
const AT_ONCE = 3;

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

async function runTests(files: string[], concurrency: number): Promise<{ passed: number; failed: number }> {
  const counts = { passed: 0, failed: 0 };
  if (files.length === 0) return counts;
  const events = run({ files, concurrency, timeout: 480_000 });
  // A suite is not a test: only what asserts is counted.
  events.on('test:pass', (test) => {
    if (test.details.type !== 'suite') counts.passed++;
  });
  events.on('test:fail', (test) => {
    if (test.details.type !== 'suite') counts.failed++;
  });
  const report = events.compose(spec());
  report.pipe(process.stdout, { end: false });
  await new Promise((resolve) => report.once('end', resolve));
  return counts;
}

const dataDir = await mkdtemp(join(tmpdir(), 'guildhall-test-'));
const database = await startEmbedded({ dataDir, log: await createLog({ level: 'warn', readable: true }), durable: false });
let failed = 1;
try {
  process.env['TEST_DATABASE_URL'] = database.url;
  process.env['NODE_ENV'] = 'test';
  // Each file is a process of its own, and would strip the types of the whole server once more.
  process.env['NODE_COMPILE_CACHE'] = fileURLToPath(new URL('../node_modules/.cache/compiled', import.meta.url));
  await Promise.all([buildClientIfOld(), unpackBrowser()]);
  const template = await createDatabaseFrom(database.url, 'template1', 'guildhall_template');
  await migrate(template);
  const files = await findTests();
  const side = await runTests(
    files.filter((file) => !alone.test(file)),
    AT_ONCE,
  );
  const one = await runTests(
    files.filter((file) => alone.test(file)),
    1,
  );
  failed = side.failed + one.failed;
  process.stdout.write(`\n${side.passed + one.passed} passed, ${failed} failed\n`);
} finally {
  await database.stop();
  await rm(dataDir, { recursive: true, force: true });
}
process.exit(failed === 0 ? 0 : 1);
