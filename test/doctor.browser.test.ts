import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { look, openBrowser, openPage } from './harness/browser.ts';
import { makeOperator } from './harness/roles.ts';
import { type Person, signUp, startTestServer, type TestServer } from './harness/test-server.ts';

describe('the doctor in a browser', { timeout: 180_000 }, () => {
  let testServer: TestServer;
  let browser: Browser;
  let page: Page;
  let context: BrowserContext;
  let complaints: string[];
  before(async () => {
    testServer = await startTestServer();
    const founder = await signUp(testServer, 'The founder');
    await makeOperator(testServer, founder);
    browser = await openBrowser();
    ({ page, context, complaints } = await openPage(browser));
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    page.setDefaultTimeout(20_000);
    await enterAs(founder);
  });
  after(async () => {
    await browser.close();
    await testServer.close();
  });

  async function enterAs(person: Person): Promise<void> {
    await context.clearCookies();
    await context.addCookies([...person.browser.cookies].map(([name, value]) => ({ name, value, url: testServer.origin })));
    await page.goto(`${testServer.origin}/monitor/doctor`);
  }
  const clipboard = () => page.evaluate(() => navigator.clipboard.readText());

  it('says what it does before it has run', async () => {
    await page.getByRole('heading', { name: 'The doctor has not run yet' }).waitFor();
    assert.equal(await page.title(), 'Doctor · Monitor · Guildhall');
    await look(page, 'doctor-never');
  });

  it('runs, shows that it does, and then what it found', async () => {
    await page.getByRole('button', { name: 'Run the doctor' }).click();
    await page.getByRole('progressbar').waitFor();
    await page.getByRole('heading', { name: 'Needs attention' }).waitFor();
    const problem = page.getByRole('listitem').filter({ hasText: 'production_mode' });
    await problem.getByRole('img', { name: 'Warning' }).waitFor();
    await problem.getByText('Set NODE_ENV=production').waitFor();
    await page.getByRole('heading', { name: 'Database', exact: true }).waitFor();
    await page.getByRole('progressbar').waitFor({ state: 'detached' });
    await look(page, 'doctor', 2400);
  });

  it('copies a problem, and everything', async () => {
    await page.getByRole('button', { name: 'Copy: Production mode' }).click();
    assert.match(await clipboard(), /^Production mode: Warning \(production_mode\)\nNODE_ENV is not production.*\nSet NODE_ENV=production/);
    await page.getByRole('button', { name: 'Copy all results' }).click();
    assert.match(await clipboard(), /database_reachable/);
  });

  it('keeps the result until it runs again', async () => {
    await page.reload();
    await page.getByRole('button', { name: 'Run again' }).click();
    await page.getByRole('progressbar').waitFor();
    await page.getByRole('progressbar').waitFor({ state: 'detached' });
    await page.getByText(/Ran just now/).waitFor();
  });

  it('is for operators', async () => {
    await enterAs(await signUp(testServer, 'Somebody else'));
    await page.getByRole('heading', { name: 'The doctor is for operators' }).waitFor();
    await look(page, 'doctor-operators-only');
    assert.deepEqual(complaints, []);
  });
});
