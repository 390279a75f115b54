import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { startRun } from '#features/runs/contract.ts';
import { look, openBrowser, openPage } from './harness/browser.ts';
import { query } from './harness/database.ts';
import { newProject, type Person, signUp, startTestServer, type TestServer } from './harness/test-server.ts';

describe('backups in a browser', { timeout: 180_000 }, () => {
  let folder: string;
  let testServer: TestServer;
  let browser: Browser;
  let page: Page;
  let context: BrowserContext;
  let complaints: string[];
  let operator: Person;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'guildhall-backups-browser-'));
    testServer = await startTestServer({ env: { DATA_DIR: folder } });
    operator = await signUp(testServer, 'Grace Hopper');
    browser = await openBrowser();
    ({ page, context, complaints } = await openPage(browser));
    page.setDefaultTimeout(10_000);
    await enterAs(operator, '/monitor/backups');
  });
  after(async () => {
    await browser.close();
    await testServer.close();
    await rm(folder, { recursive: true });
  });

  async function enterAs(person: Person, path: string): Promise<void> {
    await context.clearCookies();
    await context.addCookies([...person.browser.cookies].map(([name, value]) => ({ name, value, url: testServer.origin })));
    await page.goto(testServer.origin + path);
  }

  it('say what they are, while there are none', async () => {
    await page.getByRole('heading', { name: 'No backups yet' }).waitFor();
    await page.getByText('Backups are only made when you ask for one').waitFor();
    await look(page, 'no-backups');
  });

  it('are made with a click, and named in the command that restores them', async () => {
    await page.getByRole('button', { name: 'Back up now' }).click();
    await page.getByText('Complete', { exact: true }).waitFor();
    const row = page.getByRole('row', { name: /Grace Hopper/ });
    await row.getByText(/^guildhall-\d{8}T\d{6}Z-[0-9a-f]{6}\.backup$/).waitFor();
    await page.getByText(/^npm run restore -- .+\.backup --yes$/).waitFor();
    await look(page, 'backups');
  });

  it('are downloaded, once it is clear who asks', async () => {
    await query(testServer.databaseUrl, `update sessions set sess = jsonb_set(sess, '{confirmedAt}', '0')`);
    const downloading = page.waitForEvent('download');
    await page.getByRole('button', { name: /^Download guildhall-/ }).click();
    await page.getByLabel('Password').fill(operator.password);
    await page.keyboard.press('Enter');
    const download = await downloading;
    const content = await readFile(await download.path());
    assert.ok(content.subarray(0, 16).equals(Buffer.from('GUILDHALL BACKUP')));
  });

  it('are deleted after a question', async () => {
    await page.getByRole('button', { name: /^Delete guildhall-/ }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('heading', { name: 'No backups yet' }).waitFor();
  });

  it('of a machine that is gone are taken off the list', async () => {
    await query(
      testServer.databaseUrl,
      `insert into backups (name, location, host, reason, status, encrypted, ended_at, bytes, rows)
       values ('guildhall-20261130T121500Z-1f3a9c.backup', '/mnt/backups', 'old-server', 'manual', 'done', false, now(), 1, 1)`,
    );
    await page.reload();
    await page.getByText('old-server:/mnt/backups').waitFor();
    await page.getByRole('button', { name: /^Remove guildhall-.+ from the list$/ }).click();
    await page.getByText('Only this entry is removed').waitFor();
    await look(page, 'gone-backup');
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
    await page.getByRole('heading', { name: 'No backups yet' }).waitFor();
  });

  it('that were restored are announced on every screen until an operator confirms, and waiting runs say so', async () => {
    await query(
      testServer.databaseUrl,
      `insert into restores (backup_made_at, backup_version) values (now() - interval '2 hours', 'test')`,
    );
    await query(testServer.databaseUrl, `select pg_notify('guildhall', 'outgoing ')`);
    const { id: projectId } = await newProject(operator);
    const run = { message: 'Hello', model: 'practice', level: 'supervised' } as const;
    const { run: started } = (await operator.call(startRun, { params: { projectId }, body: run })).body;
    await enterAs(operator, `/projects/${projectId}?run=${started.id}`);
    await page.getByText('Waiting: this installation was restored from a backup').waitFor();
    await page.getByText('No email, webhook, schedule, trigger or run goes out until you confirm.').waitFor();
    await look(page, 'held-run');
    await page.goto(testServer.origin);
    await page.getByRole('button', { name: 'Let everything go out' }).waitFor();
    await look(page, 'held');
    await page.getByRole('button', { name: 'Let everything go out' }).click();
    await page.getByRole('button', { name: 'Let everything go out' }).waitFor({ state: 'detached' });
    await page.goto(`${testServer.origin}/projects/${projectId}?run=${started.id}`);
    await page.getByText('Waiting: this installation was restored from a backup').waitFor({ state: 'detached' });
  });

  it('raise no complaint of the browser', () => assert.deepEqual(complaints, []));
});
