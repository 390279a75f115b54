import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { currentUser, login, logout } from '#features/accounts/contract.ts';
import { listProjects } from '#features/projects/contract.ts';
import { query } from '../../../test/harness/database.ts';
import { eventually } from '../../../test/harness/eventually.ts';
import { createBrowser, type House, openHouse, type Person, signUp, visit } from '../../../test/harness/test-server.ts';
import { listSessions, revokeOtherSessions, revokeSession } from './contract.ts';

const statusOf = (browser: Pick<Person, 'call'>) =>
  browser.call(currentUser, {}).then(
    () => 200,
    (error: { status: number }) => error.status,
  );
/** The promise is a second; a busy machine gets more. */
const hasEnded = (browser: Pick<Person, 'call'>) => eventually('the session has ended', () => statusOf(browser), 401);

describe('sessions', () => {
  let house: House;
  let other: House;
  before(async () => {
    house = await openHouse();
    other = await openHouse({ databaseUrl: house.databaseUrl });
  });
  after(async () => {
    await house.close();
    await other.close();
  });

  it('are valid on every server at once', async () => {
    const person = await signUp(house);
    assert.equal((await visit(person, other).call(currentUser, {})).body.user.id, person.id);
  });

  it('cost an ordinary read no query and no write', async () => {
    const person = await signUp(house);
    await person.call(listProjects, {});
    // What goes on in the background may ask something meanwhile, so the fewest of some tries count.
    async function queriesOf(work: () => Promise<unknown>): Promise<number> {
      const counts: number[] = [];
      for (let i = 0; i < 5; i++) {
        const before = house.rooms.db.stats().queries;
        await work();
        counts.push(house.rooms.db.stats().queries - before);
      }
      return Math.min(...counts);
    }
    assert.equal(await queriesOf(() => person.call(listSessions, {})), 1);
    assert.equal(await queriesOf(() => person.call(currentUser, {})), 0);
  });

  it('ended on one server are ended on the others within a second', async () => {
    const person = await signUp(house);
    const elsewhere = visit(person, other);
    await elsewhere.call(currentUser, {});
    await person.call(logout, {});
    await hasEnded(elsewhere);
  });

  it('deleted by an operator in the table are ended too', async () => {
    const person = await signUp(house);
    await person.call(currentUser, {});
    await query(house.databaseUrl, 'delete from sessions where user_id = $1', [person.id]);
    await hasEnded(person);
  });

  it('show a changed role within a second', async () => {
    const person = await signUp(house);
    await query(house.databaseUrl, `update members set role = 'viewer' where user_id = $1`, [person.id]);
    await eventually('the role has changed', async () => (await person.call(currentUser, {})).body.user.organizations[0]?.role, 'viewer');
  });

  it('end when their time is over, and the job takes their rows away', async () => {
    const person = await signUp(house);
    await query(
      house.databaseUrl,
      `update sessions set expire = now() - interval '1 second', sess = sess::jsonb || '{"x":1}' where user_id = $1`,
      [person.id],
    );
    await hasEnded(person);
    assert.ok((await house.rooms.sessions.cleanUp()) >= 1);
    assert.deepEqual(await query(house.databaseUrl, 'select sid from sessions where user_id = $1', [person.id]), []);
  });

  it('end 30 days after they began, however much they are used', async () => {
    const person = await signUp(house);
    const age = (days: number) =>
      query(
        house.databaseUrl,
        `update sessions set expire = now() + interval '1 day', sess = sess || jsonb_build_object('renewedAt', 0, 'createdAt', $2::text)
         where user_id = $1`,
        [person.id, new Date(Date.now() - days * 86_400_000).toISOString()],
      );
    const daysLeft = async () => {
      const [session] = (await person.call(listSessions, {})).body.sessions;
      return (Date.parse(session?.expiresAt ?? '') - Date.now()) / 86_400_000;
    };
    await age(10);
    await eventually('the session is renewed with its full time to live', daysLeft, (days) => Math.abs(days - 7) < 0.1);
    await age(28);
    await eventually('the session is renewed up to its last day', daysLeft, (days) => Math.abs(days - 2) < 0.1);
    await age(31);
    await hasEnded(person);
  });

  it('are 50 of a person at most: the one that was not used for longest makes room, on every server', async () => {
    const person = await signUp(house);
    const body = { email: person.email, password: person.password };
    const first = createBrowser(house.origin);
    await first.call(login, { body });
    const elsewhere = createBrowser(other.origin);
    for (const [name, value] of first.cookies) elsewhere.cookies.set(name, value);
    await elsewhere.call(currentUser, {});
    const firstId = (await first.call(listSessions, {})).body.sessions.find(({ current }) => current)?.id;
    const used = `update sessions set seen_at = now() - case when sess ->> 'publicId' = $2 then interval '2 hours' else '1 hour' end where user_id = $1`;
    await query(house.databaseUrl, used, [person.id, firstId]);
    for (let n = 0; n < 48; n++) await createBrowser(house.origin).call(login, { body });
    await elsewhere.call(currentUser, {});
    await createBrowser(house.origin).call(login, { body });
    await hasEnded(elsewhere);
    assert.equal((await person.call(listSessions, {})).body.sessions.length, 50);
  });

  it('are no more than 50 either when many begin at once', async () => {
    const person = await signUp(house);
    const body = { email: person.email, password: person.password };
    await Promise.all(Array.from({ length: 80 }, (_, n) => createBrowser(n % 2 ? house.origin : other.origin).call(login, { body })));
    const [row] = await query<{ count: number }>(house.databaseUrl, 'select count(*)::int from sessions where user_id = $1', [person.id]);
    assert.equal(row?.count, 50);
  });

  it('have a cookie that scripts cannot read and other sites do not send, for as many days as is set', async () => {
    const short = await openHouse({ env: { SESSION_TTL_DAYS: '2' } });
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
      const { call, email, password, browser } = await signUp(house);
      t.mock.timers.enable({ apis: ['Date'], now: real + days * 86_400_000 });
      try {
        await call(currentUser, {});
        const again = createBrowser(house.origin);
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
        assert.equal((await fetch(house.origin + currentUser.path, { headers: { cookie } })).status, 401);
        assert.equal((await query(house.databaseUrl, 'select from sessions where sess ->> $1 = $2', ['publicId', mine.id])).length, 1);
      } finally {
        t.mock.timers.reset();
      }
    }
  });

  it('have a Secure cookie behind a proxy that speaks TLS', async () => {
    const proxied = await openHouse({ env: { TRUST_PROXY: '1' } });
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
    let secure: House;
    before(async () => {
      secure = await openHouse({ databaseUrl: house.databaseUrl, env: { PUBLIC_URL: 'https://guildhall.example.com' } });
    });
    after(() => secure.close());
    const signIn = (at: House, { email, password }: { email: string; password: string }, headers: Record<string, string> = {}) =>
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
      const person = await signUp(house);
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
    const person = await signUp(house);
    const ended = await signUp(house);
    const [good, dead] = [person, ended].map(({ browser }) => `guildhall.sid=${browser.cookies.get('guildhall.sid')}`);
    await ended.call(logout, {});
    const forged = `guildhall.sid=s%3A${'a'.repeat(32)}.${'b'.repeat(43)}`;
    const cookie = ['guildhall.sid=garbage', 'guildhall.sid=%E0%A4%A', forged, dead, good].join('; ');
    const ask = (contract: { path: string; method: string }) =>
      fetch(house.origin + contract.path, { method: contract.method, headers: { cookie } });
    assert.equal((await ask(currentUser)).status, 200);
    assert.equal((await ask(logout)).status, 204);
    await assert.rejects(person.call(currentUser, {}), { status: 401 });
  });

  it('outlive a change of the secret while the old one stands in the list', async () => {
    const [old, fresh] = ['old secret '.repeat(8), 'new secret '.repeat(8)];
    const first = await openHouse({ env: { SESSION_SECRET: old } });
    const person = await signUp(first);
    await first.close();
    const rotated = await openHouse({ databaseUrl: first.databaseUrl, env: { SESSION_SECRET: `${fresh},${old}` } });
    assert.equal((await visit(person, rotated).call(currentUser, {})).body.user.id, person.id);
    await rotated.close();
    const forgotten = await openHouse({ databaseUrl: first.databaseUrl, env: { SESSION_SECRET: fresh } });
    await assert.rejects(visit(person, forgotten).call(currentUser, {}), { status: 401 });
    await forgotten.close();
  });

  it('get their cookie anew once a day, with the full time to live', async () => {
    const person = await signUp(house);
    await query(
      house.databaseUrl,
      `update sessions set sess = jsonb_set(sess::jsonb, '{renewedAt}', '0'), expire = now() + interval '1 hour' where user_id = $1`,
      [person.id],
    );
    await eventually('the session is renewed', async () => {
      await person.call(currentUser, {});
      const [row] = await query<{ far: boolean }>(
        house.databaseUrl,
        `select expire > now() + interval '6 days' as far from sessions where user_id = $1`,
        [person.id],
      );
      return row?.far;
    });
  });

  it('stay ended when they are renewed at the same moment', async () => {
    const person = await signUp(house);
    await query(house.databaseUrl, `update sessions set sess = jsonb_set(sess, '{renewedAt}', '0') where user_id = $1`, [person.id]);
    await sleep(100);
    const renewed = query(
      house.databaseUrl,
      // Ends the session, and lets the renewal find it until this commits.
      `with ended as (delete from sessions where user_id = $1 returning sid) select sid, pg_sleep(0.5) from ended`,
      [person.id],
    );
    await sleep(100);
    await Promise.all([person.call(currentUser, {}).catch(() => undefined), renewed]);
    await sleep(100);
    assert.deepEqual(await query(house.databaseUrl, 'select sid from sessions where user_id = $1', [person.id]), []);
    await assert.rejects(person.call(currentUser, {}), { status: 401 });
  });

  describe('GET /api/sessions', () => {
    it('lists my own with device and address, and tells which one asks', async () => {
      const person = await signUp(house);
      await createBrowser(house.origin).call(
        login,
        { body: { email: person.email, password: person.password } },
        { headers: { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0' } },
      );
      const { sessions } = (await person.call(listSessions, {})).body;
      assert.equal(sessions.length, 2);
      assert.equal(sessions.filter((session) => session.current).length, 1);
      assert.ok(sessions.some((session) => session.device === 'Firefox on Linux' && session.address === '127.0.0.1'));
    });

    it('never shows the secret id', async () => {
      const person = await signUp(house);
      const text = JSON.stringify((await person.call(listSessions, {})).body);
      const [row] = await query<{ sid: string }>(house.databaseUrl, 'select sid from sessions where user_id = $1', [person.id]);
      assert.ok(row && !text.includes(row.sid));
    });
  });

  describe('DELETE /api/sessions/:sessionId', () => {
    it('ends one of my sessions on every server', async () => {
      const person = await signUp(house);
      const second = createBrowser(other.origin);
      await second.call(login, { body: { email: person.email, password: person.password } });
      const { sessions } = (await person.call(listSessions, {})).body;
      const sessionId = sessions.find((session) => !session.current)?.id ?? '';
      await person.call(revokeSession, { params: { sessionId } });
      await hasEnded(second);
      await person.call(currentUser, {});
    });

    it('does not know somebody else’s', async () => {
      const [ada, eve] = [await signUp(house), await signUp(house)];
      const sessionId = (await ada.call(listSessions, {})).body.sessions[0]?.id ?? '';
      await assert.rejects(eve.call(revokeSession, { params: { sessionId } }), { status: 404 });
      await ada.call(currentUser, {});
    });
  });

  describe('DELETE /api/sessions', () => {
    it('ends all of mine but the one that asks, on every server, and nobody else’s', async () => {
      const person = await signUp(house);
      const stranger = await signUp(house);
      const body = { email: person.email, password: person.password };
      const others = [createBrowser(house.origin), createBrowser(other.origin)];
      for (const browser of others) await browser.call(login, { body });
      assert.equal((await person.call(revokeOtherSessions, {})).status, 204);
      for (const browser of others) await hasEnded(browser);
      const { sessions } = (await person.call(listSessions, {})).body;
      assert.deepEqual(
        sessions.map(({ current }) => current),
        [true],
      );
      await stranger.call(currentUser, {});
      await person.call(revokeOtherSessions, {});
    });
  });
});
