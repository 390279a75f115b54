import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { getLoadReport, listLoadReports } from '#features/monitor/contract.ts';
import { storeLoadReport } from '#features/monitor/server/load-reports.ts';
import { look, openBrowser, openPage } from './harness/browser.ts';
import { eventually } from './harness/eventually.ts';
import { type Person, signUp, startTestServer, type TestServer } from './harness/test-server.ts';
import { buildReport, kinds } from './load-reports/build.ts';

describe('load reports in a browser', { timeout: 180_000 }, () => {
  let testServer: TestServer;
  let browser: Browser;
  let page: Page;
  let context: BrowserContext;
  let complaints: string[];
  let founder: Person;
  before(async () => {
    testServer = await startTestServer();
    founder = await signUp(testServer, 'The founder');
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

  it('say which command to run, while there are none', async () => {
    await enterAs(founder);
    await page.getByRole('link', { name: 'Monitor' }).click();
    await page.getByRole('link', { name: 'Load reports' }).click();
    await page.getByRole('heading', { name: 'No load reports yet' }).waitFor();
    await page.getByText('npm run test:load').waitFor();
    await look(page, 'no-load-reports');
  });

  it('are listed with their results', async () => {
    for (const kind of kinds) await storeLoadReport(testServer.features.db, buildReport(kind));
    const older = { startedAt: '2026-11-20T09:00:00.000Z', version: '0.0.9' };
    await storeLoadReport(testServer.features.db, buildReport('stress', older));
    await page.reload();
    await page
      .getByRole('link', { name: /^Stress test of/ })
      .first()
      .waitFor();
    assert.equal(await page.title(), 'Load reports · Monitor · Guildhall');
    await look(page, 'load-reports');
  });

  it('are shown in full, with the verdict on top', async () => {
    await page
      .getByRole('link', { name: /^Stress test of/ })
      .first()
      .click();
    await page.getByRole('heading', { level: 1, name: /^Holds 1500 users/ }).waitFor();
    await page.getByRole('img', { name: /^Latency by users/ }).waitFor();
    assert.match(await page.title(), /^Stress test of .* · Guildhall$/);
    await look(page, 'load-report', 1600);
  });

  it('are drawn in the colours of the theme as soon as it is chosen', async () => {
    const canvas = page.getByRole('img', { name: /^Latency by users/ }).locator('canvas');
    const drawn = () => canvas.evaluate((element: HTMLCanvasElement) => element.toDataURL());
    const light = await drawn();
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox').fill('theme dark');
    await page.keyboard.press('Enter');
    await eventually('the charts are drawn in the other theme', drawn, (seen) => seen !== light);
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox').fill('theme as the system');
    await page.keyboard.press('Enter');
    await eventually('the charts are drawn in the first theme', drawn, light);
  });

  it('are found in the palette', async () => {
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox').fill('load rep');
    await page.keyboard.press('Enter');
    await page.waitForURL(`${testServer.origin}/monitor/load-reports`);
  });

  it('are compared, two or more of them', async () => {
    await page.getByText('Choose two or more').waitFor();
    const boxes = page.getByRole('checkbox', { name: /^Compare Stress test/ });
    await boxes.first().check();
    await boxes.last().check();
    await page.getByRole('link', { name: 'Compare 2' }).click();
    await page.getByRole('heading', { name: 'Load reports compared' }).waitFor();
    await page.getByText('1.00 × same').first().waitFor();
    await page.getByRole('img', { name: /^Throughput by users: A from/ }).waitFor();
    await look(page, 'load-reports-compared', 1600);
  });

  it('are deleted unless the deletion is undone', async () => {
    const count = async () => (await founder.call(listLoadReports, {})).body.reports.length;
    const before = await count();
    await page.goto(`${testServer.origin}/monitor/load-reports`);
    const remove = page.getByRole('button', { name: /^Delete the Session test/ });
    await remove.click();
    await remove.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Undo' }).click();
    await remove.waitFor();
    assert.equal(await count(), before);
    await remove.click();
    // Leaving the page has the same effect as letting the time expire.
    await page.goto(`${testServer.origin}/account`);
    await eventually('one report is left out', count, before - 1);
  });

  it('that do not exist say so', async () => {
    await page.goto(`${testServer.origin}/monitor/load-reports/01998c00-0000-7000-8000-000000000000`);
    await page.getByText('This load report does not exist.').waitFor();
    await page.goto(`${testServer.origin}/monitor/load-reports/compare`);
    await page.getByText('Nothing to compare').waitFor();
  });

  it('are for operators only: nothing links there, and the address says why', async () => {
    const other = await signUp(testServer, 'Somebody else');
    const reportId = (await founder.call(listLoadReports, {})).body.reports[0]?.id ?? '';
    await assert.rejects(other.call(getLoadReport, { params: { reportId } }), { status: 403 });
    await enterAs(other);
    assert.equal(await page.getByRole('link', { name: 'Monitor' }).count(), 0);
    // The addresses of before.
    for (const address of ['load-reports', `load-reports/${reportId}`, `load-reports/compare?reports=${reportId}`]) {
      await page.goto(`${testServer.origin}/${address}`);
      await page.getByRole('heading', { name: 'Load reports are for operators' }).waitFor();
    }
    await look(page, 'load-reports-refused');
  });

  it('log no console errors, and load nothing from elsewhere', () => assert.deepEqual(complaints, []));
});
