import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { confirmIdentity, currentUser } from '#features/accounts/contract.ts';
import { makeNotificationSecret } from '#features/notifications/contract.ts';
import { query } from '../../../../test/harness/database.ts';
import { eventually } from '../../../../test/harness/eventually.ts';
import { type Person, signedInOn, signUp, startTestServer } from '../../../../test/harness/test-server.ts';
import { other, statusOf, testServer } from './setup.ts';

/** As if the session began, and its person confirmed who they are, eleven minutes ago. */
async function age(person: Person, confirmed: boolean): Promise<void> {
  const past = Date.now() - 11 * 60_000;
  const data = { createdAt: new Date(past).toISOString(), ...(confirmed && { confirmedAt: past }) };
  await query(testServer.databaseUrl, 'update sessions set sess = sess || $2::jsonb where user_id = $1', [person.id, JSON.stringify(data)]);
}

const isRefused = (person: Person) =>
  eventually('a sensitive change asks who it is', async () => {
    const code = await person.call(makeNotificationSecret, {}).then(
      () => 'done',
      (error: { status: number; code: string }) => `${error.status} ${error.code}`,
    );
    return code === '403 confirm_identity';
  });

describe('POST /api/auth/confirm', () => {
  it('lets sensitive changes through for ten minutes, on every server', async () => {
    const person = await signUp(testServer);
    const elsewhere = signedInOn(person, other);
    assert.equal((await person.call(makeNotificationSecret, {})).status, 201, 'signing up counts');
    await age(person, false);
    for (const browser of [person, elsewhere]) await isRefused(browser);
    const { confirmedUntil } = (await person.call(confirmIdentity, { body: { password: person.password } })).body;
    const minutes = (Date.parse(confirmedUntil) - Date.now()) / 60_000;
    assert.ok(minutes > 9 && minutes < 11, `${minutes} minutes`);
    assert.equal(await statusOf(person.call(makeNotificationSecret, {})), 201);
    await eventually('the other server knows', () => statusOf(elsewhere.call(makeNotificationSecret, {})), 201);
    await age(person, true);
    for (const browser of [person, elsewhere]) await isRefused(browser);
  });

  it('rejects a wrong password without ending the session', async () => {
    const person = await signUp(testServer);
    await age(person, false);
    const attempt = person.call(confirmIdentity, { body: { password: 'a guess at it' } });
    await assert.rejects(attempt, { status: 403, code: 'invalid_credentials' });
    await isRefused(person);
    await person.call(currentUser, {});
  });

  it('is limited like signing in, in a stolen session too', async () => {
    const strict = await startTestServer({ databaseUrl: testServer.databaseUrl, env: { RATE_LIMIT_MULTIPLIER: '1' } });
    try {
      const person = await signUp(testServer);
      const thief = signedInOn(person, strict);
      const guess = () => statusOf(thief.call(confirmIdentity, { body: { password: 'a guess at it' } }));
      const statuses = [await guess(), await guess(), await guess(), await guess(), await guess(), await guess()];
      assert.deepEqual(statuses, [403, 403, 403, 403, 403, 429]);
    } finally {
      await strict.close();
    }
  });

  it('counts guesses from other browsers together, however many addresses they come from', async () => {
    const person = await signUp(testServer);
    const thief = signedInOn(person, testServer);
    // The cookie that makes a browser known for the account was not stolen.
    for (const name of [...thief.browser.cookies.keys()]) if (name.endsWith('.browser')) thief.browser.cookies.delete(name);
    let last = 0;
    const guess = () =>
      statusOf(
        thief.call(confirmIdentity, { body: { password: 'a guess at it' } }, { headers: { 'x-forwarded-for': `198.51.100.${++last}` } }),
      );
    for (let count = 0; count < 10; count++) assert.equal(await guess(), 403);
    assert.equal(await guess(), 429);
    assert.equal(await statusOf(person.call(confirmIdentity, { body: { password: person.password } })), 200, 'the person is not slowed');
  });
});
