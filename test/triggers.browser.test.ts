import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { saveFile } from '#features/files/contract.ts';
import { listTriggers } from '#features/triggers/contract.ts';
import { createWebhookSecret } from '#kernel/webhook-signature.ts';
import { look, openBrowser, openPage } from './harness/browser.ts';
import { query } from './harness/database.ts';
import { eventually } from './harness/eventually.ts';
import { setRole } from './harness/roles.ts';
import { newProject, type Person, signUp, startTestServer, type TestServer } from './harness/test-server.ts';
import { sendWebhook } from './harness/webhooks.ts';

describe('triggers in a browser', { timeout: 240_000 }, () => {
  let testServer: TestServer;
  let browser: Browser;
  let page: Page;
  let complaints: string[];
  let ada: Person;
  let projectId: string;
  before(async () => {
    testServer = await startTestServer();
    browser = await openBrowser();
    const opened = await openPage(browser);
    ({ page, complaints } = opened);
    ada = await signUp(testServer);
    ({ id: projectId } = await newProject(ada, 'Website'));
    await opened.context.addCookies([...ada.browser.cookies].map(([name, value]) => ({ name, value, url: testServer.origin })));
  });
  after(async () => {
    await browser.close();
    await testServer.close();
  });

  const triggers = async () => (await ada.call(listTriggers, { params: { projectId } })).body.triggers;

  it('shows an empty list that says what to do', async () => {
    await page.goto(`${testServer.origin}/schedules`);
    await page.getByText('No triggers yet').scrollIntoViewIfNeeded();
    await look(page, 'no-triggers');
  });

  it('shows errors beside each field', async () => {
    await page.getByRole('link', { name: 'New trigger' }).first().click();
    await page.getByRole('radio', { name: /Files of the project change/ }).check();
    await page.getByRole('button', { name: 'Create trigger' }).click();
    await page.getByText('This cannot be empty.').waitFor();
    await page.getByText('Name a path or a pattern').waitFor();
    await page.getByText('Say what the run is to do.').waitFor();
    await page.getByLabel('Which files').fill('../outside');
    await page.getByRole('button', { name: 'Create trigger' }).click();
    await page.getByText('must not contain ".."').waitFor();
    await look(page, 'new-trigger', 1200);
  });

  it('creates a webhook, and shows its secret once, with an example', async () => {
    await page.getByRole('radio', { name: /Another program sends a webhook/ }).check();
    await page.getByLabel('Name', { exact: true }).fill('After a deployment');
    await page.getByLabel('What to do').fill('Write to changes.md what was deployed.');
    await page.getByRole('button', { name: 'Create trigger' }).click();
    await page.getByRole('heading', { name: /not shown again/ }).waitFor();
    const example = (await page.locator('pre').textContent()) ?? '';
    assert.match(example, new RegExp(`^url='${testServer.origin}/api/hooks/[-0-9a-f]{36}'\nsecret='whsec_[^']+'`));
    await look(page, 'trigger-secret');
    await page.getByRole('button', { name: 'I have copied it' }).click();
    await page.getByRole('heading', { name: 'After a deployment' }).waitFor();
    assert.doesNotMatch((await page.textContent('body')) ?? '', /whsec_/);
    await page.getByText('Send it a signed request').waitFor();
  });

  it('shows in its history what arrived and what was done', async () => {
    const [trigger] = await triggers();
    assert.ok(trigger);
    await page.getByRole('button', { name: 'More for After a deployment' }).click();
    await page.getByRole('menuitem', { name: 'New secret' }).click();
    const secret = (await page.getByText(/^whsec_/).textContent()) ?? '';
    await page.getByRole('button', { name: 'I have copied it' }).click();
    await page.getByText('The secret before the newest is good too').waitFor();
    assert.equal((await sendWebhook(testServer, { trigger, secret }, { id: 'deploy-1042' })).status, 202);
    for (let count = 0; count < 2; count++) await sendWebhook(testServer, { trigger, secret }, { id: 'deploy-1042' });
    await sendWebhook(testServer, { trigger, secret: createWebhookSecret() });
    await eventually('the unauthenticated request is counted', async () => (await triggers())[0]?.webhook?.strangers !== null);
    await page.reload();
    await page.getByText('One request had a wrong signature').waitFor();
    await page.getByText('This message has started a run already.').waitFor();
    await page.getByText('Message deploy-1042, 20 bytes · 2 times within an hour').waitFor();
    await look(page, 'trigger-history', 1000);
  });

  it('links to the run, which says what started it and shows the payload', async () => {
    await page.getByRole('region', { name: 'History' }).getByRole('link').first().click();
    await page.getByTitle('Started by a trigger').getByRole('link', { name: 'After a deployment' }).waitFor();
    await page.getByText('What came with it from the trigger “After a deployment”').click();
    await page.getByRole('region', { name: 'Conversation' }).locator('pre').first().waitFor();
    await look(page, 'trigger-run');
    await page.getByTitle('Started by a trigger').getByRole('link').click();
    await page.getByRole('heading', { name: 'After a deployment' }).waitFor();
  });

  it('pauses and resumes with one click each', async () => {
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByText('nothing starts until it is resumed').waitFor();
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByText('nothing starts until it is resumed').waitFor({ state: 'detached' });
  });

  it('creates a trigger on files, and saves changes to it', async () => {
    await page.goto(`${testServer.origin}/triggers/new?project=${projectId}`);
    await page.getByLabel('Name', { exact: true }).fill('Check the spelling');
    await page.getByRole('radio', { name: /Files of the project change/ }).check();
    await page.getByLabel('Which files').fill('docs/**/*.md');
    await page.getByLabel('What to do').fill('Check the spelling of what changed.');
    await page.getByRole('button', { name: 'Create trigger' }).click();
    await page.getByText('has been changed by people').waitFor();
    await page.getByRole('button', { name: 'More for Check the spelling' }).click();
    await page.getByRole('menuitem', { name: 'Edit' }).click();
    await page.getByLabel('Changes by agents count too').check();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('has been changed by people or agents').waitFor();
    const target = { params: { projectId }, query: { path: 'docs/guide/start.md' } };
    await ada.call(saveFile, { ...target, body: 'Helo' }, { headers: { 'if-none-match': '*' } });
    await query(testServer.databaseUrl, `update changes set at = at - interval '11 seconds'`);
    await eventually('the occurrence is shown', triggers, (seen) => seen.some(({ lastOccurrence }) => lastOccurrence?.paths.length === 1));
    await page.reload();
    await page.getByText('docs/guide/start.md').waitFor();
    await page.getByText('The server’s default').waitFor();
    await look(page, 'trigger-on-files');
  });

  it('lists them next to the schedules', async () => {
    await page.goto(`${testServer.origin}/schedules`);
    await page.getByRole('link', { name: 'Check the spelling' }).waitFor();
    await page.getByText('When docs/**/*.md changes').waitFor();
    await look(page, 'triggers');
  });

  it('deletes by name', async () => {
    await page.getByRole('button', { name: 'More for Check the spelling' }).click();
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    const button = page.getByRole('button', { name: 'Delete trigger' });
    assert.ok(await button.isDisabled());
    await page.getByLabel('Type Check the spelling to confirm').fill('Check the spelling');
    await button.click();
    await page.getByText('Check the spelling is deleted.').waitFor();
    assert.deepEqual(
      (await triggers()).map(({ name }) => name),
      ['After a deployment'],
    );
  });

  it('is readable by a viewer, who can change nothing', async () => {
    await setRole(testServer, ada, 'viewer');
    await page.reload();
    await page.getByRole('link', { name: 'After a deployment' }).click();
    await page.getByText('who may only watch here by now').waitFor();
    assert.equal(await page.getByRole('button', { name: /Pause|More for|my behalf/ }).count(), 0);
    await look(page, 'trigger-viewer');
  });

  it('loads nothing from elsewhere, and logs no errors', () => assert.deepEqual(complaints, []));
});
