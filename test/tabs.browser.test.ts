/** Several tabs of one browser, its connection, and the people who use it one after the other. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { saveFile } from '#features/files/contract.ts';
import { listProjects } from '#features/projects/contract.ts';
import { listRuns } from '#features/runs/contract.ts';
import { look, openBrowser, openPage } from './harness/browser.ts';
import { addMember, newProject, type Person, signUp, startTestServer, type TestServer } from './harness/test-server.ts';

describe('several tabs of a browser', { timeout: 240_000 }, () => {
  let testServer: TestServer;
  let browser: Browser;
  let context: BrowserContext;
  let one: Page;
  let two: Page;
  let complaints: string[];
  let ada: Person;
  let eve: Person;
  let project: string;
  before(async () => {
    testServer = await startTestServer();
    browser = await openBrowser();
    ({ page: one, context, complaints } = await openPage(browser));
    two = await context.newPage();
    ada = await signUp(testServer);
    eve = await signUp(testServer, 'Eve Moneypenny');
    const { id, organizationId } = await newProject(ada);
    await addMember(testServer, eve, organizationId, 'member');
    await ada.call(saveFile, { params: { projectId: id }, query: { path: 'a.md' }, body: 'one\n' });
    project = `${testServer.origin}/projects/${id}?file=a.md`;
  });
  after(async () => {
    await browser.close();
    await testServer.close();
  });

  async function signIn(page: Page, { email, password }: Person): Promise<void> {
    await page.getByLabel('Email').fill(email);
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Sign in' }).click();
  }
  const editor = (page: Page) => page.locator('.cm-content');
  const type = async (page: Page, text: string) => {
    await editor(page).click();
    await page.keyboard.press('Control+End');
    await page.keyboard.type(text);
  };

  it('say who saved a file meanwhile: you, in another tab', async () => {
    await one.goto(project);
    await signIn(one, ada);
    await editor(one).getByText('one').waitFor();
    await two.goto(project);
    await editor(two).getByText('one').waitFor();
    await type(one, 'from the first');
    await type(two, 'from the second');
    await one.keyboard.press('Control+s');
    await one.getByText('Saved', { exact: false }).first().waitFor();
    await two.keyboard.press('Control+s');
    await two.getByText('You saved this file in another tab').waitFor();
    await look(two, 'own-conflict');
    await two.getByText('Changed in another tab', { exact: true }).waitFor();
    await two.getByRole('button', { name: 'Take the other version' }).click();
  });

  it('save offline edits as soon as the connection is back, and show nothing outdated', async () => {
    await context.setOffline(true);
    await type(two, 'offline');
    await two.keyboard.press('Control+s');
    await two.getByText('You are offline. Try again').first().waitFor();
    await two.getByLabel('Message').fill('kept while offline');
    await two.getByRole('button', { name: 'Send' }).click();
    await two.locator('.composer').getByRole('alert').waitFor();
    assert.equal(await two.getByLabel('Message').inputValue(), 'kept while offline');
    await context.setOffline(false);
    await one.getByText('offline', { exact: false }).first().waitFor({ timeout: 30_000 });
    for (const note of ['.composer [role=alert]', '.editor-notes [role=alert]']) await two.locator(note).waitFor({ state: 'detached' });
    assert.equal(await two.getByLabel('Message').inputValue(), 'kept while offline');
  });

  it('keep edits of a policy over a reload', async () => {
    await one.goto(`${testServer.origin}/settings/autonomy`);
    await one.getByLabel(/Auto-reject after/).fill('36');
    await one.reload();
    await one.getByText('Restored your unsaved changes.').waitFor();
    assert.equal(await one.getByLabel(/Auto-reject after/).inputValue(), '36');
    await look(one, 'policy-restored');
    await one.getByRole('button', { name: 'Discard' }).click();
    await one.getByText('Restored your unsaved changes.').waitFor({ state: 'detached' });
  });

  it('follow a sign-out in one of them, and say so', async () => {
    await type(two, 'never saved');
    await two.getByText('Unsaved').first().waitFor();
    // The other tab's requests are rejected before it is told why.
    await one.route('**/api/auth/logout', async (route) => {
      const response = await route.fetch();
      const signedOut = two.getByText('You signed out in another tab.');
      // Its live stream may have ended first.
      await Promise.race([two.getByRole('button', { name: 'History' }).click(), signedOut.waitFor()]);
      await signedOut.waitFor();
      await route.fulfill({ response });
    });
    await one.goto(`${testServer.origin}/account`);
    await one.getByRole('button', { name: 'Sign out' }).click();
    await one.getByRole('heading', { name: 'Sign in' }).waitFor();
    await two.getByRole('heading', { name: 'Sign in' }).waitFor();
    assert.match(two.url(), /\/signin\?next=/);
    await look(two, 'signed-out-elsewhere');
  });

  it('show the next person nothing the previous one typed', async () => {
    await signIn(one, eve);
    await two.getByLabel('Message').waitFor();
    assert.equal(await two.getByLabel('Message').inputValue(), '');
    await editor(two).getByText('one').waitFor();
    assert.doesNotMatch((await editor(two).textContent()) ?? '', /never saved/);
  });

  it('never act for a person who signed in elsewhere meanwhile', async () => {
    const headers = { 'guildhall-user': ada.id };
    await assert.rejects(eve.call(listProjects, {}, { headers }), { status: 409, code: 'other_user' });
    assert.equal((await ada.call(listProjects, {}, { headers })).status, 200);
    // As if the other tabs could not be notified.
    await two.getByLabel('Message').fill('in the name of Eve');
    // What the page asks on its own would find out before the message does.
    const own = /\/(?:presence|changes|user)(?:$|\?)/;
    await two.route(own, (route) => route.abort());
    await context.clearCookies();
    await context.addCookies([...ada.browser.cookies].map(([name, value]) => ({ name, value, url: testServer.origin })));
    await two.getByRole('button', { name: 'Send' }).click();
    await two.unroute(own);
    await two.waitForFunction(
      () => (document.querySelector('textarea[aria-label=Message]') as HTMLTextAreaElement | null)?.value === 'kept while offline',
    );
    const { projects } = (await ada.call(listProjects, {})).body;
    const { runs } = (await ada.call(listRuns, { params: { projectId: projects[0]?.id ?? '' } })).body;
    assert.deepEqual(runs, []);
  });

  it('log no console errors except for broken connections', () =>
    assert.deepEqual(
      complaints.filter((complaint) => !/ERR_INTERNET_DISCONNECTED|Failed to load resource/.test(complaint)),
      [],
    ));
});
