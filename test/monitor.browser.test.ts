import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { look, openBrowser, openPage } from './harness/browser.ts';
import { query } from './harness/database.ts';
import { type Person, signUp, startTestServer, type TestServer } from './harness/test-server.ts';

describe('the monitor in a browser', { timeout: 180_000 }, () => {
  let testServer: TestServer;
  let browser: Browser;
  let page: Page;
  let context: BrowserContext;
  let complaints: string[];
  let operator: Person;
  before(async () => {
    testServer = await startTestServer({ env: { SERVER_NAME: 'guildhall-1:5000' } });
    operator = await signUp(testServer, 'The founder');
    browser = await openBrowser();
    ({ page, context, complaints } = await openPage(browser));
    page.setDefaultTimeout(10_000);
  });
  after(async () => {
    await browser.close();
    await testServer.close();
  });

  async function enterAs(person: Person): Promise<void> {
    await context.clearCookies();
    await context.addCookies([...person.browser.cookies].map(([name, value]) => ({ name, value, url: testServer.origin })));
    await page.goto(testServer.origin);
    await page.getByRole('heading', { name: 'Projects', exact: true }).waitFor();
  }

  /** Samples of a server in the hour before the current minute. @param bucket in which 20 requests a minute were answered */
  async function fill({ server = 'guildhall-1:5000', bucket = 4, failed = 0, queued = 0, replaced = 0 } = {}): Promise<void> {
    const buckets = [failed, ...Array.from({ length: bucket }, () => 0), 20];
    const sample = {
      requests: { 'GET /api/projects': buckets, 'PUT /api/projects/:projectId/file': buckets },
      poolWaits: [40],
      statements: { 'projects.select': [40, 0.08], 'files.write': [20, 1.6] },
      counts: {
        restarts: replaced,
        'runs.done': 3,
        'runs.failed': 1,
        'modelCalls.done': 9,
        cpu: 12,
        'cacheHits.sessions': 39,
        'cacheMisses.sessions': 1,
      },
      gauges: {
        memory: 210e6,
        heap: 90e6,
        loopDelay: 0.012,
        'loopBusy.0': 0.01,
        'loopBusy.1': 0.2,
        'loopBusy.2': 0.1,
        'pool.peak': 3,
        'pool.max': 20,
        sessions: 48,
        streams: 52,
        working: 4,
        'queue.runs': queued,
        'oldest.runs': queued * 60,
        databaseBytes: 340e6,
      },
    };
    await query(
      testServer.databaseUrl,
      `insert into monitor_samples (minutes, at, server, version, started_at, seconds, sample)
       select 1, date_trunc('minute', now()) - make_interval(mins => n, secs => 30), $1, 'test', now() - interval '9 days', 60, $2::json
       from generate_series(0, 59) as n
       union all
       select 10, date_bin('10 minutes', now(), '2000-01-01') - make_interval(mins => n * 10 + 5), $1, 'test', now() - interval '9 days', 600, $2::json
       from generate_series(0, 143) as n
       on conflict do nothing`,
      [server, JSON.stringify(sample)],
    );
  }
  const empty = () => query(testServer.databaseUrl, 'delete from monitor_samples');

  it('says when figures will be there, while there are none', async () => {
    await empty();
    await enterAs(operator);
    await page.getByRole('link', { name: 'Monitor' }).click();
    await page.getByRole('heading', { name: 'Nothing measured yet' }).waitFor();
    await look(page, 'monitor-empty');
  });

  it('says that all is well, and shows the guide’s thresholds', async () => {
    await empty();
    for (const server of ['guildhall-1:5000', 'guildhall-2:5000']) await fill({ server });
    await page.reload();
    await page.getByText('All is well').waitFor();
    await page.getByText(/^In the last minute, 95 % of \d+ requests were answered within .* ms, and 0 % failed\.$/).waitFor();
    await page.getByRole('img', { name: /^Response time: p99/ }).waitFor();
    await page.getByText('Below 500 ms throughout.').waitFor();
    await page.getByText('All 2 servers report').waitFor();
    await page.getByRole('rowheader', { name: 'guildhall-2:5000' }).waitFor();
    await page.getByRole('rowheader', { name: 'files.write' }).waitFor();
    assert.equal(await page.title(), 'Monitor · Guildhall');
    await look(page, 'monitor', 3600);
  });

  it('shows the last day, by a link that can be shared', async () => {
    await page.getByRole('link', { name: 'Last day' }).click();
    await page.getByText(/^In the last ten minutes, 95 %/).waitFor();
    assert.match(page.url(), /\?range=day$/);
    await page.reload();
    await page.getByText(/^In the last ten minutes, 95 %/).waitFor();
    await page.getByRole('link', { name: 'Last hour' }).click();
    await page.getByText(/^In the last minute, 95 %/).waitFor();
  });

  it('says what needs attention, and what to do', async () => {
    await empty();
    await fill({ bucket: 9, failed: 3, queued: 5, replaced: 1 });
    await page.reload();
    await page.getByText('Act now').first().waitFor();
    const list = page.getByRole('list', { name: 'What needs attention' });
    await list.getByText(/^The p95 was above 500 ms in 60 of 60 minutes\. Look at the slowest requests/).waitFor();
    await list.getByText(/^More than 1 % of requests failed/).waitFor();
    await list.getByText(/^The oldest of the runs waited more than/).waitFor();
    await list.getByText(/^60 processes ended or hung, and were replaced\. The log says why/).waitFor();
    await page.getByRole('img', { name: /^Background failures: Processes replaced/ }).waitFor();
    await look(page, 'monitor-attention', 1400);
  });

  it('shows new figures each minute, without a reload', async () => {
    await empty();
    await fill();
    const watched = await context.newPage();
    await watched.clock.install();
    await watched.goto(`${testServer.origin}/monitor`);
    await watched.getByText('All is well').waitFor();
    await empty();
    await fill({ bucket: 9, failed: 3 });
    await watched.clock.fastForward('01:05');
    await watched.getByText('Act now').first().waitFor();
    await empty();
    await fill();
    await watched.clock.fastForward('01:05');
    await watched.getByText('All is well').waitFor();
    await watched.close();
  });

  it('leads to its pages by tabs', async () => {
    const tabs = page.getByRole('navigation', { name: 'Monitor' });
    assert.deepEqual(await tabs.getByRole('link').allTextContents(), ['Overview', 'Doctor', 'Backups', 'Load reports']);
    await tabs.getByRole('link', { name: 'Load reports' }).click();
    await page.getByRole('heading', { name: 'No load reports yet' }).waitFor();
    assert.equal(await tabs.getByRole('link', { name: 'Load reports' }).getAttribute('aria-current'), 'page');
  });

  it('is for operators only', async () => {
    await enterAs(await signUp(testServer, 'Somebody else'));
    await page.goto(`${testServer.origin}/monitor`);
    await page.getByRole('heading', { name: 'The monitor is for operators' }).waitFor();
  });

  it('logs no console errors, and loads nothing from elsewhere', () => assert.deepEqual(complaints, []));
});
