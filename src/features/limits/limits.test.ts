import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { currentUser, login, signup } from '#features/accounts/contract.ts';
import { startRun } from '#features/runs/contract.ts';
import { hold, query } from '../../../test/harness/database.ts';
import { eventually } from '../../../test/harness/eventually.ts';
import { createBrowser, newProject, signedInOn, signUp, startTestServer, type TestServer } from '../../../test/harness/test-server.ts';

async function within(
  options: { env?: Record<string, string>; servers?: number },
  work: (...testServers: TestServer[]) => Promise<void>,
): Promise<void> {
  const env = { RATE_LIMIT_MULTIPLIER: '1', ...options.env };
  const testServers = [await startTestServer({ env })];
  for (let i = 1; i < (options.servers ?? 1); i++)
    testServers.push(await startTestServer({ env, databaseUrl: testServers[0]?.databaseUrl ?? '' }));
  try {
    await work(...testServers);
  } finally {
    for (const testServer of testServers) await testServer.close();
  }
}

const statusOf = (attempt: Promise<{ status: number }>) =>
  attempt.then(
    (reply) => reply.status,
    (error: { status: number }) => error.status,
  );

describe('limits', () => {
  it('let through exactly what is allowed on one server, and say what is left', () =>
    within({ env: { RATE_LIMIT_API: '3/15m' } }, async (testServer) => {
      const person = await signUp(testServer);
      for (let used = 1; used <= 30; used++) {
        const { headers } = await person.call(currentUser, {});
        assert.equal(headers.get('ratelimit-policy'), '"api";q=30;w=900');
        assert.match(headers.get('ratelimit') ?? '', new RegExp(`^"api";r=${30 - used};t=(900|89\\d)$`));
      }
      await assert.rejects(person.call(currentUser, {}), { status: 429, code: 'rate_limited' });
    }));

  it('answer a refusal with Retry-After and words that say when to come back', () =>
    within({ env: { RATE_LIMIT_API: '1/15m' } }, async (testServer) => {
      await fetch(testServer.origin + currentUser.path);
      const response = await fetch(testServer.origin + currentUser.path);
      assert.equal(response.status, 429);
      const seconds = Number(response.headers.get('retry-after'));
      assert.ok(seconds > 890 && seconds <= 900);
      assert.match(((await response.json()) as { detail: string }).detail, /Try again in \d+ s\./);
    }));

  it('are the same limit on three servers as on one, under parallel requests', () =>
    within({ env: { RATE_LIMIT_API: '20/15m' }, servers: 3 }, async (...testServers) => {
      const [first] = testServers;
      if (!first) return;
      const person = await signUp(first);
      const people = testServers.map((testServer) => signedInOn(person, testServer));
      const statuses = await Promise.all(
        Array.from({ length: 450 }, (_, index) => statusOf((people[index % 3] ?? person).call(currentUser, {}))),
      );
      const passed = statuses.filter((status) => status === 200).length;
      assert.equal(passed, 200);
    }));

  it('lose nothing to a server that holds counts and does not use them', () =>
    within({ env: { RATE_LIMIT_API: '20/15m' }, servers: 3 }, async (...testServers) => {
      const [first] = testServers;
      if (!first) return;
      const person = await signUp(first);
      // Each server leases a share and uses one of it; the rest is requested from the last one.
      for (const testServer of testServers) await signedInOn(person, testServer).call(currentUser, {});
      const last = signedInOn(person, testServers.at(-1) ?? first);
      let passed = testServers.length;
      // Counts released by other servers may arrive after the first 429.
      const passAll = async () => {
        while ((await statusOf(last.call(currentUser, {}))) === 200) passed++;
        return passed;
      };
      await eventually('all that the others hold is given back', passAll, (seen) => seen >= 200);
      assert.equal(passed, 200);
    }));

  it('cost a person who is far from them a statement in thirty requests or more', () =>
    within({ env: { RATE_LIMIT_API: '100/15m' } }, async (testServer) => {
      const person = await signUp(testServer);
      const counts: number[] = [];
      // Background work also runs queries, so the fewest of several tries count.
      for (let round = 0; round < 5; round++) {
        const before = testServer.features.db.stats().queries;
        for (let i = 0; i < 100; i++) await person.call(currentUser, {});
        counts.push(testServer.features.db.stats().queries - before);
      }
      const queries = Math.min(...counts);
      assert.ok(queries <= 7, `${queries} statements for 100 requests`);
    }));

  it('count a signed-in person by user, not by address', () =>
    within({ env: { RATE_LIMIT_API: '2/15m', RATE_LIMIT_AUTH: '100/15m' } }, async (testServer) => {
      const ada = await signUp(testServer);
      const eve = await signUp(testServer);
      for (let i = 0; i < 20; i++) await ada.call(currentUser, {});
      await assert.rejects(ada.call(currentUser, {}), { status: 429 });
      await eve.call(currentUser, {});
    }));

  it('count sign-ins by address and account together, strictly', () =>
    within({ env: { RATE_LIMIT_API: '1000/15m' }, servers: 2 }, async (testServer, other) => {
      if (!other) return;
      const { email } = await signUp(testServer);
      const guess = (origin: string, address: string) =>
        statusOf(createBrowser(origin).call(login, { body: { email: address, password: 'a guess' } }));
      const statuses = await Promise.all(
        Array.from({ length: 20 }, (_, index) => guess(index % 2 ? testServer.origin : other.origin, email)),
      );
      assert.equal(statuses.filter((status) => status === 401).length, 5);
      assert.equal(statuses.filter((status) => status === 429).length, 15);
      assert.equal(await guess(testServer.origin, email.toUpperCase()), 429);
      assert.equal(await guess(testServer.origin, 'another@example.com'), 401);
    }));

  it('count sign-ups by address', () =>
    within({}, async (testServer) => {
      for (let i = 0; i < 5; i++) await signUp(testServer);
      await assert.rejects(signUp(testServer), { status: 429 });
    }));

  it('count messages to agents, and autonomous runs besides', () =>
    within({ env: { RATE_LIMIT_AUTONOMY: '2/1m', RATE_LIMIT_AGENT: '4/1m' } }, async (testServer) => {
      const person = await signUp(testServer);
      const { id: projectId } = await newProject(person);
      const start = (level: 'supervised' | 'autonomous') =>
        statusOf(person.call(startRun, { params: { projectId }, body: { message: 'hello', level } }));
      assert.deepEqual([await start('autonomous'), await start('autonomous'), await start('autonomous')], [201, 201, 429]);
      assert.deepEqual([await start('supervised'), await start('supervised')], [201, 429]);
    }));

  it('begin anew when their window is over, by the clock of PostgreSQL', () =>
    within({ env: { RATE_LIMIT_API: '1/1s' } }, async (testServer) => {
      const ask = async () => (await fetch(testServer.origin + currentUser.path)).status;
      assert.deepEqual([await ask(), await ask()], [401, 429]);
      await eventually('a new window has begun', ask, 401);
    }));

  it('are ten times as high in development', () =>
    within({ env: { NODE_ENV: 'development', RATE_LIMIT_MULTIPLIER: '' } }, async (testServer) => {
      const response = await fetch(testServer.origin + currentUser.path);
      assert.equal(response.headers.get('ratelimit-policy'), '"api";q=1000;w=900');
    }));

  it('fall back to this process, and sign-in fails closed, when counts cannot be stored', () =>
    within({ env: { RATE_LIMIT_API: '4/15m' } }, async (testServer) => {
      const { email, password } = await signUp(testServer);
      await query(testServer.databaseUrl, 'alter table limit_windows rename to limit_windows_away');
      const browser = createBrowser(testServer.origin);
      assert.equal(await statusOf(browser.call(login, { body: { email, password } })), 503);
      const ask = async () => (await fetch(testServer.origin + currentUser.path)).status;
      const statuses = [await ask(), await ask(), await ask(), await ask(), await ask()];
      assert.ok(statuses.includes(401) && statuses.at(-1) === 429, statuses.join());
      const metrics = await (await fetch(`${testServer.origin}/metrics`)).text();
      assert.match(metrics, /limit_fallback_total\{limiter="api"\} [1-9]/);
      await query(testServer.databaseUrl, 'alter table limit_windows_away rename to limit_windows');
    }));

  it('give back only what PostgreSQL granted, also after it could not be asked', () =>
    within({ env: { RATE_LIMIT_API: '100/15m' } }, async (testServer) => {
      const ask = async () => (await fetch(testServer.origin + currentUser.path)).status;
      // The first two are leased at once; the next cannot be requested in time.
      for (let i = 0; i < 2; i++) assert.equal(await ask(), 401);
      const unlock = await hold(testServer.databaseUrl, 'lock table limit_windows');
      assert.equal(await ask(), 401);
      await unlock();
      let passed = 3;
      while ((await ask()) === 401) passed++;
      assert.ok(passed <= 101, `${passed} passed a limit of 100, one of them counted alone`);
    }));

  it('hold for a request before its work is done', () =>
    within({}, async (testServer) => {
      for (let i = 0; i < 5; i++) await signUp(testServer);
      const before = await query(testServer.databaseUrl, 'select count(*) from users');
      const body = { name: 'One more', email: 'more@example.com', password: 'twelve chars' };
      await assert.rejects(createBrowser(testServer.origin).call(signup, { body }), { status: 429 });
      assert.deepEqual(await query(testServer.databaseUrl, 'select count(*) from users'), before);
    }));
});
