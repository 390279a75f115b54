/** Two servers on one database that send email, each known by another address. */
import { after, before } from 'node:test';
import { currentUser, login } from '#features/accounts/contract.ts';
import { eventually } from '../../../../test/harness/eventually.ts';
import { type Mailbox, openMailbox } from '../../../../test/harness/mailbox.ts';
import { createBrowser, type Person, startTestServer, type TestServer } from '../../../../test/harness/test-server.ts';

export let mailbox: Mailbox;
export let testServer: TestServer;
export let other: TestServer;

/** Where links in emails lead. */
export const PUBLIC_URL = 'https://guildhall.example.com';

before(async () => {
  mailbox = await openMailbox();
  const env = { SMTP_URL: mailbox.url, MAIL_FROM: 'guildhall@example.com', PUBLIC_URL };
  testServer = await startTestServer({ env });
  other = await startTestServer({ env, databaseUrl: testServer.databaseUrl });
});

after(async () => {
  await testServer.close();
  await other.close();
  await mailbox.close();
});

/** The email of this subject to an address, once it is there. */
export async function mailTo(address: string, subject: RegExp) {
  return eventually(`an email about ${subject} to ${address}`, () =>
    mailbox.mails.find((mail) => mail.to.includes(address) && subject.test(mail.subject)),
  );
}

/** The token of the link in the email. */
export async function tokenFor(address: string, subject: RegExp): Promise<string> {
  const { text } = await mailTo(address, subject);
  const [link = ''] = /https:\S+token=\S+/.exec(text) ?? [];
  return new URL(link).searchParams.get('token') ?? '';
}

export const statusOf = (attempt: Promise<{ status: number }>): Promise<number> =>
  attempt.then(
    ({ status }) => status,
    (error: { status: number }) => error.status,
  );

/** @returns the status */
export const signIn = (email: string, password: string, on = testServer): Promise<number> =>
  statusOf(createBrowser(on.origin).call(login, { body: { email, password } }));

export const hasEnded = (browser: Pick<Person, 'call'>) =>
  eventually('the session has ended', () => statusOf(browser.call(currentUser, {})), 401);
