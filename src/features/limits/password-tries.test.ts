/** Guesses at an account from many addresses, and the account's owners. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { currentUser, login } from '#features/accounts/contract.ts';
import { query } from '../../../test/harness/database.ts';
import { createBrowser, type Person, signUp, startTestServer, type TestServer } from '../../../test/harness/test-server.ts';

let lastAddress = 0;
/** An unused address. */
function anAddress(): string {
  lastAddress++;
  return `203.0.${lastAddress >> 8}.${lastAddress & 255}`;
}

describe('guesses at one account', () => {
  // The guide's limits, on two servers. This test acts as the proxy that reports addresses.
  const env = { RATE_LIMIT_MULTIPLIER: '1' };
  let testServers: [TestServer, TestServer];
  before(async () => {
    const first = await startTestServer({ env });
    testServers = [first, await startTestServer({ env, databaseUrl: first.databaseUrl })];
  });
  after(() => Promise.all(testServers.map((testServer) => testServer.close())));

  interface Try {
    email: string;
    password?: string;
    address?: string;
    browser?: ReturnType<typeof createBrowser>;
    at?: TestServer;
  }
  const attempt = ({ email, password = 'a guess', address = anAddress(), browser, at = testServers[0] }: Try) =>
    (browser ?? createBrowser(at.origin)).fetch(login.path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-forwarded-for': address },
      body: JSON.stringify({ email, password }),
    });
  const statusOf = async (tried: Try) => (await attempt(tried)).status;
  const newPerson = () => signUpFrom(anAddress());
  async function signUpFrom(address: string): Promise<Person> {
    const { origin } = testServers[0];
    const send: typeof fetch = (url, init) => {
      const headers = new Headers(init?.headers);
      if (!headers.has('x-forwarded-for')) headers.set('x-forwarded-for', address);
      return fetch(url, { ...init, headers });
    };
    return signUp({ origin }, 'Ada Lovelace', send);
  }
  const passTime = (email: string) =>
    query(testServers[0].databaseUrl, `update sign_in_tries set next_at = now() where account = ${key}`, [email]);
  const key = `replace(replace(left(encode(sha256(convert_to($1, 'UTF8')), 'base64'), 22), '+', '-'), '/', '_')`;

  it('from as many addresses, on all servers, get 429 after ten failures, and then one try in 30 s', async () => {
    const { email } = await newPerson();
    for (let index = 0; index < 10; index++) assert.equal(await statusOf({ email, at: testServers[index % 2] as TestServer }), 401);
    for (const at of testServers) {
      const response = await attempt({ email: ` ${email.toUpperCase()}`, at });
      assert.equal(response.status, 429);
      const seconds = Number(response.headers.get('retry-after'));
      assert.ok(seconds >= 1 && seconds <= 30, `Retry-After: ${seconds}`);
      const { code, limiter, detail } = (await response.json()) as Record<string, string>;
      assert.deepEqual([code, limiter], ['rate_limited', 'auth']);
      assert.match(detail ?? '', /Try again in \d+ s, or in a browser in which you have signed in/);
    }
    await passTime(email);
    const next = await Promise.all(Array.from({ length: 10 }, (_, index) => statusOf({ email, at: testServers[index % 2] as TestServer })));
    assert.deepEqual(next.toSorted(), [401, ...Array(9).fill(429)]);
  });

  it('that come all at once are no more than ten', async () => {
    const { email } = await newPerson();
    const statuses = await Promise.all(
      Array.from({ length: 100 }, (_, index) => statusOf({ email, at: testServers[index % 2] as TestServer })),
    );
    assert.equal(statuses.filter((status) => status === 401).length, 10);
    assert.equal(statuses.filter((status) => status === 429).length, 90);
  });

  it('do not slow the browser in which the person signed in before, on whichever server', async () => {
    const { email, password, browser } = await newPerson();
    while ((await statusOf({ email })) === 401);
    for (const at of testServers) {
      const own = createBrowser(at.origin);
      own.cookies.set('guildhall.browser', browser.cookies.get('guildhall.browser') ?? '');
      assert.equal(await statusOf({ email, password: 'mistyped', browser: own }), 401);
      assert.equal(await statusOf({ email, password, browser: own }), 200);
    }
    // Another browser must wait, even with the right password.
    assert.equal(await statusOf({ email, password }), 429);
    await passTime(email);
    assert.equal(await statusOf({ email, password }), 200);
  });

  it('gain nothing from a browser that is known for another account, or that says so without a signature', async () => {
    const { email } = await newPerson();
    const other = await newPerson();
    while ((await statusOf({ email })) === 401);
    assert.equal(await statusOf({ email, browser: other.browser }), 429);
    const forged = createBrowser(testServers[0].origin);
    const cookie = decodeURIComponent(other.browser.cookies.get('guildhall.browser') ?? '');
    for (const value of [cookie.replace(/\.[^.]*$/, '.forged'), cookie.replace(/\.[^.]*$/, ''), 'browser:x:y', '']) {
      forged.cookies.set('guildhall.browser', encodeURIComponent(value));
      assert.equal(await statusOf({ email, browser: forged }), 429);
    }
    const session = createBrowser(testServers[0].origin);
    session.cookies.set('guildhall.sid', encodeURIComponent(`s:${cookie}`));
    assert.equal((await session.fetch(currentUser.path)).status, 401);
  });

  it('are counted alike where there is no such account, with as many statements', async () => {
    const { email } = await newPerson();
    interface Answer {
      status: number;
      code: string;
      statements: number;
    }
    async function course(address: string): Promise<Answer[]> {
      const seen: Answer[] = [];
      for (let index = 0; index < 12; index++) {
        const before = testServers[0].features.db.stats().queries;
        const response = await attempt({ email: address });
        const { code } = (await response.json()) as { code: string };
        seen.push({ status: response.status, code, statements: testServers[0].features.db.stats().queries - before });
      }
      return seen;
    }
    // Background work may also run queries, so the fewest statements seen for each try count.
    const fewest = (a: Answer[], b: Answer[]) =>
      a.map((one, index) => ({ ...one, statements: Math.min(one.statements, b[index]?.statements ?? one.statements) }));
    let known = await course((await newPerson()).email);
    let unknown = await course('nobody-0@example.com');
    for (let tries = 1; tries < 10 && JSON.stringify(known) !== JSON.stringify(unknown); tries++) {
      known = fewest(await course((await newPerson()).email), known);
      unknown = fewest(await course(`nobody-${tries}@example.com`), unknown);
    }
    assert.deepEqual(known, unknown);
    assert.equal(await statusOf({ email }), 401);
  });

  it('are forgotten when there was none for an hour, and by nothing sooner', async () => {
    const { email, password } = await newPerson();
    for (let index = 0; index < 9; index++) assert.equal(await statusOf({ email }), 401);
    // Neither the end of another failure nor a successful sign-in counts as a failure.
    for (let index = 0; index < 3; index++) assert.equal(await statusOf({ email, password }), 200);
    assert.equal(await statusOf({ email }), 401);
    assert.equal(await statusOf({ email }), 429);
    await query(testServers[0].databaseUrl, `update sign_in_tries set ends_at = now() where account = ${key}`, [email]);
    assert.equal(await statusOf({ email }), 401);
  });

  it('do not stand in the way of many sign-ins at once with the right password', async () => {
    const { email, password } = await newPerson();
    const statuses = await Promise.all(
      Array.from({ length: 30 }, (_, index) => statusOf({ email, password, at: testServers[index % 2] as TestServer })),
    );
    assert.deepEqual(new Set(statuses), new Set([200]));
  });

  it('are refused when they cannot be counted', async () => {
    const { email, password } = await newPerson();
    await query(testServers[0].databaseUrl, 'alter table sign_in_tries rename to sign_in_tries_away');
    try {
      assert.equal(await statusOf({ email, password }), 500);
    } finally {
      await query(testServers[0].databaseUrl, 'alter table sign_in_tries_away rename to sign_in_tries');
    }
    assert.equal(await statusOf({ email, password }), 200);
  });

  describe('from the address of a person', () => {
    it('keep nobody out who signed in there before: neither five at the account, nor a hundred at others', async () => {
      const address = anAddress();
      const { email, password, browser } = await newPerson();
      for (let index = 0; index < 5; index++) assert.equal(await statusOf({ email, address }), 401);
      assert.equal(await statusOf({ email, password, address }), 429);
      while ((await statusOf({ email: `nobody-${lastAddress++}@example.com`, address })) !== 429);
      browser.cookies.delete('guildhall.sid');
      assert.equal((await browser.fetch(currentUser.path, { headers: { 'x-forwarded-for': address } })).status, 401);
      assert.equal(await statusOf({ email, password, address, browser }), 200);
    });

    it('are counted by it though the browser is known, where they are for other accounts', async () => {
      const address = anAddress();
      const { browser } = await newPerson();
      browser.cookies.delete('guildhall.sid');
      let tried = 0;
      while ((await statusOf({ email: `nobody-${lastAddress++}@example.com`, address, browser })) !== 429) tried++;
      assert.equal(tried, 100);
    });

    it('of a known browser at its own account are five in a quarter of an hour', async () => {
      const { email, password, browser } = await newPerson();
      browser.cookies.delete('guildhall.sid');
      for (let index = 0; index < 5; index++) assert.equal(await statusOf({ email, browser }), 401);
      assert.equal(await statusOf({ email, password, browser }), 429);
    });
  });
});
