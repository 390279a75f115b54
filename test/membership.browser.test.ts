/** Invitations to projects, restricted projects, ownership, leaving and removal, on two servers at once. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { getOrganization, removeMember } from '#features/organizations/contract.ts';
import { startRun } from '#features/runs/contract.ts';
import { endSessionsOfMember } from '#features/sessions/contract.ts';
import { look, openBrowser, openPage } from './harness/browser.ts';
import { addMember, newProject, type Person, signUp, startTestServer, type TestServer } from './harness/test-server.ts';

/** Promised is a second; a busy machine gets more. */
const SOON = { timeout: 10_000 };

describe('membership in a browser', { timeout: 300_000 }, () => {
  let here: TestServer;
  let there: TestServer;
  let browser: Browser;
  let olive: Person;
  let charles: Person;
  let vera: Person;
  let organizationId: string;
  let mill: string;
  let store: string;
  /** Olive is on one server, everybody else on the other. */
  let ofOlive: Page;
  let ofCharles: Page;
  let ofGrace: Page;
  let ofVera: Page;
  const complaints: string[] = [];
  before(async () => {
    here = await startTestServer();
    there = await startTestServer({ databaseUrl: here.databaseUrl });
    browser = await openBrowser();
    olive = await signUp(here, 'Olive Owner');
    charles = await signUp(here, 'Charles Babbage');
    ({ id: mill, organizationId } = await newProject(olive, 'Mill'));
    ({ id: store } = await newProject(olive, 'Store'));
    vera = await signUp(here, 'Vera Rubin');
    for (const person of [charles, vera]) await addMember(here, person, organizationId, 'member');
    [ofOlive, ofCharles] = [await newPage(olive), await newPage(charles)];
    [ofGrace, ofVera] = [await newPage(), await newPage(vera)];
  });
  after(async () => {
    await browser.close();
    await Promise.all([here.close(), there.close()]);
  });

  async function newPage(person?: Person): Promise<Page> {
    const { page, context, complaints: own } = await openPage(browser);
    page.on('close', () => complaints.push(...own));
    const cookies = person ? [...person.browser.cookies] : [];
    await context.addCookies(cookies.map(([name, value]) => ({ name, value, url: here.origin })));
    return page;
  }
  const team = 'Olive Owner’s team';
  const newFile = (page: Page) => page.getByRole('button', { name: 'New file' });
  async function openProject(page: Page, id: string): Promise<void> {
    await page.goto(`${there.origin}/projects/${id}`);
    await page.getByRole('region', { name: 'Files' }).waitFor();
  }
  async function openAccess(name: string) {
    await ofOlive.goto(here.origin);
    await ofOlive.getByRole('button', { name: `Actions for ${name}` }).click();
    await ofOlive.getByRole('menuitem', { name: 'Access' }).click();
    return ofOlive.getByRole('dialog', { name: `Access to ${name}` });
  }

  it('begins with an invitation that opens a project to a viewer of everything else', async () => {
    await ofOlive.goto(`${here.origin}/settings/invitations`);
    await ofOlive.getByRole('button', { name: 'Invite people' }).first().click();
    const dialog = ofOlive.getByRole('dialog', { name: 'Invite someone' });
    await dialog.getByLabel('Role', { exact: true }).selectOption('Viewer');
    await dialog.getByLabel('Add a project').selectOption('Store');
    await dialog.getByLabel('Role in Store').selectOption('Member');
    await look(ofOlive, 'invite-projects', 1000);
    await dialog.getByRole('button', { name: 'Create invitation' }).click();
    const link = await ofOlive.getByRole('dialog', { name: 'Invitation link' }).getByLabel('Link', { exact: true }).inputValue();
    await ofGrace.goto(there.origin + link.slice(new URL(link).origin.length));
    await ofGrace.getByRole('link', { name: 'Create an account' }).click();
    await ofGrace.getByLabel('Name').fill('Grace Hopper');
    await ofGrace.getByLabel('Email').fill('grace@example.com');
    await ofGrace.getByLabel('Password', { exact: true }).fill('correct horse battery');
    await ofGrace.getByRole('button', { name: 'Sign up' }).click();
    await ofGrace.getByRole('link', { name: 'Store' }).waitFor();
    await openProject(ofGrace, store);
    await newFile(ofGrace).first().waitFor();
    await openProject(ofGrace, mill);
    assert.equal(await newFile(ofGrace).count(), 0);
  });

  it('follows who is listed in a restricted project, and with which role', async () => {
    for (const page of [ofCharles, ofVera]) {
      await openProject(page, mill);
      await newFile(page).first().waitFor();
    }
    const dialog = await openAccess('Mill');
    await dialog.getByLabel('Only listed people').check();
    await dialog.getByLabel('Add a person').selectOption(`Charles Babbage (${charles.email})`);
    await dialog.getByLabel('Role of Charles Babbage').selectOption('Viewer');
    await look(ofOlive, 'project-access-listed', 1000);
    await dialog.getByRole('button', { name: 'Save access' }).click();
    await ofOlive.getByText('The access is saved.').waitFor();
    // Their pages are open, and change without being touched.
    await newFile(ofCharles)
      .first()
      .waitFor({ state: 'detached', ...SOON });
    await ofVera.getByRole('heading', { name: 'There is nothing here' }).waitFor(SOON);
    await ofGrace.goto(there.origin);
    await ofGrace.getByRole('link', { name: 'Store' }).waitFor();
    assert.equal(await ofGrace.getByRole('link', { name: 'Mill' }).count(), 0);
    await ofGrace.goto(`${there.origin}/projects/${mill}`);
    await ofGrace.getByRole('heading', { name: 'There is nothing here' }).waitFor();
  });

  it('says the new role to whom the ownership is transferred, and the former owner keeps the organization as admin', async () => {
    await ofOlive.goto(`${here.origin}/settings/general`);
    await ofOlive.getByRole('button', { name: 'Transfer ownership' }).click();
    const dialog = ofOlive.getByRole('dialog', { name: 'Transfer ownership' });
    await dialog.getByLabel('New owner').selectOption(`Charles Babbage (${charles.email})`);
    await look(ofOlive, 'transfer-ownership');
    await dialog.getByRole('button', { name: 'Transfer ownership' }).click();
    await ofOlive.getByText('Charles Babbage is now the owner.').waitFor();
    await ofCharles.getByText(`Your role in ${team} is now owner.`).waitFor(SOON);
    await newFile(ofCharles).first().waitFor();
    await ofOlive.getByRole('button', { name: 'Transfer ownership' }).waitFor({ state: 'detached' });
    const { organization } = (await olive.call(getOrganization, { query: { organization: organizationId } })).body;
    assert.equal(organization.role, 'admin');
  });

  it('ends for somebody who leaves, who is told so', async () => {
    await ofOlive.getByRole('button', { name: 'Leave' }).click();
    await ofOlive.getByRole('button', { name: 'Leave organization' }).click();
    await ofOlive.getByRole('heading', { level: 2, name: 'You’re not in an organization' }).waitFor();
    await ofOlive.getByText(`You’re no longer a member of ${team}.`).waitFor();
  });

  it('ends at once for somebody who is removed while they read a run on another server', async () => {
    const body = { message: 'tell the time for 60 s, 5 times a second', model: 'practice', level: 'supervised' } as const;
    const { run } = (await charles.call(startRun, { params: { projectId: store }, body })).body;
    await ofGrace.goto(`${there.origin}/projects/${store}?run=${run.id}`);
    await ofGrace.getByText('tell the time for 60 s').first().waitFor();
    await ofGrace.getByRole('button', { name: 'Stop' }).waitFor();
    const grace = await ofGrace.evaluate(async () => (await (await fetch('/api/auth/user')).json()) as { user: { id: string } });
    const removedAt = performance.now();
    await charles.call(removeMember, { query: { organization: organizationId }, params: { userId: grace.user.id } });
    await ofGrace.getByText(`You’re no longer a member of ${team}.`).waitFor(SOON);
    await ofGrace.getByRole('heading', { level: 2, name: 'You’re not in an organization' }).waitFor(SOON);
    const ms = Math.round(performance.now() - removedAt);
    assert.ok(ms < SOON.timeout, `${ms} ms`);
    assert.equal(await ofGrace.getByText('tell the time').count(), 0, 'nothing of the run stays');
    assert.equal(new URL(ofGrace.url()).pathname, '/');
    await ofGrace.goBack();
    await ofGrace.getByRole('heading', { level: 2, name: 'You’re not in an organization' }).waitFor();
  });

  it('outlives a session that an admin ends, which is over at once', async () => {
    await ofVera.goto(`${there.origin}/inbox`);
    await ofVera.getByRole('heading', { level: 1, name: 'Inbox' }).waitFor();
    await charles.call(endSessionsOfMember, { query: { organization: organizationId }, params: { userId: vera.id } });
    await ofVera.getByRole('button', { name: 'Sign in' }).waitFor(SOON);
    await ofVera.getByText('Your session has ended').waitFor();
  });

  it('logs no console errors, and loads nothing from elsewhere', async () => {
    for (const page of [ofOlive, ofCharles, ofGrace, ofVera]) await page.close();
    assert.deepEqual(complaints, []);
  });
});
