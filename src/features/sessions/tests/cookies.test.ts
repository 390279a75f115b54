import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { currentUser, login, logout } from '#features/accounts/contract.ts';
import { query } from '../../../../test/harness/database.ts';
import { eventually } from '../../../../test/harness/eventually.ts';
import { createBrowser, signedInOn, signUp, startTestServer, type TestServer } from '../../../../test/harness/test-server.ts';
import { listSessions } from '../contract.ts';
import { testServer } from './setup.ts';

describe('sessions', () => {
  it('have a cookie that scripts cannot read and other sites do not send, for as many days as is set', async () => {
    const short = await startTestServer({ env: { SESSION_TTL_DAYS: '2' } });
    try {
      const { email, password } = await signUp(short);
      const response = await createBrowser(short.origin).fetch(login.path, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ email, password }),
      });
      const [cookie = ''] = response.headers.getSetCookie();
      assert.match(cookie, /; HttpOnly/);
      assert.match(cookie, /; SameSite=Lax/);
      assert.doesNotMatch(cookie, /; Secure/);
      const days = (Date.parse(/Expires=([^;]+)/.exec(cookie)?.[1] ?? '') - Date.now()) / 86_400_000;
      assert.ok(days > 1.99 && days < 2.01, `the cookie lasts ${days} days`);
    } finally {
      await short.close();
    }
  });

  it('begin, last and end by PostgreSQL’s clock, however wrong the server’s own is', async (t) => {
    const real = Date.now();
    for (const days of [8, -8]) {
      const { call, email, password, browser } = await signUp(testServer);
      t.mock.timers.enable({ apis: ['Date'], now: real + days * 86_400_000 });
      try {
        await call(currentUser, {});
        const again = createBrowser(testServer.origin);
        await again.call(login, { body: { email, password } });
        const mine = (await again.call(listSessions, {})).body.sessions.find((session) => session.current);
        assert.ok(mine);
        for (const [what, at, expected] of [
          ['began', mine.createdAt, 0],
          ['ends', mine.expiresAt, 7],
        ] as const) {
          const off = (Date.parse(at) - real) / 86_400_000 - expected;
          assert.ok(Math.abs(off) < 0.1, `it ${what} ${off} days off, on a server ${days} days off`);
        }
        const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
        await call(logout, {});
        assert.equal((await fetch(testServer.origin + currentUser.path, { headers: { cookie } })).status, 401);
        assert.equal((await query(testServer.databaseUrl, 'select from sessions where sess ->> $1 = $2', ['publicId', mine.id])).length, 1);
      } finally {
        t.mock.timers.reset();
      }
    }
  });

  it('have a Secure cookie behind a proxy that speaks TLS', async () => {
    const proxied = await startTestServer({ env: { TRUST_PROXY: '1' } });
    try {
      const { email, password } = await signUp(proxied);
      const response = await fetch(proxied.origin + login.path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-forwarded-proto': 'https' },
        body: JSON.stringify({ email, password }),
      });
      assert.match(response.headers.getSetCookie()[0] ?? '', /; Secure/);
    } finally {
      await proxied.close();
    }
  });

  describe('where PUBLIC_URL is https', () => {
    let secure: TestServer;
    before(async () => {
      secure = await startTestServer({ databaseUrl: testServer.databaseUrl, env: { PUBLIC_URL: 'https://guildhall.example.com' } });
    });
    after(() => secure.close());
    const signIn = (at: TestServer, { email, password }: { email: string; password: string }, headers: Record<string, string> = {}) =>
      fetch(at.origin + login.path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ email, password }),
      });
    const statusWith = async (cookie: string, at = secure) => (await fetch(at.origin + currentUser.path, { headers: { cookie } })).status;
    const pair = (line = '') => line.split(';')[0] ?? '';

    it('have cookies that are bound to this host and Secure, though the proxy forgets to say so', async () => {
      const { email, password, browser } = await signUp(secure);
      const lines = (await signIn(secure, { email, password })).headers.getSetCookie();
      assert.deepEqual(lines.map((line) => line.split('=')[0]).sort(), ['__Host-guildhall', '__Host-guildhall.browser']);
      for (const line of lines) {
        for (const attribute of [/; Secure/, /; HttpOnly/, /; Path=\/(;|$)/, /; SameSite=Lax/]) assert.match(line, attribute);
        assert.doesNotMatch(line, /; Domain/i);
      }
      const changed = await browser.fetch('/api/projects', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{"name":"A project"}',
      });
      assert.match(changed.headers.getSetCookie().join(), /guildhall\.changed=1.*; Secure/);
    });

    it('go on under their former name, and get the other one at once; signing out takes both away', async () => {
      const person = await signUp(testServer);
      const plain = `guildhall.sid=${person.browser.cookies.get('guildhall.sid')}`;
      const response = await fetch(secure.origin + currentUser.path, { headers: { cookie: plain } });
      assert.equal(response.status, 200);
      const [renamed = ''] = response.headers.getSetCookie();
      assert.match(renamed, /^__Host-guildhall=.*; Secure/);
      const both = `${plain}; ${pair(renamed)}`;
      assert.deepEqual((await fetch(secure.origin + currentUser.path, { headers: { cookie: both } })).headers.getSetCookie(), []);
      assert.equal(await statusWith(pair(renamed)), 200);
      const left = await fetch(secure.origin + logout.path, { method: 'POST', headers: { cookie: both } });
      assert.deepEqual(
        left.headers.getSetCookie().map((line) => line.split('=')[0]),
        ['guildhall.sid', '__Host-guildhall'],
      );
      assert.deepEqual([await statusWith(plain), await statusWith(pair(renamed))], [401, 401]);
    });

    it('that began there are accepted under the name that is bound to the host alone', async () => {
      const { email, password } = await signUp(secure);
      const [line = ''] = (await signIn(secure, { email, password })).headers
        .getSetCookie()
        .filter((one) => /^__Host-guildhall=/.test(one));
      assert.equal(await statusWith(pair(line)), 200);
      assert.equal(await statusWith(pair(line).replace('__Host-guildhall', 'guildhall.sid')), 401);
    });
  });

  it('are found behind other cookies of their name, garbled, forged or ended', async () => {
    const person = await signUp(testServer);
    const ended = await signUp(testServer);
    const [good, dead] = [person, ended].map(({ browser }) => `guildhall.sid=${browser.cookies.get('guildhall.sid')}`);
    await ended.call(logout, {});
    const forged = `guildhall.sid=s%3A${'a'.repeat(32)}.${'b'.repeat(43)}`;
    const cookie = ['guildhall.sid=garbage', 'guildhall.sid=%E0%A4%A', forged, dead, good].join('; ');
    const ask = (contract: { path: string; method: string }) =>
      fetch(testServer.origin + contract.path, { method: contract.method, headers: { cookie } });
    assert.equal((await ask(currentUser)).status, 200);
    assert.equal((await ask(logout)).status, 204);
    await assert.rejects(person.call(currentUser, {}), { status: 401 });
  });

  it('outlive a change of the secret while the old one stands in the list', async () => {
    const [old, fresh] = ['old secret '.repeat(8), 'new secret '.repeat(8)];
    const first = await startTestServer({ env: { SESSION_SECRET: old } });
    const person = await signUp(first);
    await first.close();
    const rotated = await startTestServer({ databaseUrl: first.databaseUrl, env: { SESSION_SECRET: `${fresh},${old}` } });
    assert.equal((await signedInOn(person, rotated).call(currentUser, {})).body.user.id, person.id);
    await rotated.close();
    const forgotten = await startTestServer({ databaseUrl: first.databaseUrl, env: { SESSION_SECRET: fresh } });
    await assert.rejects(signedInOn(person, forgotten).call(currentUser, {}), { status: 401 });
    await forgotten.close();
  });

  it('get their cookie anew once a day, with the full time to live', async () => {
    const person = await signUp(testServer);
    await query(
      testServer.databaseUrl,
      `update sessions set sess = jsonb_set(sess::jsonb, '{renewedAt}', '0'), expire = now() + interval '1 hour' where user_id = $1`,
      [person.id],
    );
    await eventually('the session is renewed', async () => {
      await person.call(currentUser, {});
      const [row] = await query<{ far: boolean }>(
        testServer.databaseUrl,
        `select expire > now() + interval '6 days' as far from sessions where user_id = $1`,
        [person.id],
      );
      return row?.far;
    });
  });

  it('stay ended when they are renewed at the same moment', async () => {
    const person = await signUp(testServer);
    await query(testServer.databaseUrl, `update sessions set sess = jsonb_set(sess, '{renewedAt}', '0') where user_id = $1`, [person.id]);
    await sleep(100);
    const renewed = query(
      testServer.databaseUrl,
      // Ends the session, but lets the renewal find it until this commits.
      `with ended as (delete from sessions where user_id = $1 returning sid) select sid, pg_sleep(0.5) from ended`,
      [person.id],
    );
    await sleep(100);
    await Promise.all([person.call(currentUser, {}).catch(() => undefined), renewed]);
    await sleep(100);
    assert.deepEqual(await query(testServer.databaseUrl, 'select sid from sessions where user_id = $1', [person.id]), []);
    await assert.rejects(person.call(currentUser, {}), { status: 401 });
  });
});
