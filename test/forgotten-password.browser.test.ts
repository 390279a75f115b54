/** The screens for people who cannot sign in. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { currentUser } from '#features/accounts/contract.ts';
import { look, openBrowser, openPage } from './harness/browser.ts';
import { type Mailbox, openMailbox } from './harness/mailbox.ts';
import { mailedLink } from './harness/mailed-link.ts';
import { type Person, signUp, startTestServer, type TestServer } from './harness/test-server.ts';

describe('a forgotten password', { timeout: 180_000 }, () => {
  let mailbox: Mailbox;
  let testServer: TestServer;
  let browser: Browser;
  let page: Page;
  let complaints: string[];
  let person: Person;
  let link = '';
  before(async () => {
    mailbox = await openMailbox();
    testServer = await startTestServer({ env: { SMTP_URL: mailbox.url, MAIL_FROM: 'guildhall@example.com' } });
    browser = await openBrowser();
    ({ page, complaints } = await openPage(browser));
    person = await signUp(testServer);
  });
  after(async () => {
    await browser.close();
    await testServer.close();
    await mailbox.close();
  });

  async function signIn(password: string) {
    await page.getByLabel('Email').fill(person.email);
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Sign in' }).click();
  }

  it('is met on the sign-in screen, which says what is wrong', async () => {
    await page.goto(`${testServer.origin}/inbox`);
    await page.getByText('Guildhall is the workspace').waitFor();
    await signIn('forgotten');
    await page.getByText('Wrong email or password.').waitFor();
    await look(page, 'sign-in-wrong');
    await page.getByRole('link', { name: 'Forgot your password?' }).click();
    await page.getByRole('heading', { name: 'Forgot your password?' }).waitFor();
    await look(page, 'forgot-password');
  });

  it('gets the same answer for an address without an account', async () => {
    const answers: (string | null)[] = [];
    for (const email of ['nobody@example.com', person.email]) {
      await page.goto(`${testServer.origin}/forgot-password`);
      await page.getByLabel('Email').fill(email);
      await page.getByRole('button', { name: 'Send the link' }).click();
      answers.push(await page.getByRole('status').first().textContent());
    }
    assert.match(answers[0] ?? '', /If this address has an account/);
    assert.equal(answers[0], answers[1]);
    await look(page, 'forgot-password-sent');
  });

  it('is replaced by the link in the email, which ends all sessions', async () => {
    link = testServer.origin + (await mailedLink(mailbox, person.email, '/reset-password'));
    await page.goto(link);
    await page.getByText('Use at least 8 characters. The most common passwords are refused.').waitFor();
    await look(page, 'reset-password');
    await page.getByLabel('New password').fill('password1');
    await page.getByRole('button', { name: 'Set password' }).click();
    await page.getByText('Many people use this password').waitFor();
    await page.getByLabel('New password').fill('remembered this time');
    await page.getByRole('button', { name: 'Set password' }).click();
    await page.getByText('Your new password is set. Sign in with it.').waitFor();
    await look(page, 'reset-password-done');
    await assert.rejects(person.call(currentUser, {}), { status: 401 });
    await signIn('remembered this time');
    await page.getByRole('heading', { name: 'Projects', exact: true }).waitFor();
  });

  it('cannot be replaced by the same link again: the screen leads to a new one', async () => {
    await page.goto(link);
    await page.getByLabel('New password').fill('remembered once more');
    await page.getByRole('button', { name: 'Set password' }).click();
    await page.getByText('has already been used').waitFor();
    await look(page, 'reset-password-used');
    await page.getByRole('link', { name: 'Get a new link' }).click();
    await page.getByRole('heading', { name: 'Forgot your password?' }).waitFor();
    await page.goto(`${testServer.origin}/reset-password`);
    await page.getByText('This link is incomplete.').waitFor();
  });

  it('logs no console errors, and loads nothing from elsewhere', () => assert.deepEqual(complaints, []));
});
