import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type LoadReport, type LoadTest, loadReport, loadTest } from '#features/monitor/load-report.ts';
import { openTamperingProxy, type Tampering } from '../../test/harness/tampering-proxy.ts';
import { startTestServer, type TestServer } from '../../test/harness/test-server.ts';

const main = fileURLToPath(new URL('./main.ts', import.meta.url));
/** Small, with little think time, so that seconds are enough for hundreds of requests. */
const small = { USERS: '2', MAX_USERS: '4', DURATION: '4', STAGE: '3', THINK: '0.02' };

interface Run {
  code: number;
  said: string;
  report: LoadReport;
  missed: string[];
}

describe('a tampered run', () => {
  let testServers: TestServer[];
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'guildhall-tamper-'));
    // All servers share this process, so its memory says nothing about them.
    const env = { METRICS_TOKEN: 'known to nobody' };
    const one = await startTestServer({ env });
    testServers = [one, await startTestServer({ env, databaseUrl: one.databaseUrl })];
  });
  after(async () => {
    for (const testServer of testServers.toReversed()) await testServer.close();
    await rm(folder, { recursive: true });
  });

  /** Through a proxy in front of each server; only one event is lost in total. */
  async function run(test: LoadTest, { loseEvent = false, ...tampering }: Tampering): Promise<Run> {
    const cwd = await mkdtemp(join(folder, `${test}-`));
    const servers = test === 'session' ? testServers : testServers.slice(0, 1);
    const open = ({ origin }: TestServer, index: number) =>
      openTamperingProxy(origin, { ...tampering, loseEvent: loseEvent && index === 0 });
    const proxies = await Promise.all(servers.map(open));
    const env = { PATH: process.env['PATH'] ?? '', ...small, TARGET_URL: proxies.map(({ origin }) => origin).join() };
    const child = spawn(process.execPath, [main, test], { cwd, env });
    let said = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk) => {
        said += chunk;
      });
    const [code] = await once(child, 'close');
    await Promise.all(proxies.map((proxy) => proxy.close()));
    const name = (await readdir(join(cwd, 'reports'))).find((file) => file.endsWith('.json'));
    assert.ok(name, said);
    const report = loadReport.parse(JSON.parse(await readFile(join(cwd, 'reports', name), 'utf8')));
    return { code, said, report, missed: report.targets.flatMap(({ met, text }) => (met ? [] : [text])) };
  }

  /** All three at once: they mostly wait. */
  async function runAll(tampering: Tampering, check: (run: Run, test: LoadTest) => void): Promise<void> {
    const runs = await Promise.all(loadTest.options.map(async (test) => [test, await run(test, tampering)] as const));
    for (const [test, done] of runs) check(done, test);
  }

  it('that is not tampered with passes, through the same proxy', () =>
    runAll({}, ({ code, said, report, missed }) => {
      assert.deepEqual({ code, missed, failures: report.failures }, { code: 0, missed: [], failures: [] }, said);
      assert.ok(report.total.requests > 50);
    }));

  it('whose answers are 600 ms late ends with 1 and names the latency, and nothing else', () =>
    runAll({ delay: 600 }, ({ code, said, report, missed }, test) => {
      assert.equal(code, 1, said);
      assert.deepEqual(report.failures, []);
      assert.ok(missed.length > 0);
      for (const text of missed) assert.match(text, /p95 .*\b[6-9]\d\d ms/, said);
      assert.match(report.headline, /^Does not hold/, test);
    }));

  it('in which one of 50 requests is dropped ends with 1 and names the errors, and nothing else', () =>
    runAll({ dropOneOf: 50 }, ({ code, said, report, missed }) => {
      assert.equal(code, 1, said);
      assert.ok(missed.length > 0);
      for (const text of missed) assert.match(text, /errors below 1 %|unreachable/, said);
      assert.match(missed.join(), /unreachable/);
      for (const { code } of report.failures) assert.match(code, /^unreachable/);
    }));

  it('in which one event of one stream is lost ends with 1 and names that event, and nothing else', () =>
    runAll({ loseEvent: true }, ({ code, said, report, missed }) => {
      assert.equal(code, 1, said);
      assert.match(
        missed.at(-1) ?? '',
        /no event of a stream is lost: stream_gap × 1 in followRun.*\(event \d+ came after event \d+\)/,
        said,
      );
      for (const text of missed) assert.match(text, /stream_gap × 1/, said);
      assert.deepEqual(
        report.failures.map(({ code, count }) => ({ code, count })),
        [{ code: 'stream_gap', count: 1 }],
      );
    }));
});
