import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { readFile } from '#features/files/contract.ts';
import { listChanges } from '#features/files/history-contract.ts';
import { listApprovals } from '#features/inbox/contract.ts';
import { getRun, listRuns } from '#features/runs/contract.ts';
import { listOccurrences } from '#features/schedules/contract.ts';
import { look, openBrowser, openPage } from './harness/browser.ts';
import { createTestDatabase, query } from './harness/database.ts';
import { eventually } from './harness/eventually.ts';
import { endProcesses, openProcess, quick, type ServerProcess } from './harness/process.ts';
import { openSwitchingProxy } from './harness/switching-proxy.ts';
import { newProject, type Person, signUp } from './harness/test-server.ts';

const REPORT = 'All engines are well\n';

describe('unattended work: from a new schedule to approved, done and undone', { timeout: 300_000 }, () => {
  let env: Record<string, string>;
  let servers: ServerProcess[] = [];
  let proxy: Awaited<ReturnType<typeof openSwitchingProxy>>;
  let browser: Browser;
  let page: Page;
  let complaints: string[];
  let ada: Person;
  let projectId: string;
  const openAll = () => Promise.all([1, 2, 3].map(() => openProcess({ env })));
  before(async () => {
    env = { ...quick, DATABASE_URL: await createTestDatabase(), WEB_CONCURRENCY: '1' };
    servers = await openAll();
    proxy = await openSwitchingProxy(servers[0]?.origin ?? '');
    browser = await openBrowser();
    const opened = await openPage(browser);
    ({ page, complaints } = opened);
    ada = await signUp(proxy);
    projectId = (await newProject(ada, 'Analytical engine')).id;
    await opened.context.addCookies([...ada.browser.cookies].map(([name, value]) => ({ name, value, url: proxy.origin })));
  });
  after(async () => {
    await browser.close();
    await proxy.close();
    await endProcesses();
  });

  const content = async (path: string) =>
    ada.call(readFile, { params: { projectId }, query: { path } }).then(
      ({ body }) => Buffer.from(body).toString(),
      () => undefined,
    );
  const runs = async () => (await ada.call(listRuns, { params: { projectId } })).body.runs;
  const pending = async () => (await ada.call(listApprovals, {})).body.approvals;

  it('is set up on screen', async () => {
    await page.goto(`${proxy.origin}/schedules`);
    await page.getByRole('link', { name: 'New schedule' }).first().click();
    await page.getByLabel('How often').selectOption('cron');
    await page.getByLabel('Cron text').fill('* * * * *');
    await page.getByLabel('Time zone').fill('Europe/Berlin');
    await page.getByLabel('What to do').fill('write report.md: All engines are well');
    await page.getByLabel('Model').selectOption('practice');
    await page.getByLabel('Level').selectOption('supervised');
    await page.getByLabel('Name').fill('Morning report');
    await look(page, 'unattended-new');
    await page.getByRole('button', { name: 'Create schedule' }).click();
    await page.getByRole('heading', { name: 'Morning report' }).waitFor();
  });

  it('starts at its time, on one of three servers, and asks', async () => {
    await eventually('it asks', async () => (await pending()).length, 1, 90_000);
    await page.getByRole('link', { name: 'Inbox 1 waiting' }).waitFor();
    const [run, ...others] = await runs();
    assert.deepEqual(
      [run?.status, run?.level, run?.origin.kind, run?.origin.name],
      ['waiting', 'supervised', 'schedule', 'Morning report'],
    );
    assert.deepEqual([others.length, await content('report.md')], [0, undefined]);
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByRole('button', { name: 'Resume' }).waitFor();
  });

  it('keeps waiting after all servers die, and is approved in the browser', async () => {
    const [before] = await pending();
    for (const { pid } of servers) process.kill(pid, 'SIGKILL');
    await Promise.all(servers.map(({ ended }) => ended));
    servers = await openAll();
    proxy.switchTo(servers[2]?.origin ?? '');
    await page.goto(`${proxy.origin}/inbox`);
    const detail = page.getByRole('region', { name: 'What is asked' });
    await detail.getByRole('heading', { name: 'Write report.md' }).waitFor();
    await detail.getByRole('cell', { name: 'All engines are well' }).waitFor();
    assert.deepEqual(
      (await pending()).map(({ id, hash }) => [id, hash]),
      [[before?.id, before?.hash]],
    );
    await look(page, 'unattended-inbox');
    await detail.getByRole('button', { name: 'Approve', exact: true }).click();
    await page.getByText('Approved: Write report.md').waitFor();
  });

  it('ends with exactly what was approved', async () => {
    const run = await eventually('the run is done', async () => (await runs()).find(({ status }) => status === 'done'));
    assert.equal(await content('report.md'), REPORT);
    const { changes } = (await ada.call(listChanges, { params: { projectId } })).body;
    assert.deepEqual(
      changes.map(({ kind, paths, run }) => [kind, paths, run]),
      [['create', ['report.md'], run.id]],
    );
    const { events } = (await ada.call(getRun, { params: { runId: run.id } })).body;
    const told = events.flatMap(({ type }) => (['question', 'answer', 'tool_result', 'end'].includes(type) ? [type] : []));
    assert.deepEqual(told, ['question', 'answer', 'tool_result', 'end']);
    const used = await query(env['DATABASE_URL'] ?? '', 'select count(*)::int as count from approvals where consumed_at is not null');
    assert.deepEqual(used, [{ count: 1 }]);
    const scheduleId = run.origin.id ?? '';
    const { occurrences } = (await ada.call(listOccurrences, { params: { scheduleId } })).body;
    assert.deepEqual(
      occurrences.filter(({ status }) => status === 'started').map(({ run }) => run?.status),
      ['done'],
    );
  });

  it('is undone as a whole', async () => {
    const [run] = await runs();
    await page.goto(`${proxy.origin}/projects/${projectId}?run=${run?.id}`);
    await page.getByText('Ada Lovelace approved this').waitFor();
    await page.getByRole('treeitem', { name: 'report.md' }).waitFor();
    await look(page, 'unattended-done');
    await page.getByRole('button', { name: 'More about this run' }).click();
    await page.getByRole('menuitem', { name: 'Undo all changes' }).click();
    await page.getByRole('button', { name: 'Undo changes' }).click();
    await page.getByText(/Undid this run’s changes/).waitFor();
    await page.getByRole('treeitem', { name: 'report.md' }).waitFor({ state: 'detached' });
    assert.equal(await content('report.md'), undefined);
  });

  it('logs no console errors except for broken connections', () => {
    assert.deepEqual(
      complaints.filter((complaint) => !/ERR_|Failed to load resource/.test(complaint)),
      [],
    );
  });
});
