import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { saveFile } from '#features/files/contract.ts';
import { look, openBrowser, openPage } from './harness/browser.ts';
import { query } from './harness/database.ts';
import { newProject, type Person, signUp, startTestServer, type TestServer } from './harness/test-server.ts';

describe('the page of limits', { timeout: 120_000 }, () => {
  let testServer: TestServer;
  let browser: Browser;
  let page: Page;
  let complaints: string[];
  let ada: Person;

  before(async () => {
    testServer = await startTestServer({ env: { MAX_STORAGE_GB: '1' } });
    browser = await openBrowser();
    ada = await signUp(testServer);
    const opened = await openPage(browser);
    ({ page, complaints } = opened);
    await opened.context.addCookies([...ada.browser.cookies].map(([name, value]) => ({ name, value, url: testServer.origin })));
  });
  after(async () => {
    await browser.close();
    await testServer.close();
    assert.deepEqual(complaints, []);
  });

  it('says that nothing is stored yet', async () => {
    await page.goto(`${testServer.origin}/settings/limits`);
    await page.getByRole('heading', { name: 'Nothing stored yet' }).waitFor();
    await page.getByText('0 B of 1 GB').waitFor();
    await look(page, 'limits-empty');
  });

  it('shows what takes the space, largest first, and what is history', async () => {
    for (const [name, sizes] of [
      ['Analytical engine', [600_000, 900_000]],
      ['Difference engine', [2_000_000]],
    ] as const) {
      const { id: projectId } = await newProject(ada, name);
      for (const size of sizes) {
        const headers: Record<string, string> = size === sizes[0] ? { 'if-none-match': '*' } : { 'if-match': '*' };
        await ada.call(saveFile, { params: { projectId }, query: { path: 'data.txt' }, body: 'x'.repeat(size) }, { headers });
      }
    }
    await page.reload();
    await page.getByText('3.5 MB of 1 GB').waitFor();
    const cells = await page.getByRole('row').evaluateAll((rows) => rows.map((row) => [...row.children].map((cell) => cell.textContent)));
    assert.deepEqual(cells.slice(1), [
      ['Difference engine', '1', '2 MB', '0 B', '2 MB'],
      ['Analytical engine', '1', '900 kB', '600 kB', '1.5 MB'],
    ]);
    await look(page, 'limits');
    await page.getByRole('link', { name: 'Difference engine' }).click();
    await page.getByRole('region', { name: 'Files' }).waitFor();
  });

  it('warns before it is full, and says what to do when it is', async () => {
    for (const [stored, text] of [
      [950_000_000, 'Only 48.5 MB left.'],
      [1_000_000_000, 'Storage is full: nothing new can be saved.'],
    ] as const) {
      await query(testServer.databaseUrl, `update projects set stored_bytes = $1 where name = 'Difference engine'`, [stored]);
      await page.goto(`${testServer.origin}/settings/limits`);
      await page.getByText(text).waitFor();
    }
    await look(page, 'limits-full');
  });
});
