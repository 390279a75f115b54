import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { changePassword, currentUser, forgotPassword, login, resetPassword } from '#features/accounts/contract.ts';
import { createInvitation, lookUpInvitation } from '#features/organizations/invitations-contract.ts';
import { hold, query } from '../../../../test/harness/database.ts';
import { eventually } from '../../../../test/harness/eventually.ts';
import { createBrowser, type Person, signedInOn, signUp } from '../../../../test/harness/test-server.ts';
import { hasEnded, mailbox, mailTo, other, PUBLIC_URL, signIn, statusOf, testServer, tokenFor } from './setup.ts';

const next = 'another pass phrase';

/** A session of the person in another browser. */
async function anotherBrowser({ email, password }: Person, on = testServer) {
  const browser = createBrowser(on.origin);
  await browser.call(login, { body: { email, password } });
  return browser;
}

async function forget({ email }: Person): Promise<string> {
  await createBrowser(testServer.origin).call(forgotPassword, { body: { email } });
  return tokenFor(email, /set a new password/);
}

const reset = (token: string, password = next, on = testServer) =>
  createBrowser(on.origin).call(resetPassword, { body: { token, password } });
const invalidLink = { status: 403, code: 'link_invalid' };

describe('PUT /api/auth/password', () => {
  it('changes the password, ends the other sessions everywhere, and gives this one a new id', async () => {
    const person = await signUp(testServer);
    const copied = signedInOn(person, other);
    const [second, third] = [await anotherBrowser(person), await anotherBrowser(person, other)];
    const token = await forget(person);
    const { body } = await person.call(changePassword, { body: { current: person.password, password: next } });
    assert.equal(body.user.id, person.id);
    for (const browser of [second, third, copied]) await hasEnded(browser);
    await person.call(currentUser, {});
    assert.deepEqual([await signIn(person.email, person.password), await signIn(person.email, next)], [401, 200]);
    await assert.rejects(reset(token, 'a third pass phrase'), invalidLink);
    await mailTo(person.email, /your password was changed/);
  });

  it('rejects a wrong current password, and a new one that is easily guessed', async () => {
    const person = await signUp(testServer);
    const change = (current: string, password: string) => person.call(changePassword, { body: { current, password } });
    await assert.rejects(change('not my password', next), { status: 403, code: 'invalid_credentials' });
    for (const password of ['password123', person.email, 'Ada Lovelace', 'short'])
      await assert.rejects(change(person.password, password), { status: 422 });
    await person.call(currentUser, {});
    assert.equal(await signIn(person.email, person.password), 200);
  });

  it('leaves no session to a sign-in with the old password at the same moment', async () => {
    const person = await signUp(testServer);
    const browsers = Array.from({ length: 12 }, (_, n) => createBrowser(n % 2 ? testServer.origin : other.origin));
    const { email, password } = person;
    const attempts = browsers.map((browser) => statusOf(browser.call(login, { body: { email, password } })));
    const changed = await person.call(changePassword, { body: { current: password, password: next } });
    assert.equal(changed.status, 200);
    for (const status of await Promise.all(attempts)) assert.ok(status === 200 || status === 401, `${status}`);
    for (const browser of browsers) await hasEnded(browser);
    await person.call(currentUser, {});
  });

  it('leaves no session to a change that a reset overtakes', async () => {
    const person = await signUp(testServer);
    const execute = (text: string, values: unknown[] = []) => query(testServer.databaseUrl, text, values);
    await execute(`create function wait_before_session() returns trigger language plpgsql as $$
      begin perform pg_advisory_xact_lock(4711); return new; end $$`);
    await execute('create trigger wait_before_session before insert on sessions for each row execute function wait_before_session()');
    try {
      const release = await hold(testServer.databaseUrl, 'select pg_advisory_xact_lock(4711)');
      const changing = statusOf(person.call(changePassword, { body: { current: person.password, password: next } }));
      const waiting = `select 1 from pg_stat_activity where wait_event = 'advisory' and datname = current_database()`;
      await eventually('the new session waits', async () => (await execute(waiting)).length > 0);
      // What a reset does. The statement that waits is given up after two seconds, too soon for an email.
      await execute(`update users set password_hash = 'another' where id = $1`, [person.id]);
      await execute('delete from sessions where user_id = $1', [person.id]);
      await release();
      assert.notEqual(await changing, 200);
      await hasEnded(person);
    } finally {
      await execute('drop function wait_before_session cascade');
    }
  });

  it('happens once when two change it at once', async () => {
    const person = await signUp(testServer);
    const both = [person, signedInOn(person, other)];
    const attempts = await Promise.all(
      both.map(({ call }, n) => statusOf(call(changePassword, { body: { current: person.password, password: `${next} ${n}` } }))),
    );
    assert.equal(attempts.filter((status) => status === 200).length, 1, attempts.join());
    assert.equal(await signIn(person.email, person.password), 401);
  });
});

