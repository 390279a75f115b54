/** Sensitive changes ask who you are. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { look, openBrowser, openPage } from './harness/browser.ts';
import { query } from './harness/database.ts';
import { type Person, signUp, startTestServer, type TestServer } from './harness/test-server.ts';

describe('a sensitive change', { timeout: 180_000 }, () => {
  let testServer: TestServer;
  let browser: Browser;
  let page: Page;
  let complaints: string[];
  let person: Person;
  before(async () => {
    const first = await startTestServer();
    browser = await openBrowser();
    const opened = await openPage(browser);
    ({ page, complaints } = opened);
    person = await signUp(first);
    await first.close();
    // As if the person had signed in an hour ago.
    const aged = `sess || jsonb_build_object('createdAt', now() - interval '1 hour')`;
    await query(first.databaseUrl, `update sessions set sess = ${aged}`);
    testServer = await startTestServer({ databaseUrl: first.databaseUrl });
    await opened.context.addCookies([...person.browser.cookies].map(([name, value]) => ({ name, value, url: testServer.origin })));
  });
  after(async () => {
    await browser.close();
    await testServer.close();
  });

  const dialog = () => page.getByRole('dialog', { name: 'Confirm it’s you' });
  const change = () => page.getByRole('button', { name: 'Make a secret' }).click();

  it('asks for the password; who cancels changes nothing and is told so', async () => {
    await page.goto(`${testServer.origin}/account/notifications`);
    await change();
    await dialog().waitFor();
    await look(page, 'confirm-identity');
    await dialog().getByRole('button', { name: 'Cancel' }).click();
    await dialog().waitFor({ state: 'detached' });
    await page.getByText('Confirm that it is you').waitFor();
    assert.equal(await page.getByText(/^whsec_/).count(), 0);
  });

  it('says that a password is wrong, and goes through with the right one', async () => {
    await change();
    await dialog().getByLabel('Password').fill('not the password');
    await page.keyboard.press('Enter');
    await dialog().getByText('Wrong password.').waitFor();
    await look(page, 'confirm-identity-wrong');
    // The wrong one is selected, so typing replaces it.
    await page.keyboard.type(person.password);
    await page.keyboard.press('Enter');
    await page.getByText(/^whsec_/).waitFor();
    assert.equal(await dialog().count(), 0);
    await page.getByRole('button', { name: 'Done' }).click();
  });

  it('is not asked about again within ten minutes', async () => {
    await page.getByRole('button', { name: 'Make a new secret' }).click();
    await page.getByText(/^whsec_/).waitFor();
    assert.equal(await dialog().count(), 0);
  });

  it('logs no console errors, and loads nothing from elsewhere', () => assert.deepEqual(complaints, []));
});
