import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { createAgent } from '#features/agents/contract.ts';
import { deleteProject } from '#features/projects/contract.ts';
import { look, openBrowser, openPage } from './harness/browser.ts';
import { query } from './harness/database.ts';
import { setRole } from './harness/roles.ts';
import { newProject, type Person, signUp, startTestServer, type TestServer } from './harness/test-server.ts';

describe('the audit log in a browser', { timeout: 240_000 }, () => {
  let testServer: TestServer;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let complaints: string[];
  let person: Person;
  before(async () => {
    testServer = await startTestServer();
    browser = await openBrowser();
    ({ page, context, complaints } = await openPage(browser));
    person = await signUp(testServer);
    await context.addCookies([...person.browser.cookies].map(([name, value]) => ({ name, value, url: testServer.origin })));
  });
  after(async () => {
    await browser.close();
    await testServer.close();
  });

  const entries = () => page.getByRole('listitem').filter({ has: page.getByText('Details') });
  const said = async () => (await entries().locator('p:first-child').allTextContents()).map((text) => text.trim());
  const shows = (count: number) => page.waitForFunction((wanted) => document.querySelectorAll('.audit-entry').length === wanted, count);

  it('starts with the sign-up', async () => {
    await page.goto(`${testServer.origin}/settings/models`);
    await page.getByRole('link', { name: 'Audit' }).click();
    await shows(1);
    assert.deepEqual(await said(), ['Ada Lovelace signed up']);
    await look(page, 'audit-begins');
  });

  it('shows each entry as a sentence that links to its subject', async () => {
    await seed();
    await page.reload();
    await shows(50);
    assert.deepEqual((await said()).slice(0, 8), [
      'Ada Lovelace switched autonomous work off',
      'Guildhall rejected bash, since nobody had answered in time',
      'Ada Lovelace approved edit_file notes.md',
      'A run for Grace Hopper asked for edit_file notes.md',
      'A run for Grace Hopper changed notes.md, plan.md and 3 more',
      'Ada Lovelace made the agent Editor',
      'Ada Lovelace deleted the project Handbook',
      'Ada Lovelace created the project Handbook',
    ]);
    const approved = entries().nth(2);
    await approved.getByText('Details').click();
    await approved.getByText('Fine, but mind the dates.').waitFor();
    await look(page, 'audit');
    const run = approved.getByRole('link', { name: 'Tidy up' });
    assert.match((await run.getAttribute('href')) ?? '', /^\/projects\/[\w-]+\?run=[\w-]+$/);
    // Entries about deleted things have no link.
    assert.equal(await entries().nth(6).getByRole('link').count(), 0);
    await page.getByRole('button', { name: 'Show older ones' }).click();
    await shows(70);
  });

  it('filters by run, person, action, project or day, and exports the same', async () => {
    await entries().nth(2).getByRole('button', { name: 'All of this run' }).click();
    await shows(3);
    await page.getByText('Only what concerns the run Tidy up is shown.').waitFor();
    await page.getByLabel('Who').selectOption('Grace Hopper');
    await shows(2);
    await look(page, 'audit-run');
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'CSV' }).click()]);
    const lines = await readAll(await download.createReadStream());
    assert.equal(lines.trim().split('\r\n').length, 3);
    const refusal = { status: 422, code: 'too_many_entries', detail: 'Choose fewer days.', title: '', type: '', requestId: '' };
    await page.route('**/api/audit/export*', (route) => route.fulfill({ status: 422, json: refusal }));
    await page.getByRole('button', { name: 'CSV' }).click();
    await page.getByText('Choose fewer days.').waitFor();
    await page.reload();
    await shows(2);
    await page.getByLabel('What').selectOption('Schedules: all');
    await page.getByRole('heading', { name: 'Nothing like this' }).waitFor();
    await look(page, 'audit-nothing');
    await page.getByRole('button', { name: 'Show all' }).click();
    await shows(50);
    await page.getByLabel('What').selectOption('Asked for …');
    await shows(1);
    await page.getByLabel('What').selectOption('Everything');
    await page.getByLabel('Project', { exact: true }).selectOption('Website');
    await shows(4);
    await page.getByLabel('Project', { exact: true }).selectOption('All projects');
    await page.getByLabel('To', { exact: true }).fill('2026-01-02');
    await shows(1);
    await page.getByLabel('From', { exact: true }).fill('2026-01-02');
    await page.getByRole('heading', { name: 'Nothing like this' }).waitFor();
    assert.match(page.url(), /\?from=2026-01-02&to=2026-01-02$|\?to=2026-01-02&from=2026-01-02$/);
  });

  it('is in the palette for admins, and says to others which role it needs', async () => {
    await page.keyboard.press('Control+k');
    await page.keyboard.type('who did');
    await page.getByRole('option', { name: /^Audit: Who did what/ }).waitFor();
    await page.keyboard.press('Escape');
    await setRole(testServer, person, 'member');
    await page.reload();
    await page.getByText(/This page needs the role admin in .*; yours is member\./).waitFor();
    assert.equal(await page.getByRole('link', { name: 'Audit' }).count(), 0);
    assert.deepEqual(complaints, []);
  });

  /** 69 entries, the oldest from another day. */
  async function seed(): Promise<void> {
    const project = await newProject(person, 'Website');
    const { organizationId, id: projectId } = project;
    await query(
      testServer.databaseUrl,
      "insert into audit_entries (at, organization_id, user_name, by_run, action) values ('2026-01-01', $1, 'Guildhall', false, 'autonomy.on')",
      [organizationId],
    );
    const { record } = testServer.features.auditLog;
    const { db } = testServer.features;
    const ada = { userId: person.id, name: 'Ada Lovelace', address: '192.0.2.7' };
    for (let index = 0; index < 59; index++) {
      await record(db, {
        organizationId,
        actor: ada,
        action: 'agent.change',
        subject: { kind: 'agent', id: randomUUID(), name: `Agent ${index}` },
      });
    }
    const handbook = await newProject(person, 'Handbook');
    await person.call(deleteProject, { params: { projectId: handbook.id } });
    await person.call(createAgent, { body: { name: 'Editor', instructions: 'Edit.' } });
    const runId = randomUUID();
    await query(
      testServer.databaseUrl,
      `insert into runs (id, project_id, title, status, level, model) values ($1, $2, 'Tidy up', 'done', 'supervised', 'practice')`,
      [runId, projectId],
    );
    const run = { userId: randomUUID(), name: 'Grace Hopper', runId };
    const subject = { kind: 'approval', id: randomUUID(), name: 'edit_file notes.md' };
    await record(db, {
      organizationId,
      actor: run,
      action: 'run.change',
      subject: { kind: 'change', id: null, name: 'notes.md, plan.md and 3 more' },
    });
    await record(db, {
      organizationId,
      actor: run,
      action: 'approval.ask',
      subject,
      detail: { reason: 'Changes of files ask at the level supervised.' },
    });
    await record(db, {
      organizationId,
      actor: ada,
      action: 'approval.approve',
      runId,
      subject,
      detail: { note: 'Fine, but mind the dates.', all: false },
    });
    await record(db, {
      organizationId,
      actor: { userId: null, name: 'Guildhall' },
      action: 'approval.expire',
      subject: { ...subject, name: 'bash' },
    });
    await record(db, { organizationId, actor: ada, action: 'autonomy.off', detail: { runs: 2 } });
  }
});

async function readAll(stream: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