describe('POST /api/auth/password/forgot', () => {
  it('sends a link that sets a new password once, and ends all sessions', async () => {
    const person = await signUp(testServer);
    const elsewhere = signedInOn(person, other);
    const token = await forget(person);
    assert.match(token, /^[\w-]{43}$/);
    assert.deepEqual((await reset(token)).body, { email: person.email });
    for (const browser of [person, elsewhere]) await hasEnded(browser);
    assert.deepEqual([await signIn(person.email, person.password), await signIn(person.email, next)], [401, 200]);
    await assert.rejects(reset(token, 'a third pass phrase'), invalidLink);
    assert.equal(await signIn(person.email, next), 200);
  });

  it('stores no token, only its hash', async () => {
    const person = await signUp(testServer);
    const token = await forget(person);
    const [row] = await query<{ found: string }>(
      testServer.databaseUrl,
      `select string_agg(l::text, '') as found from one_time_links l where user_id = $1`,
      [person.id],
    );
    assert.ok(row && !row.found.includes(token));
    const [hashed] = await query<{ token_hash: Buffer }>(
      testServer.databaseUrl,
      `select token_hash from one_time_links where token_hash = sha256(convert_to($1, 'UTF8'))`,
      [token],
    );
    assert.ok(hashed);
  });

  it('leads to the public address, whatever host the request names', async () => {
    const person = await signUp(testServer);
    const response = await fetch(`${testServer.origin}${forgotPassword.path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'http' },
      body: JSON.stringify({ email: person.email }),
    });
    assert.equal(response.status, 202);
    const { text, html } = await mailTo(person.email, /set a new password/);
    assert.match(text, new RegExp(`\n${PUBLIC_URL}/reset-password\\?token=[\\w-]{43}\n`));
    assert.ok(!`${text}${html}`.includes('evil.example'));
    assert.ok(html.includes(`${PUBLIC_URL}/reset-password?token=`));
  });

  it('answers an address without an account in the same words, and takes no longer for one that has one', async () => {
    const people = await Promise.all(Array.from({ length: 12 }, () => signUp(testServer)));
    const ask = async (email: string) => {
      const begun = performance.now();
      const response = await fetch(testServer.origin + forgotPassword.path, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ email }),
      });
      const said = `${response.status} ${await response.text()}`;
      return { said, milliseconds: performance.now() - begun };
    };
    await ask('warm@example.com');
    const known: Awaited<ReturnType<typeof ask>>[] = [];
    const unknown: typeof known = [];
    for (const [n, { email }] of people.entries()) {
      known.push(await ask(email));
      unknown.push(await ask(`nobody-${n}@example.com`));
    }
    assert.equal(new Set([...known, ...unknown].map(({ said }) => said)).size, 1);
    const median = (times: typeof known) => times.map(({ milliseconds }) => milliseconds).sort((a, b) => a - b)[times.length >> 1] ?? 0;
    const [slow, fast] = [median(known), median(unknown)];
    // Making a link takes a commit, and an email a connection: both would show.
    assert.ok(slow < 3 * fast + 5, `${slow} ms with an account, ${fast} ms without`);
    for (const { email } of people) await mailTo(email, /set a new password/);
  });

  it('sends somebody at most five emails an hour, however many ask', async () => {
    const { email } = await signUp(testServer);
    for (let count = 0; count < 8; count++) await createBrowser(testServer.origin).call(forgotPassword, { body: { email } });
    const isReset = ({ to, subject }: { to: string[]; subject: string }) => to.includes(email) && /set a new/.test(subject);
    await eventually('five emails have arrived', () => mailbox.mails.filter(isReset).length, 5);
    const [row] = await query<{ links: number }>(
      testServer.databaseUrl,
      `select count(*)::int as links from one_time_links l join users u on u.id = l.user_id where u.email = $1 and purpose = 'password'`,
      [email],
    );
    assert.equal(row?.links, 5);
  });

  it('is limited by address and account', async () => {
    const ask = (email: string) => statusOf(createBrowser(testServer.origin).call(forgotPassword, { body: { email } }));
    assert.equal(await ask('somebody@example.com'), 202);
    const { limits } = testServer.features.routes.find(({ contract }) => contract.name === 'forgotPassword') ?? assert.fail();
    assert.deepEqual(
      limits.map(({ name }) => name),
      ['api', 'auth'],
    );
  });
});

describe('POST /api/auth/password/reset', () => {
  it('works once when a link is used many times at once, on two servers', async () => {
    const person = await signUp(testServer);
    const token = await forget(person);
    const attempts = await Promise.all(
      Array.from({ length: 10 }, (_, n) => statusOf(reset(token, `${next} ${n}`, n % 2 ? testServer : other))),
    );
    assert.deepEqual(attempts.toSorted(), [200, ...Array(9).fill(403)]);
    const winner = attempts.indexOf(200);
    assert.equal(await signIn(person.email, `${next} ${winner}`), 200);
  });

  it('works once when two links are used at once', async () => {
    const person = await signUp(testServer);
    await forget(person);
    await createBrowser(testServer.origin).call(forgotPassword, { body: { email: person.email } });
    const isReset = ({ to, subject }: { to: string[]; subject: string }) => to.includes(person.email) && /set a new/.test(subject);
    await eventually('both emails have arrived', () => mailbox.mails.filter(isReset).length, 2);
    const tokens = mailbox.mails.filter(isReset).map(({ text }) => /token=(\S+)/.exec(text)?.[1] ?? '');
    const attempts = await Promise.all(tokens.map((token, n) => statusOf(reset(token, `${next} ${n}`, n ? testServer : other))));
    assert.deepEqual(attempts.toSorted(), [200, 403]);
  });

  it('lets another password be tried when the first is easily guessed', async () => {
    const person = await signUp(testServer);
    const token = await forget(person);
    await assert.rejects(reset(token, 'password123'), { status: 422 });
    await assert.rejects(reset(token, person.email), { status: 422 });
    assert.equal((await reset(token)).status, 200);
  });

  it('rejects a link that has expired, and one that nobody made', async () => {
    const person = await signUp(testServer);
    const token = await forget(person);
    const [row] = await query<{ minutes: number }>(
      testServer.databaseUrl,
      `select extract(epoch from expires_at - now())::float / 60 as minutes from one_time_links where user_id = $1 and purpose = 'password'`,
      [person.id],
    );
    assert.ok(row && row.minutes > 58 && row.minutes <= 60, `${row?.minutes} minutes`);
    await query(testServer.databaseUrl, `update one_time_links set expires_at = now() - interval '1 second' where user_id = $1`, [
      person.id,
    ]);
    await assert.rejects(reset(token), invalidLink);
    await assert.rejects(reset('x'.repeat(43)), invalidLink);
    assert.equal(await signIn(person.email, person.password), 200);
  });

  it('leaves no invitation of whoever used the account before', async () => {
    const person = await signUp(testServer);
    const { link } = (await person.call(createInvitation, { body: { role: 'owner' } })).body;
    const token = new URL(link).searchParams.get('token') ?? '';
    await reset(await forget(person));
    await assert.rejects(person.call(lookUpInvitation, { query: { token } }), { status: 403, code: 'invitation_invalid' });
  });

  it('takes no link that is for something else', async () => {
    const person = await signUp(testServer);
    await assert.rejects(reset(await tokenFor(person.email, /confirm your email/)), invalidLink);
  });
});
