import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { writeReportPage } from '#app/report-page.ts';
import type { LoadReport } from '#features/monitor/load-report.ts';
import { look, openBrowser, openPage } from './harness/browser.ts';
import { buildReport, kinds } from './load-reports/build.ts';

describe('the page of a load report, opened from its file', { timeout: 120_000 }, () => {
  let browser: Browser;
  let page: Page;
  let complaints: string[];
  let folder: string;
  const asked: string[] = [];
  before(async () => {
    browser = await openBrowser();
    const opened = await openPage(browser);
    ({ page, complaints } = opened);
    await opened.context.setOffline(true);
    page.setDefaultTimeout(10_000);
    page.on('request', (request) => asked.push(request.url()));
    folder = await mkdtemp(join(tmpdir(), 'guildhall-report-'));
  });
  after(async () => {
    await browser.close();
    await rm(folder, { recursive: true });
  });

  /** @returns the URL of the page, opened without a network */
  async function open(report: LoadReport): Promise<string> {
    const path = join(folder, `${report.id}.html`);
    await writeReportPage(report, path);
    asked.length = 0;
    const { href } = pathToFileURL(path);
    await page.goto(href);
    await page.getByRole('heading', { level: 1, name: report.headline }).waitFor();
    return href;
  }

  for (const kind of kinds)
    it(`shows a report of the kind ${kind}, in both themes and on a phone, and asks for nothing`, async () => {
      const report = buildReport(kind);
      const address = await open(report);
      assert.match(await page.title(), report.passed ? /: passed$/ : /: failed$/);
      await page.getByText(report.passed ? 'Passed' : 'Failed', { exact: true }).waitFor();
      for (const { text } of report.targets) assert.ok(await page.getByText(text, { exact: true }).first().isVisible(), text);
      await look(page, `report-${kind}`, 2600);
      assert.deepEqual(
        asked.filter((each) => !each.startsWith('data:')),
        [address],
      );
    });

  it('describes each plot in words and as a table', async () => {
    await open(buildReport('stress'));
    await page.getByRole('img', { name: /^Throughput by users: measured from/ }).waitFor();
    await page.getByText('Figures of Throughput by users').click();
    await page.getByRole('region', { name: 'Figures of Throughput by users' }).getByRole('rowheader', { name: '1 600' }).waitFor();
  });

  it('shows the values under the pointer in all plots over time', async () => {
    await open(buildReport('load'));
    const plotOf = (name: string) => page.getByRole('figure').filter({ has: page.getByRole('heading', { name, exact: true }) });
    const at = (name: string) => plotOf(name).locator('.plot-at').textContent();
    await plotOf('Latency')
      .getByRole('img')
      .hover({ position: { x: 250, y: 100 } });
    await plotOf('Latency')
      .getByText(/^at \d+ s$/)
      .waitFor();
    assert.equal(await at('Processor'), await at('Latency'));
  });

  it('escapes HTML in a report', async () => {
    const words = '</script><script>document.title = "broken into"</script><!-- $& $1';
    await open(buildReport('empty', { headline: words, notes: [words] }));
    assert.match(await page.title(), /^Load test of .*: failed$/);
  });

  it('logs no console errors', () => assert.deepEqual(complaints, []));

  it('contains no address to load from', async () => {
    const path = join(folder, 'plain.html');
    await writeReportPage(buildReport(), path);
    const markup = (await readFile(path, 'utf8')).replace(/<script type="module">.*?<\/script>/gs, '');
    assert.equal(/(?:src|href)=|@import|url\((?!data:)/.exec(markup)?.[0], undefined);
  });
});
