import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { getNotificationSettings } from '#features/notifications/contract.ts';
import { createPublicFetch } from '#kernel/http/public-fetch.ts';
import { look, openBrowser, openPage } from './harness/browser.ts';
import { isNotification, type Mailbox, openMailbox } from './harness/mailbox.ts';
import { endRun } from './harness/notifying-events.ts';
import { putRun } from './harness/run-states.ts';
import { newProject, type Person, resolveExamples, signUp, startTestServer, type TestServer } from './harness/test-server.ts';

describe('notifications in a browser', { timeout: 240_000 }, () => {
  let mailbox: Mailbox;
  let receiver: Server;
  let hook: string;
  let answer = 204;
  let testServer: TestServer;
  let browser: Browser;
  let page: Page;
  let complaints: string[];
  let person: Person;

  before(async () => {
    mailbox = await openMailbox({ only: isNotification });
    receiver = createServer((request, response) => void request.resume().on('end', () => response.writeHead(answer).end()));
    receiver.listen(0, '127.0.0.1');
    await once(receiver, 'listening');
    hook = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
    const env = { SMTP_URL: mailbox.url, MAIL_FROM: 'guildhall@example.com' };
    testServer = await startTestServer({ env, publicFetch: createPublicFetch({ resolve: resolveExamples, isAllowed: () => true }) });
    browser = await openBrowser();
    let context: BrowserContext;
    ({ page, context, complaints } = await openPage(browser));
    person = await signUp(testServer);
    await context.addCookies([...person.browser.cookies].map(([name, value]) => ({ name, value, url: testServer.origin })));
  });
  after(async () => {
    await browser.close();
    await testServer.close();
    await mailbox.close();
    receiver.close();
  });

  it('starts with in-page notifications only, and says so if there are none yet', async () => {
    await page.goto(`${testServer.origin}/account/notifications`);
    await page.getByText('You were told nothing yet').waitFor();
    assert.ok(await page.getByRole('checkbox', { name: 'A run of mine has ended: Page' }).isChecked());
    assert.ok(await page.getByRole('checkbox', { name: 'A run of mine has ended: Webhook' }).isDisabled());
    await look(page, 'notifications-empty', 1700);
  });

  it('says what is wrong with an address, and keeps the choices', async () => {
    await page.getByRole('checkbox', { name: 'An approval is asked: Email' }).check();
    await page.getByLabel('Address').fill('ftp://example.com');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('Write an address that begins with https://').waitFor();
    await page.getByLabel('Address').fill(hook);
    await page.getByRole('checkbox', { name: 'A run of mine has ended: Webhook' }).check();
    await page.getByRole('checkbox', { name: 'A run of mine has ended: Email' }).check();
    await page.getByLabel('Which: A run of mine has ended').selectOption('any run');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('Your notifications are saved.').waitFor();
    const { choices, webhook } = (await person.call(getNotificationSettings, {})).body.settings;
    assert.deepEqual([choices.approval_asked.email, choices.run_ended], [true, { page: true, email: true, webhook: true, of: 'all' }]);
    assert.equal(webhook.url, hook);
  });

  it('shows the secret of a webhook once', async () => {
    await page.getByRole('button', { name: 'Make a secret' }).click();
    const secret = await page.getByText(/^whsec_/).textContent();
    assert.ok(secret);
    await look(page, 'notifications-secret');
    await page.getByRole('button', { name: 'Done' }).click();
    await page.getByRole('button', { name: 'Make a new secret' }).waitFor();
    await page.reload();
    await page.getByRole('button', { name: 'Make a new secret' }).waitFor();
    assert.ok(!(await page.content()).includes(secret));
  });

  it('sends a test by email and webhook, and shows the result', async () => {
    const [email, webhook] = [page.getByRole('group', { name: 'Email' }), page.getByRole('group', { name: 'Webhook' })];
    await email.getByRole('button', { name: 'Send a test' }).click();
    await email.getByText('Look into your mailbox').waitFor();
    await mailbox.to(person.email);
    answer = 500;
    await webhook.getByRole('button', { name: 'Send a test' }).click();
    await webhook.getByText('It answered HTTP 500.').waitFor();
    await look(page, 'notifications-tested', 1700);
  });

  it('lists what was delivered and what is retried, with links', async () => {
    const project = await newProject(person, 'Website');
    const runId = await putRun({ databaseUrl: testServer.databaseUrl, projectId: project.id, userId: person.id }, 'waiting', []);
    await endRun(testServer.features.db, runId, 'failed');
    await mailbox.to(person.email, 2);
    await page.goto(`${testServer.origin}/agents`);
    await page.goto(`${testServer.origin}/account#notifications`);
    await page.getByText('Shown in the page').waitFor();
    await page.getByText('Email sent').waitFor();
    await page.getByText(/Webhook under way: It answered HTTP 500\. Next attempt/).waitFor();
    await look(page, 'notifications', 1900);
    await page.getByRole('link', { name: 'Failed: “Put here” in Website' }).first().click();
    await page.waitForURL(`**/projects/${project.id}?run=${runId}`);
  });

  it('notifies in the page once of what happens meanwhile, with a link', async () => {
    const project = await newProject(person, 'Handbook');
    const runId = await putRun({ databaseUrl: testServer.databaseUrl, projectId: project.id, userId: person.id }, 'waiting', []);
    const firstLook = page.waitForResponse((response) => response.url().includes('channel=page'));
    await page.goto(`${testServer.origin}/agents`);
    await firstLook;
    await endRun(testServer.features.db, runId, 'done');
    const toast = page.getByRole('region', { name: 'Notifications' }).getByText('Done: “Put here” in Handbook');
    await toast.waitFor();
    assert.equal(await toast.count(), 1);
    await page.getByRole('region', { name: 'Notifications' }).getByRole('button', { name: 'Open' }).click();
    await page.waitForURL(`**/projects/${project.id}?run=${runId}`);
  });

  it('says who can set up email if it is not configured', async () => {
    const bare = await startTestServer({ databaseUrl: testServer.databaseUrl });
    await page.goto(`${bare.origin}/account/notifications`);
    await page.getByText('Whoever runs this Guildhall can do it').waitFor();
    assert.ok(await page.getByRole('checkbox', { name: 'Autonomy is switched off: Email' }).isDisabled());
    await look(page, 'notifications-no-mail', 1700);
    // The page loads the palette ahead, and would find nobody.
    await page.goto('about:blank');
    await bare.close();
  });

  it('logs no console errors, and loads nothing from elsewhere', () => assert.deepEqual(complaints, []));
});
