import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { currentUser, login, logout, signup } from '#features/accounts/contract.ts';
import { query } from '../../../test/database.ts';
import { createBrowser, type House, openHouse, signUp } from '../../../test/house.ts';

describe('accounts', () => {
  let house: House;
  before(async () => {
    house = await openHouse();
  });
  after(() => house.close());

  describe('POST /api/auth/signup', () => {
    it('signs up, founds an organization the user owns, and signs in', async () => {
      const browser = createBrowser(house.origin);
      const reply = await browser.call(signup, { body: { name: 'Grace', email: 'Grace@Example.com', password: 'twelve chars' } });
      assert.equal(reply.status, 201);
      assert.equal(reply.body.user.organizations[0]?.role, 'owner');
      assert.equal((await browser.call(currentUser, {})).body.user.email, 'Grace@Example.com');
    });

    it('refuses an address that has an account, whatever its case', async () => {
      const { email } = await signUp(house);
      const again = createBrowser(house.origin).call(signup, { body: { name: 'X', email: email.toUpperCase(), password: 'twelve chars' } });
      await assert.rejects(again, { status: 409, code: 'email_taken' });
    });

    it('names every problem of an input at once', async () => {
      const attempt = createBrowser(house.origin).call(signup, { body: { name: '', email: 'nowhere', password: 'short' } });
      await assert.rejects(attempt, ({ status, problem }) => {
        assert.equal(status, 422);
        assert.deepEqual(problem.errors.map((error: { path: string }) => error.path).sort(), ['email', 'name', 'password']);
        return true;
      });
    });

    it('keeps only a bcrypt hash of the password, at the cost that is set', async () => {
      const { email, password } = await signUp(house);
      const [row] = await query<{ password_hash: string }>(house.databaseUrl, 'select password_hash from users where email = $1', [email]);
      assert.match(row?.password_hash ?? '', /^\$2[aby]\$04\$/);
      assert.ok(!row?.password_hash.includes(password));
    });

    it('is for the first user only where sign-up is by invitation, also when two are first at once', async () => {
      const closed = await openHouse({ env: { SIGNUP: 'invite' } });
      try {
        const attempts = await Promise.allSettled([1, 2, 3, 4].map(() => signUp(closed)));
        assert.equal(attempts.filter((attempt) => attempt.status === 'fulfilled').length, 1);
        await assert.rejects(signUp(closed), { status: 403, code: 'signup_closed' });
      } finally {
        await closed.close();
      }
    });
  });

  describe('POST /api/auth/login', () => {
    it('signs in under a new session id; the old cookie is dead', async () => {
      const person = await signUp(house);
      const old = new Map(person.browser.cookies);
      await person.call(login, { body: { email: person.email, password: person.password } });
      assert.notDeepEqual(person.browser.cookies, old);
      const stale = createBrowser(house.origin);
      for (const [name, value] of old) stale.cookies.set(name, value);
      await assert.rejects(stale.call(currentUser, {}), { status: 401 });
    });

    it('answers a wrong password and an unknown address in the same words', async () => {
      const { email } = await signUp(house);
      const details = await Promise.all(
        [email, 'nobody@example.com', 'no address', 'nul\0@example.com'].map((address) =>
          createBrowser(house.origin)
            .call(login, { body: { email: address, password: 'wrong password' } })
            .then(
              () => 'signed in',
              (error) => `${error.code} ${error.message}`,
            ),
        ),
      );
      assert.equal(new Set(details).size, 1);
      assert.match(details[0] ?? '', /^invalid_credentials /);
    });

    it('knows one spelling of an address, so that each account has one limit', async () => {
      const browser = createBrowser(house.origin);
      await browser.call(signup, { body: { name: 'Ida', email: 'ida.smith@example.com', password: 'twelve chars' } });
      await browser.call(login, { body: { email: ' IDA.Smith@example.com ', password: 'twelve chars' } });
      const other = createBrowser(house.origin).call(login, { body: { email: 'İda.smith@example.com', password: 'twelve chars' } });
      await assert.rejects(other, { status: 401, code: 'invalid_credentials' });
    });

    it('compares the whole of a long password', async () => {
      const [email, password] = ['long@example.com', 'x'.repeat(72)];
      await createBrowser(house.origin).call(signup, { body: { name: 'Ada', email, password } });
      await createBrowser(house.origin).call(login, { body: { email, password } });
      const longer = createBrowser(house.origin).call(login, { body: { email, password: `${password}y` } });
      await assert.rejects(longer, { status: 401, code: 'invalid_credentials' });
    });

    it('spends the same work on an unknown address', async () => {
      const slow = await openHouse({ env: { BCRYPT_SALT_ROUNDS: '10' } });
      try {
        const { email } = await signUp(slow);
        const time = async (address: string) => {
          const start = performance.now();
          await createBrowser(slow.origin)
            .call(login, { body: { email: address, password: 'wrong password' } })
            .catch(() => undefined);
          return performance.now() - start;
        };
        await time(email);
        const known = Math.min(...[await time(email), await time(email), await time(email)]);
        const unknown = Math.min(...[await time('a@b.co'), await time('c@d.co'), await time('e@f.co')]);
        assert.ok(unknown > known / 3, `an unknown address took ${unknown} ms, a known one ${known} ms`);
      } finally {
        await slow.close();
      }
    });
  });

  describe('POST /api/auth/logout', () => {
    it('ends the session and takes the cookie away', async () => {
      const person = await signUp(house);
      const cookies = new Map(person.browser.cookies);
      assert.equal((await person.call(logout, {})).status, 204);
      // What stays lets nobody in: that somebody has signed in here before.
      assert.deepEqual([...person.browser.cookies.keys()], ['guildhall.browser']);
      const stale = createBrowser(house.origin);
      for (const [name, value] of cookies) stale.cookies.set(name, value);
      await assert.rejects(stale.call(currentUser, {}), { status: 401, code: 'unauthenticated' });
    });
  });
});
