import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, it } from 'node:test';
import {
  changeEmail,
  changePassword,
  currentUser,
  forgotPassword,
  login,
  resetPassword,
  signup,
  verifyEmail,
} from '#features/accounts/contract.ts';
import { query } from '../../../../test/harness/database.ts';
import { eventually } from '../../../../test/harness/eventually.ts';
import { createBrowser, type Person, signedInOn, signUp, startTestServer } from '../../../../test/harness/test-server.ts';
import { mailbox, mailTo, other, signIn, statusOf, testServer, tokenFor } from './setup.ts';

const newAddress = () => `${randomUUID()}@example.com`;
const verify = (token: string, on = testServer) => createBrowser(on.origin).call(verifyEmail, { body: { token } });
const change = (person: Person, email: string, password = person.password) => person.call(changeEmail, { body: { email, password } });
const emailOf = async (person: Person) => (await person.call(currentUser, {})).body.user.email;
const invalidLink = { status: 403, code: 'link_invalid' };
const mailsTo = (address: string, subject: RegExp) =>
  mailbox.mails.filter((mail) => mail.to.includes(address) && subject.test(mail.subject));

describe('signing up', () => {
  it('asks to confirm the address, in words that nobody typed', async () => {
    const name = 'Win at casino.example now';
    const person = await signUp(testServer, name);
    assert.equal((await person.call(currentUser, {})).body.user.emailConfirmed, false);
    const { raw, headers, text } = await mailTo(person.email, /confirm your email address/);
    assert.ok(!raw.includes('casino'));
    assert.ok(!text.includes('notifications'), 'it has a footer of its own');
    assert.equal(headers['list-unsubscribe'], undefined);
    const token = await tokenFor(person.email, /confirm your email address/);
    const elsewhere = signedInOn(person, other);
    await elsewhere.call(currentUser, {});
    assert.deepEqual((await verify(token)).body, { email: person.email });
    for (const browser of [person, elsewhere])
      await eventually('the servers know', async () => (await browser.call(currentUser, {})).body.user.emailConfirmed, true);
    await assert.rejects(verify(token), invalidLink);
  });

  it('takes no field that makes somebody more than they are', async () => {
    const body = { name: 'Eve', email: newAddress(), password: 'twelve chars' };
    for (const more of [{ operator: true }, { role: 'owner' }, { emailConfirmed: true }, { organizationId: randomUUID() }]) {
      const response = await fetch(testServer.origin + signup.path, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ ...body, ...more }),
      });
      assert.equal(response.status, 422, JSON.stringify(more));
    }
    assert.equal(await signIn(body.email, body.password), 401, 'no account was created');
  });
});

describe('POST /api/auth/email', () => {
  it('changes the address once the new one is confirmed, and tells the former', async () => {
    const person = await signUp(testServer);
    const [former, email] = [person.email, newAddress()];
    await createBrowser(testServer.origin).call(forgotPassword, { body: { email: former } });
    const passwordToken = await tokenFor(former, /set a new password/);
    assert.equal((await change(person, email)).status, 202);
    const notice = await mailTo(former, /about to change/);
    assert.ok(!notice.raw.includes(email), 'nobody can put words into it');
    assert.equal(await emailOf(person), former);
    const token = await tokenFor(email, /confirm your new email/);
    assert.deepEqual((await verify(token, other)).body, { email });
    await eventually('the server knows', () => emailOf(person), email);
    assert.deepEqual([await signIn(former, person.password), await signIn(email, person.password)], [401, 200]);
    await assert.rejects(verify(token), invalidLink);
    const stale = createBrowser(testServer.origin).call(resetPassword, { body: { token: passwordToken, password: 'another pass phrase' } });
    await assert.rejects(stale, invalidLink, 'the former mailbox gives no way in');
  });

  it('asks for the password', async () => {
    const person = await signUp(testServer);
    const email = newAddress();
    await assert.rejects(change(person, email, 'a guess at it'), { status: 403, code: 'invalid_credentials' });
    assert.deepEqual(await query(testServer.databaseUrl, 'select from one_time_links where email = $1', [email]), []);
  });

  it('sends the confirmation of the present address again, whatever its case, and only the latest link works', async () => {
    const person = await signUp(testServer);
    const first = await tokenFor(person.email, /confirm your email address/);
    await change(person, person.email.toUpperCase());
    const address = person.email.toUpperCase();
    const isThere = () =>
      mailbox.mails.find(
        (mail) => mail.to.some((to) => to.toUpperCase() === address) && /token=/.test(mail.text) && !mail.text.includes(first),
      );
    const again = /token=(\S+)/.exec((await eventually('the second email is there', isThere)).text)?.[1] ?? '';
    await assert.rejects(verify(first), invalidLink);
    assert.equal((await verify(again)).status, 200);
    assert.equal(mailsTo(person.email, /about to change/).length, 0);
  });

  it('reveals nothing about an address that is taken, except to those who read its mail', async () => {
    const [ada, eve] = [await signUp(testServer), await signUp(testServer)];
    const [taken, free] = [await change(eve, ada.email), await change(eve, newAddress())];
    assert.deepEqual([taken.status, taken.body], [free.status, free.body]);
    assert.equal(await emailOf(eve), eve.email);
    assert.equal(await emailOf(ada), ada.email);
  });

  it('answers 409 if the address was taken in the meantime', async () => {
    const person = await signUp(testServer);
    const email = newAddress();
    await change(person, email);
    const token = await tokenFor(email, /confirm your new email/);
    await createBrowser(testServer.origin).call(signup, { body: { name: 'Faster', email: email.toUpperCase(), password: 'twelve chars' } });
    await assert.rejects(verify(token), { status: 409, code: 'email_taken' });
    assert.equal(await emailOf(person), person.email);
  });

  it('ends with the password that it was begun with', async () => {
    const person = await signUp(testServer);
    const email = newAddress();
    await change(person, email);
    const token = await tokenFor(email, /confirm your new email/);
    await person.call(changePassword, { body: { current: person.password, password: 'another twelve chars' } });
    await assert.rejects(verify(token), invalidLink);
    assert.equal(await emailOf(person), person.email);
  });

  it('sends at most five links an hour', async () => {
    const person = await signUp(testServer);
    await mailTo(person.email, /confirm your email address/);
    for (let count = 0; count < 4; count++) await change(person, newAddress());
    await assert.rejects(change(person, newAddress()), { status: 429, code: 'too_many_links' });
  });

  it('works once when a link is used many times at once', async () => {
    const person = await signUp(testServer);
    const email = newAddress();
    await change(person, email);
    const token = await tokenFor(email, /confirm your new email/);
    const attempts = await Promise.all(Array.from({ length: 8 }, (_, n) => statusOf(verify(token, n % 2 ? testServer : other))));
    assert.deepEqual(attempts.toSorted(), [200, ...Array(7).fill(403)]);
  });

  it('rejects links that have expired', async () => {
    const person = await signUp(testServer);
    const token = await tokenFor(person.email, /confirm your email address/);
    await query(testServer.databaseUrl, `update one_time_links set expires_at = now() - interval '1 second' where user_id = $1`, [
      person.id,
    ]);
    await assert.rejects(verify(token), invalidLink);
  });

  it('says that email is not set up', async () => {
    const plain = await startTestServer({ databaseUrl: testServer.databaseUrl });
    try {
      const person = await signUp(plain);
      await assert.rejects(change(person, newAddress()), { status: 409, code: 'mail_not_set_up' });
      const { body } = await createBrowser(plain.origin).call(forgotPassword, { body: { email: person.email } });
      assert.match(body.message, /isn’t configured/);
    } finally {
      await plain.close();
    }
  });
});

