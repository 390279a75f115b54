import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { hash } from '@node-rs/bcrypt';
import { currentUser, login, logout, signup } from '#features/accounts/contract.ts';
import { query } from '../../../test/harness/database.ts';
import { createBrowser, signUp, startTestServer, type TestServer } from '../../../test/harness/test-server.ts';

describe('accounts', () => {
  let testServer: TestServer;
  before(async () => {
    testServer = await startTestServer();
  });
  after(() => testServer.close());

  describe('POST /api/auth/signup', () => {
    it('signs up, founds an organization the user owns, and signs in', async () => {
      const browser = createBrowser(testServer.origin);
      const reply = await browser.call(signup, { body: { name: 'Grace', email: 'Grace@Example.com', password: 'twelve chars' } });
      assert.equal(reply.status, 201);
      assert.equal(reply.body.user.organizations[0]?.role, 'owner');
      assert.equal((await browser.call(currentUser, {})).body.user.email, 'Grace@Example.com');
    });

    it('refuses an address that has an account, whatever its case', async () => {
      const { email } = await signUp(testServer);
      const again = createBrowser(testServer.origin).call(signup, {
        body: { name: 'X', email: email.toUpperCase(), password: 'twelve chars' },
      });
      await assert.rejects(again, { status: 409, code: 'email_taken' });
    });

    it('names every problem of an input at once', async () => {
      const attempt = createBrowser(testServer.origin).call(signup, { body: { name: '', email: 'nowhere', password: 'short' } });
      await assert.rejects(attempt, ({ status, problem }) => {
        assert.equal(status, 422);
        assert.deepEqual(problem.errors.map((error: { path: string }) => error.path).sort(), ['email', 'name', 'password']);
        return true;
      });
    });

    it('keeps only a bcrypt hash of the password, at the cost that is set', async () => {
      const { email, password } = await signUp(testServer);
      const [row] = await query<{ password_hash: string }>(testServer.databaseUrl, 'select password_hash from users where email = $1', [
        email,
      ]);
      assert.match(row?.password_hash ?? '', /^\$2[aby]\$04\$/);
      assert.ok(!row?.password_hash.includes(password));
    });

    it('refuses a password that is tried first: a common one, the address, what stands before its @, or the name', async () => {
      for (const [password, said] of [
        ['password123', /^Many people use this password/],
        ['QWERTYuiop', /^Many people/],
        ['00000000', /^Many people/],
        ['P@ssw0rd', /^Many people/],
        [' iloveyou ', /^Many people/],
        ['ada.lovelace', /your email address/],
        ['ADA.Lovelace@Example.com', /your email address/],
        ['Zoe\u0308 Lovelace', /your name/],
        ['ZOË LOVELACE', /your name/],
      ] as const) {
        const body = { name: 'Zoë Lovelace', email: 'ada.lovelace@example.com', password };
        await assert.rejects(createBrowser(testServer.origin).call(signup, { body }), ({ status, problem }) => {
          assert.equal(status, 422, password);
          assert.deepEqual([problem.errors.length, problem.errors[0].path], [1, 'password']);
          assert.match(problem.errors[0].message, said);
          return true;
        });
      }
    });

    it('counts characters as people do', async () => {
      const attempt = (password: string) =>
        createBrowser(testServer.origin)
          .call(signup, { body: { name: 'X', email: `${randomUUID()}@example.com`, password } })
          .then(({ status }) => status);
      for (const short of ['🦊🐢🦉🐋', 'e\u0301'.repeat(7), 'é'.repeat(7)]) await assert.rejects(attempt(short), { status: 422 });
      for (const enough of ['🦊🐢🦉🐋🦊🐢🦉🐋', 'e\u0301'.repeat(8), 'é'.repeat(8), '合言葉は秘密です', 'x'.repeat(1024)])
        assert.equal(await attempt(enough), 201);
      await assert.rejects(attempt('x'.repeat(1025)), { status: 422 });
    });

    it('is for the first user only where sign-up is by invitation, also when two are first at once', async () => {
      const closed = await startTestServer({ env: { SIGNUP: 'invite' } });
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
      const person = await signUp(testServer);
      const old = new Map(person.browser.cookies);
      await person.call(login, { body: { email: person.email, password: person.password } });
      assert.notDeepEqual(person.browser.cookies, old);
      const stale = createBrowser(testServer.origin);
      for (const [name, value] of old) stale.cookies.set(name, value);
      await assert.rejects(stale.call(currentUser, {}), { status: 401 });
    });

    it('answers a wrong password and an unknown address in the same words', async () => {
      const { email } = await signUp(testServer);
      const details = await Promise.all(
        [email, 'nobody@example.com', 'no address', 'nul\0@example.com'].map((address) =>
          createBrowser(testServer.origin)
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
      const browser = createBrowser(testServer.origin);
      await browser.call(signup, { body: { name: 'Ida', email: 'ida.smith@example.com', password: 'twelve chars' } });
      await browser.call(login, { body: { email: ' IDA.Smith@example.com ', password: 'twelve chars' } });
      const other = createBrowser(testServer.origin).call(login, { body: { email: 'İda.smith@example.com', password: 'twelve chars' } });
      await assert.rejects(other, { status: 401, code: 'invalid_credentials' });
    });

    const signIn = (email: string, password: string) => createBrowser(testServer.origin).call(login, { body: { email, password } });
    const wrong = { status: 401, code: 'invalid_credentials' };

    it('compares the whole of a long password, in any script', async () => {
      for (const password of ['x'.repeat(72), 'x'.repeat(73), '密'.repeat(64), '🦊'.repeat(64), 'пароль из многих слов '.repeat(10)]) {
        const email = `${randomUUID()}@example.com`;
        await createBrowser(testServer.origin).call(signup, { body: { name: 'Ada', email, password } });
        await signIn(email, password);
        for (const other of [`${password}y`, `${password.slice(0, -2)}yy`, [...password].slice(0, -1).join('')])
          await assert.rejects(signIn(email, other), wrong);
      }
    });

    it('takes a password however its characters are composed', async () => {
      const email = 'zoe@example.com';
      await createBrowser(testServer.origin).call(signup, { body: { name: 'Zoe', email, password: 'Zoe\u0308s pass phrase' } });
      await signIn(email, 'Zo\u00ebs pass phrase');
      await signIn(email, 'Zoe\u0308s pass phrase');
      await assert.rejects(signIn(email, 'Zoes pass phrase'), wrong);
    });

    it('still takes what was hashed as it was typed', async () => {
      const { email } = await signUp(testServer);
      for (const typed of ['Zoe\u0308s pass phrase', 'x'.repeat(72), 'password']) {
        await query(testServer.databaseUrl, 'update users set password_hash = $2 where email = $1', [
          email,
          await hash(typed, { cost: 4 }),
        ]);
        await signIn(email, typed);
        await assert.rejects(signIn(email, `${typed}y`), wrong);
      }
      await query(testServer.databaseUrl, 'update users set password_hash = $2 where email = $1', [
        email,
        await hash('x'.repeat(80), { cost: 4 }),
      ]);
      await assert.rejects(signIn(email, 'x'.repeat(80)), wrong, 'of which bcrypt saw a part only');
    });

    it('spends the same work on an unknown address', async () => {
      const slow = await startTestServer({ env: { BCRYPT_SALT_ROUNDS: '10' } });
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
      const person = await signUp(testServer);
      const cookies = new Map(person.browser.cookies);
      assert.equal((await person.call(logout, {})).status, 204);
      // The remaining cookie grants no access: it only shows that someone has signed in from this browser.
      assert.deepEqual([...person.browser.cookies.keys()], ['guildhall.browser']);
      const stale = createBrowser(testServer.origin);
      for (const [name, value] of cookies) stale.cookies.set(name, value);
      await assert.rejects(stale.call(currentUser, {}), { status: 401, code: 'unauthenticated' });
    });
  });
});
