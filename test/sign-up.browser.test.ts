/** Signing up with an invitation. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { createInvitation, type Invitation } from '#features/organizations/invitations-contract.ts';
import type { CallOf } from '#wire/contract.ts';
import { look, openBrowser, openPage } from './harness/browser.ts';
import { newProject, type Person, signUp, startTestServer, type TestServer } from './harness/test-server.ts';

describe('signing up with an invitation', { timeout: 180_000 }, () => {
  let testServer: TestServer;
  let browser: Browser;
  let page: Page;
  let complaints: string[];
  let founder: Person;
  before(async () => {
    testServer = await startTestServer({ env: { SIGNUP: 'invite' } });
    browser = await openBrowser();
    ({ page, complaints } = await openPage(browser));
    founder = await signUp(testServer);
    await newProject(founder, 'Analytical engine');
  });
  after(async () => {
    await browser.close();
    await testServer.close();
  });

  /** @returns the address of the sign-up screen for a new invitation */
  async function invite(body: CallOf<typeof createInvitation>['body']): Promise<string> {
    const { link } = (await founder.call(createInvitation, { body })).body;
    const token = new URL(link).searchParams.get('token') ?? '';
    return `${testServer.origin}/signup?${new URLSearchParams({ invitation: token })}`;
  }
  const role: Invitation['role'] = 'viewer';
  let used = '';

  it('says who invites whom to what, and fixes the address it is for', async () => {
    used = await invite({ email: 'charles@example.com', role });
    await page.goto(used);
    await page.getByText(/^Ada Lovelace invited you to /).waitFor();
    const email = page.getByLabel('Email');
    assert.equal(await email.inputValue(), 'charles@example.com');
    assert.equal(await email.isEditable(), false);
    await look(page, 'sign-up-invited');
  });

  it('joins the organization', async () => {
    await page.getByLabel('Name').fill('Charles Babbage');
    await page.getByLabel('Password').fill('difference engine no 2');
    await page.getByRole('button', { name: 'Sign up' }).click();
    await page.getByText('Analytical engine').first().waitFor();
  });

  it('offers new organizations to nobody but operators', async () => {
    await page.getByRole('button', { name: 'Organization: Ada Lovelace’s team' }).click();
    await page.getByRole('menuitemradio', { name: 'Ada Lovelace’s team' }).waitFor();
    assert.equal(await page.getByRole('menuitem', { name: 'New organization' }).count(), 0);
    await page.keyboard.press('Escape');
    const { page: operators } = await openPage(browser);
    await operators.context().addCookies([...founder.browser.cookies].map(([name, value]) => ({ name, value, url: testServer.origin })));
    await operators.goto(testServer.origin);
    await operators.getByRole('button', { name: 'Organization: Ada Lovelace’s team' }).click();
    await operators.getByRole('menuitem', { name: 'New organization' }).waitFor();
    await operators.close();
  });

  it('says why a link no longer works, before anything is entered', async () => {
    await page.context().clearCookies();
    await page.goto(used);
    await page.getByText('This invitation has been used already. Ask for a new one.').waitFor();
    assert.equal(await page.getByLabel('Password').count(), 0);
    await look(page, 'sign-up-used');
  });

  it('leads people who have an account to it, and back to the invitation', async () => {
    await page.goto(await invite({ role }));
    await page.getByRole('link', { name: 'Sign in' }).click();
    await page.waitForURL(/\/signin\?next=%2Finvitation%3Ftoken%3D/);
    await page.getByRole('link', { name: 'Sign up' }).click();
    await page.waitForURL(/\/signup\?invitation=/);
    await page.getByText(/^Ada Lovelace invited you to /).waitFor();
    assert.equal(await page.getByLabel('Email').isEditable(), true);
  });

  it('logs no console errors, and loads nothing from elsewhere', () => assert.deepEqual(complaints, []));
});
