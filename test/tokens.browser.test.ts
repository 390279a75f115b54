/** Tokens, made on a screen and used by a script. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import type { Project } from '#features/projects/contract.ts';
import { look, openBrowser, openPage } from './harness/browser.ts';
import { newProject, type Person, signUp, startTestServer, type TestServer } from './harness/test-server.ts';

describe('tokens in a browser', { timeout: 180_000 }, () => {
  let testServer: TestServer;
  let browser: Browser;
  let page: Page;
  let complaints: string[];
  let person: Person;
  let website: Project;
  let handbook: Project;
  let secret = '';
  before(async () => {
    testServer = await startTestServer();
    browser = await openBrowser();
    const opened = await openPage(browser);
    ({ page, complaints } = opened);
    person = await signUp(testServer);
    website = await newProject(person, 'Website');
    handbook = await newProject(person, 'Handbook');
    await opened.context.addCookies([...person.browser.cookies].map(([name, value]) => ({ name, value, url: testServer.origin })));
  });
  after(async () => {
    await browser.close();
    await testServer.close();
  });

  /** @returns the status of a request that a script makes */
  async function use(path: string, init: RequestInit = {}): Promise<number> {
    const headers = { authorization: `Bearer ${secret}`, 'content-type': 'application/json' };
    const response = await fetch(testServer.origin + path, { ...init, headers });
    await response.body?.cancel();
    return response.status;
  }

  it('are explained where there are none yet', async () => {
    await page.goto(`${testServer.origin}/account/tokens`);
    await page.getByText('No tokens yet').waitFor();
    await look(page, 'tokens-empty');
  });

  it('need a name and a scope', async () => {
    await page.getByRole('button', { name: 'New token' }).click();
    const dialog = page.getByRole('dialog', { name: 'New token' });
    await dialog.getByRole('checkbox', { name: 'Read' }).uncheck();
    await dialog.getByRole('button', { name: 'Create token' }).click();
    await dialog.getByText('Choose at least one scope.').waitFor();
    await look(page, 'token-new');
    await dialog.getByLabel('Name').fill('Nightly build');
    await dialog.getByRole('checkbox', { name: 'Read' }).check();
    await dialog.getByLabel('Only selected projects').check();
    await dialog.getByLabel('Website').check();
    await dialog.getByLabel('Expires').selectOption('In 30 days');
    await dialog.getByText(/^Everything that includes/).click();
    await dialog.getByText('see a project, its files and their history').waitFor();
    await look(page, 'token-new-filled', 1500);
    await dialog.getByRole('button', { name: 'Create token' }).click();
    await dialog.waitFor({ state: 'detached' });
  });

  it('show their secret once', async () => {
    secret = (await page.getByText(/^guild_/).textContent()) ?? '';
    assert.match(secret, /^guild_\S{20,}$/);
    await page.getByText('curl -H "Authorization: Bearer $GUILDHALL_TOKEN"').waitFor();
    await look(page, 'token-secret');
    await page.getByRole('button', { name: 'Done' }).click();
    await page.getByText(/^guild_/).waitFor({ state: 'detached' });
    await page.reload();
    await page.getByText('Nightly build').waitFor();
    assert.ok(!(await page.content()).includes(secret));
  });

  it('do what their scopes and projects say, and nothing more', async () => {
    assert.equal(await use(`/api/projects/${website.id}`), 200);
    assert.equal(await use(`/api/projects/${handbook.id}`), 404);
    assert.equal(await use(`/api/projects/${website.id}`, { method: 'PATCH', body: JSON.stringify({ name: 'Mine' }) }), 403);
    await page.reload();
    await page.getByText('Last used').waitFor();
    await look(page, 'tokens');
  });

  it('stop working as soon as they are revoked', async () => {
    await page.getByRole('button', { name: 'Revoke Nightly build' }).click();
    const dialog = page.getByRole('dialog', { name: 'Revoke Nightly build?' });
    await look(page, 'token-revoke');
    await dialog.getByRole('button', { name: 'Revoke token' }).click();
    await page.getByText('No tokens yet').waitFor();
    assert.equal(await use(`/api/projects/${website.id}`), 401);
  });

  it('logs no console errors, and loads nothing from elsewhere', () => assert.deepEqual(complaints, []));
});