describe('a sign-in in a browser that is new to the account', () => {
  const newDevice = /new sign-in/;

  it('is told by email, and one in a known browser is not', async () => {
    const person = await signUp(testServer);
    const body = { email: person.email, password: person.password };
    await person.call(login, { body });
    const newBrowser = createBrowser(testServer.origin);
    const headers = { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0' };
    await newBrowser.call(login, { body }, { headers });
    const { text } = await mailTo(person.email, newDevice);
    assert.match(text, /Browser: Firefox on Linux\n/);
    // An invisible space keeps mail programs from making it a link.
    assert.match(text.replaceAll('\u200b', ''), /IP address: 127\.0\.0\.1\n/);
    await newBrowser.call(login, { body }, { headers });
    await createBrowser(testServer.origin).call(login, { body }, { headers: { 'user-agent': 'Visit-casino.example/1' } });
    await eventually('the second email has arrived', () => mailsTo(person.email, newDevice).length, 2);
    const [, second] = mailsTo(person.email, newDevice);
    assert.match(second?.text ?? '', /Browser: unknown\n/);
  });

  it('gets a session id of its own, whatever the browser had before', async () => {
    const person = await signUp(testServer);
    const victim = createBrowser(testServer.origin);
    const attacker = await signUp(testServer);
    for (const [name, value] of attacker.browser.cookies) victim.cookies.set(name, value);
    const planted = new Map(victim.cookies);
    await victim.call(login, { body: { email: person.email, password: person.password } });
    assert.equal((await victim.call(currentUser, {})).body.user.id, person.id);
    for (const [name, value] of planted) if (!name.endsWith('.browser')) assert.notEqual(victim.cookies.get(name), value);
    const thief = createBrowser(testServer.origin);
    for (const [name, value] of planted) thief.cookies.set(name, value);
    assert.equal(await statusOf(thief.call(currentUser, {})), 401);
  });
});

describe('the mail server', () => {
  it('delays no request, and an email that it rejects is sent again', async () => {
    const person = await signUp(testServer);
    await mailTo(person.email, /confirm your email address/);
    let hang: (() => void) | undefined;
    let attempts = 0;
    mailbox.script.answer = ({ to }) => {
      if (!to.includes(person.email) || attempts++ > 0) return undefined;
      return new Promise((resolve) => {
        hang = () => resolve('greylisted, try again later');
      });
    };
    try {
      await createBrowser(testServer.origin).call(forgotPassword, { body: { email: person.email } });
      await eventually('the mail server hangs', () => hang !== undefined);
      hang?.();
      await mailTo(person.email, /set a new password/);
      assert.equal(attempts, 2);
    } finally {
      mailbox.script.answer = () => undefined;
    }
  });
});
