/** My settings: profile, security and appearance. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { currentUser, login, type User } from '#features/accounts/contract.ts';
import { listSessions } from '#features/sessions/contract.ts';
import { look, openBrowser, openPage } from './harness/browser.ts';
import { type Mailbox, openMailbox } from './harness/mailbox.ts';
import { mailedLink } from './harness/mailed-link.ts';
import { createBrowser, type Person, signUp, startTestServer, type TestServer } from './harness/test-server.ts';

describe('My settings', { timeout: 240_000 }, () => {
  let mailbox: Mailbox;
  let testServer: TestServer;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let complaints: string[];
  let { email, password } = { email: '', password: '' };
  before(async () => {
    mailbox = await openMailbox();
    testServer = await startTestServer({ env: { SMTP_URL: mailbox.url, MAIL_FROM: 'guildhall@example.com' } });
    browser = await openBrowser();
    ({ page, context, complaints } = await openPage(browser));
    const person: Person = await signUp(testServer);
    ({ email, password } = person);
    await context.addCookies([...person.browser.cookies].map(([name, value]) => ({ name, value, url: testServer.origin })));
  });
  after(async () => {
    await browser.close();
    await testServer.close();
    await mailbox.close();
  });

  const open = (path: string) => page.goto(testServer.origin + path);
  /** As the page is signed in: a new password begins a new session. */
  const user = async () => {
    const response = await context.request.get(`${testServer.origin}/api/auth/user`);
    return ((await response.json()) as { user: User }).user;
  };
  /** Another browser of the same person. */
  async function signInElsewhere() {
    const other = createBrowser(testServer.origin);
    await other.call(login, { body: { email, password } });
    return other;
  }

  it('opens by its old addresses, also those in emails', async () => {
    await open('/account');
    await page.waitForURL('**/account/profile');
    await page.getByRole('heading', { name: 'Profile' }).waitFor();
    await open('/account#notifications');
    await page.waitForURL('**/account/notifications');
    await page.getByRole('heading', { name: 'My notifications' }).waitFor();
  });

  it('is a list of its pages on a phone', async () => {
    await page.setViewportSize({ width: 390, height: 860 });
    await open('/account');
    await page.getByRole('link', { name: 'Security' }).click();
    await page.getByRole('heading', { name: 'Password' }).waitFor();
    await page.getByRole('link', { name: 'My settings' }).click();
    await page.getByRole('link', { name: 'Appearance' }).waitFor();
    await page.setViewportSize({ width: 1360, height: 860 });
  });

  it('changes the name, and shows what is wrong with one', async () => {
    await open('/account/profile');
    await page.getByLabel('Name').fill('Ada\u200bKing');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('invisible character').waitFor();
    await page.getByLabel('Name').fill('Ada King');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Your name is saved.').waitFor();
    await page.locator('main .avatar', { hasText: 'AK' }).waitFor();
    assert.equal((await user()).name, 'Ada King');
    await look(page, 'account-profile');
  });

  it('uploads a picture after a preview, small and square, and removes it', async () => {
    await open('/account/profile');
    const file = page.locator('input[type=file]');
    await file.setInputFiles({ name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('no picture') });
    await page.getByText('can’t be read as a picture').waitFor();
    // Larger than the server takes.
    await file.setInputFiles({ name: 'photo.bmp', mimeType: 'image/bmp', buffer: bitmap(900, 600) });
    const preview = page.getByRole('dialog', { name: 'Use this picture?' });
    await preview.getByRole('img').waitFor();
    await look(page, 'account-picture');
    await preview.getByRole('button', { name: 'Cancel' }).click();
    assert.equal((await user()).picture, undefined);
    await file.setInputFiles({ name: 'photo.bmp', mimeType: 'image/bmp', buffer: bitmap(900, 600) });
    await preview.getByRole('button', { name: 'Use picture' }).click();
    await page.getByText('Your picture is saved.').waitFor();
    const shown = page.locator('main .avatar img');
    assert.deepEqual(
      await shown.evaluate(async (image: HTMLImageElement) => {
        await image.decode();
        return [image.naturalWidth, image.naturalHeight];
      }),
      [256, 256],
    );
    await look(page, 'account-with-picture');
    await page.getByRole('button', { name: 'Remove' }).click();
    await shown.waitFor({ state: 'detached' });
    assert.equal((await user()).picture, undefined);
  });

  it('changes the password, which ends the other sessions', async () => {
    const other = await signInElsewhere();
    await open('/account/security');
    await page.getByRole('button', { name: /^Sign out node/ }).waitFor();
    await look(page, 'account-security');
    const next = 'a new horse battery';
    await page.getByLabel('Current password').fill('not the password');
    await page.getByLabel('New password').fill(next);
    await page.getByRole('button', { name: 'Change password' }).click();
    await page.getByText('Wrong password.').waitFor();
    await page.getByLabel('Current password').fill(password);
    await page.getByLabel('New password').fill('password123');
    await page.getByRole('button', { name: 'Change password' }).click();
    await page.getByText('Many people use this password').waitFor();
    await page.getByLabel('New password').fill(next);
    await page.getByRole('button', { name: 'Show password' }).last().click();
    assert.equal(await page.getByLabel('New password').getAttribute('type'), 'text');
    await page.getByRole('button', { name: 'Change password' }).click();
    await page.getByText('Your password is changed.').waitFor();
    password = next;
    await assert.rejects(other.call(currentUser, {}), { status: 401 });
    await page.getByRole('button', { name: /^Sign out node/ }).waitFor({ state: 'detached' });
    await page.reload();
    await page.getByRole('heading', { name: 'Sessions' }).waitFor();
  });

  it('signs out everywhere else', async () => {
    const other = await signInElsewhere();
    await open('/account/security');
    await page.getByRole('button', { name: 'Sign out everywhere else' }).click();
    await page.getByText('You are signed out everywhere else.').waitFor();
    await assert.rejects(other.call(listSessions, {}), { status: 401 });
  });

  it('confirms the email address it has', async () => {
    await open('/account/security');
    await page.getByText('Not confirmed').waitFor();
    await page.getByRole('button', { name: 'Send confirmation' }).click();
    const dialog = page.getByRole('dialog', { name: 'Send confirmation email' });
    await dialog.getByLabel('Password').fill(password);
    await dialog.getByRole('button', { name: 'Send link' }).click();
    await page.getByText('An email with a link is on its way').waitFor();
    await look(page, 'account-confirmation-sent');
    // The first was sent on signing up.
    await page.goto(testServer.origin + (await mailedLink(mailbox, email, '/verify-email', 2)));
    await page.getByRole('button', { name: 'Confirm address' }).click();
    await page.getByText(`${email} is confirmed.`).waitFor();
    await open('/account/security');
    await page.getByText('Confirmed', { exact: true }).waitFor();
  });

  it('changes the email address once the new one is confirmed by a click', async () => {
    const address = 'ada.king@example.com';
    await open('/account/security');
    await page.getByRole('button', { name: 'Change email' }).click();
    const dialog = page.getByRole('dialog', { name: 'Change email' });
    await dialog.getByLabel('New email').fill('nowhere');
    await dialog.getByLabel('Password').fill('not the password');
    await dialog.getByRole('button', { name: 'Send link' }).click();
    await dialog.getByText(/valid email address/).waitFor();
    await dialog.getByLabel('New email').fill(address);
    await dialog.getByRole('button', { name: 'Send link' }).click();
    await dialog.getByText('Wrong password.').waitFor();
    await look(page, 'account-change-email');
    await dialog.getByLabel('Password').fill(password);
    await dialog.getByRole('button', { name: 'Send link' }).click();
    await dialog.waitFor({ state: 'detached' });
    assert.equal((await user()).email, email);
    const link = testServer.origin + (await mailedLink(mailbox, address, '/verify-email'));
    await page.goto(link);
    // A scanner that opens the link changes nothing.
    await page.getByRole('button', { name: 'Confirm address' }).waitFor();
    assert.equal((await user()).email, email);
    await look(page, 'verify-email');
    await page.getByRole('button', { name: 'Confirm address' }).click();
    await page.getByText(`${address} is confirmed.`).waitFor();
    email = address;
    await page.getByRole('link', { name: 'Go to Guildhall' }).click();
    // The next navigation would be interrupted by this one.
    await page.waitForURL(({ pathname }) => pathname !== '/verify-email');
    await page.getByRole('navigation').first().waitFor();
    await open('/account/security');
    await page.getByRole('main').getByText(address).waitFor();
    await page.goto(link);
    await page.getByRole('button', { name: 'Confirm address' }).click();
    await page.getByText('has already been used').waitFor();
    await look(page, 'verify-email-used');
  });

  it('keeps the theme and the clock in this browser', async () => {
    await open('/account/appearance');
    await page.getByText('Dark', { exact: true }).click();
    await page.getByText('24 hours').click();
    await look(page, 'account-appearance');
    await page.reload();
    assert.equal(await page.evaluate(() => document.documentElement.dataset['theme']), 'dark');
    assert.ok(await page.getByRole('radio', { name: '24 hours' }).isChecked());
    const exact = /, \d\d:\d\d:\d\d$/;
    await open('/account/security');
    assert.match((await page.locator('main time').first().getAttribute('title')) ?? '', exact);
    await open('/account/appearance');
    await page.getByText('12 hours').click();
    await open('/account/security');
    assert.match((await page.locator('main time').first().getAttribute('title')) ?? '', /[AP]M$/);
  });

  it('logs no console errors, and loads nothing from elsewhere', () => assert.deepEqual(complaints, []));
});

/** An uncompressed picture: a format that browsers read, of any size, without a library. */
function bitmap(width: number, height: number): Buffer {
  const pixels = width * height * 4;
  const file = Buffer.alloc(54 + pixels, 0x80);
  file.fill(0, 0, 54);
  file.write('BM');
  file.writeUInt32LE(54 + pixels, 2);
  file.writeUInt32LE(54, 10);
  file.writeUInt32LE(40, 14);
  file.writeInt32LE(width, 18);
  file.writeInt32LE(height, 22);
  file.writeUInt16LE(1, 26);
  file.writeUInt16LE(32, 28);
  file.writeUInt32LE(pixels, 34);
  return file;
}
