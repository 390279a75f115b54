import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { readClock } from '#features/models/server/demo-clock.ts';
import { readCommands } from '#features/models/server/demo-commands.ts';
import { texts } from '#features/runs/client/texts/list.ts';
import { look, openBrowser, openPage } from './harness/browser.ts';
import { startTestServer, type TestServer } from './harness/test-server.ts';

describe('a new user in a browser', { timeout: 180_000 }, () => {
  let testServer: TestServer;
  let browser: Browser;
  let page: Page;
  let context: BrowserContext;
  let complaints: string[];
  before(async () => {
    testServer = await startTestServer({ demoPace: 60 });
    browser = await openBrowser();
    ({ page, context, complaints } = await openPage(browser));
  });
  after(async () => {
    await browser.close();
    await testServer.close();
  });

  it('is asked to sign in, and signs up', async () => {
    await page.goto(testServer.origin);
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await look(page, 'sign-in');
    await page.getByRole('link', { name: 'Sign up' }).click();
    await look(page, 'sign-up');
    await page.getByLabel('Name').fill('Ada Lovelace');
    await page.getByLabel('Email').fill('ada@example.com');
    await page.getByLabel('Password').fill('short');
    await page.getByRole('button', { name: 'Sign up' }).click();
    await page.getByText('Use at least 8 characters.').waitFor();
    await page.getByLabel('Password').fill('correct horse battery');
    await page.getByRole('button', { name: 'Sign up' }).click();
    await page.getByRole('heading', { name: 'Projects', exact: true }).waitFor();
    await look(page, 'no-projects');
  });

  it('creates a project', async () => {
    await page.getByRole('button', { name: 'New project' }).first().click();
    await page.getByLabel('Name').fill('Analytical engine');
    await page.getByRole('button', { name: 'Create project' }).click();
    await page.getByRole('region', { name: 'Files' }).waitFor();
    await page.getByText('built-in demo, not from a language model').waitFor();
    await look(page, 'empty-project');
  });

  it('is offered examples, which the demo model executes', async () => {
    for (const message of texts.examples) assert.ok(!readCommands(message).includes(undefined) || readClock(message), message);
    const [example] = texts.examples;
    await page.getByRole('list', { name: 'Examples' }).getByRole('button', { name: example }).click();
    await page.waitForFunction(
      (text) => document.activeElement instanceof HTMLTextAreaElement && document.activeElement.value === text,
      example,
    );
    const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8');
    const [, suggested = ''] = /ask the agent to\s+“([^”]+)”/.exec(readme) ?? [];
    assert.equal(suggested.toLowerCase(), example.toLowerCase(), 'the README suggests what is offered first');
    await page.getByRole('button', { name: 'Send' }).click();
    await page.getByRole('button', { name: 'Approve', exact: true }).click();
    await page.getByRole('treeitem', { name: 'welcome.md' }).waitFor();
    await page.goto(page.url().replace(/\?.*/, ''));
  });

  it('writes a file and saves it', async () => {
    await page.getByRole('button', { name: 'New file' }).first().click();
    await page.getByRole('textbox', { name: 'Name of the new file' }).fill('notes/first.md');
    await page.keyboard.press('Enter');
    await page.locator('.cm-content').click();
    await page.keyboard.type('# Notes\n\nRemember the milk.');
    await page.keyboard.press('Control+s');
    await page.getByText('Saved', { exact: true }).waitFor();
    await page.getByRole('treeitem', { name: 'first.md' }).waitFor();
  });

  it('asks the agent to list the files and to write one, approves it, and sees it appear', async () => {
    await page.getByLabel('Message').fill('list the files, then write plans/plan.md: Build the engine');
    await page.getByRole('button', { name: 'Send' }).click();
    await page.getByRole('cell', { name: 'Build the engine' }).waitFor();
    assert.equal(await page.getByRole('treeitem', { name: 'plan.md' }).count(), 0);
    await page.getByRole('button', { name: 'Approve', exact: true }).click();
    await page.getByRole('treeitem', { name: 'plan.md' }).waitFor();
    await page.getByText(/The agent is done/).waitFor();
    await look(page, 'run');
  });

  it('reloads midway through the stream and misses nothing', async () => {
    await page.getByLabel('Message').fill('hello');
    await page.getByRole('button', { name: 'Send' }).click();
    await page
      .getByText(/demo model/)
      .last()
      .waitFor();
    await page.reload();
    await page.getByText('write notes.md: what to write').waitFor();
    await page.getByText(/see .*env\.example/).waitFor();
    const conversation = (await page.getByRole('region', { name: 'Conversation' }).textContent()) ?? '';
    assert.equal(conversation.split('I am the').length - 1, 1);
    assert.equal(conversation.split('Join several with').length - 1, 1);
  });

  it('learns when someone else saved the file, and loses nothing', async () => {
    await page.getByRole('treeitem', { name: 'plan.md' }).click();
    await page.getByText('Build the engine').first().waitFor();
    await page.locator('.cm-content').click();
    await page.keyboard.press('Control+End');
    await page.keyboard.type('and the mill');
    const url = `${testServer.origin}/api/projects/${page.url().split('/projects/')[1]?.split('?')[0]}/file?path=plans/plan.md`;
    const etag = (await context.request.get(url)).headers()['etag'] ?? '';
    assert.equal(
      (await context.request.put(url, { data: 'Changed elsewhere\n', headers: { 'if-match': etag, origin: testServer.origin } })).status(),
      200,
    );
    await page.keyboard.press('Control+s');
    await page.getByRole('button', { name: 'Keep this version' }).waitFor();
    await page.getByText('Changed elsewhere').first().waitFor();
    await look(page, 'conflict');
    await page.getByRole('button', { name: 'Keep this version' }).click();
    await page.getByText('Saved', { exact: true }).waitFor();
    assert.match(await (await context.request.get(url)).text(), /and the mill/);
  });

  it('sees the sessions of the account, and signs out', async () => {
    await page.goto(`${testServer.origin}/account/security`);
    await page.getByText('127.0.0.1').first().waitFor();
    await look(page, 'account-security');
    await page.getByRole('link', { name: 'Profile' }).click();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await page.goto(`${testServer.origin}/account`);
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  });

  it('sees no console errors, and loads nothing from elsewhere', () => {
    assert.deepEqual(complaints, []);
  });
});
