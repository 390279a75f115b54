/** Walks the list of all contracts: every limit of every endpoint reports when it is reached, and how to proceed. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { currentUser } from '#features/accounts/contract.ts';
import { limiterNames, notSignedIn } from '#features/limits/server/limits.ts';
import type { Limit } from '#kernel/http/route.ts';
import { query } from './harness/database.ts';
import { eventually } from './harness/eventually.ts';
import { fingerprint } from './harness/fingerprint.ts';
import { type Fixture, METRICS_TOKEN, type Sample, seed } from './harness/fixture.ts';
import { readProblem } from './harness/problem.ts';
import { sampleOf } from './harness/samples.ts';
import { readAnswer, send } from './harness/send.ts';
import { addMember, createBrowser, signUp, startTestServer, type TestServer } from './harness/test-server.ts';

/** Requests that meet the condition of a limit and requests that do not; by endpoint, limit and condition. */
interface Case {
  meets(fixture: Fixture, browser: Browser): Sample | Promise<Sample>;
  misses(fixture: Fixture, browser: Browser): Sample | Promise<Sample>;
}
type Browser = ReturnType<typeof createBrowser>;

const withLevel = (runId: keyof Fixture, level: string) => async (fixture: Fixture) => {
  await query(testServer.databaseUrl, 'update runs set level = $2 where id = $1', [fixture[runId], level]);
  return {};
};
const morePaused: Case = { meets: () => ({}), misses: () => ({ body: { paused: true } }) };
const switchedOn: Case = { meets: () => ({ body: { on: true, confirm: 'another name' } }), misses: () => ({ body: { on: false } }) };
const unsigned = (): Sample => ({ headers: { 'webhook-id': 'none', 'webhook-timestamp': '0', 'webhook-signature': 'v1,none' } });
/** A correctly signed message identifies its sender. */
const known = async (fixture: Fixture, browser: Browser) => {
  assert.equal((await send(browser, receiveWebhook, sampleOf(receiveWebhook, fixture))).status, 202);
};
const signedByKnown = async (fixture: Fixture, browser: Browser): Promise<Sample> => {
  await known(fixture, browser);
  return {};
};

const cases: Record<string, Case> = {
  'changeSchedule: api when the request does more than pause': morePaused,
  'changeSchedule: autonomy when the request does more than pause': morePaused,
  'changeTrigger: api when the request does more than pause': morePaused,
  'changeTrigger: autonomy when the request does more than pause': morePaused,
  'switchAutonomy: api when the request switches autonomy on': switchedOn,
  'switchAutonomy: autonomy when the request switches autonomy on': switchedOn,
  'startRun: autonomy when the run is autonomous': {
    meets: () => ({}),
    misses: () => ({ body: { message: 'Hello', level: 'supervised', model: 'practice' } }),
  },
  'retryRun: autonomy when the run is autonomous': {
    meets: withLevel('failedRunId', 'autonomous'),
    misses: withLevel('failedRunId', 'supervised'),
  },
  'branchRun: autonomy when the run is autonomous': { meets: withLevel('runId', 'autonomous'), misses: withLevel('runId', 'supervised') },
  'receiveWebhook: api when the sender has not signed for the trigger before': { meets: unsigned, misses: signedByKnown },
  'receiveWebhook: api when a sender that signed before sends an invalid signature': {
    async meets(fixture, browser) {
      await known(fixture, browser);
      return unsigned();
    },
    misses: signedByKnown,
  },
  'receiveWebhook: webhook when the signature is valid': { meets: () => ({}), misses: unsigned },
};

const describeLimit = ({ name, when }: Limit) => (when ? `${name} when ${when.description}` : name);
/** Requests that only stop or switch off something. */
const stopping: Record<string, Sample> = {
  switchAutonomy: { body: { on: false } },
  changeSchedule: { body: { paused: true } },
  changeTrigger: { body: { paused: true } },
};

/** So that the session of the fixture goes on. */
const failing: Record<string, Sample> = { changePassword: { body: { current: 'a guess at it', password: 'another pass phrase' } } };

/** A signed-in person's api window is ten times the anonymous one. */
const MOST = { api: 10, auth: 1, agent: 1, autonomy: 1, devmode: 1, webhook: 1 };

// Has limits a thousand times the guide's: people sign up here, and are rejected by the servers below.
const testServer = await startTestServer({ env: { METRICS_TOKEN } });
after(() => testServer.close());

const { contract: receiveWebhook } = testServer.features.routes.find(({ contract }) => contract.name === 'receiveWebhook') ?? assert.fail();

let addresses = 0;
/** The test server trusts the address that a proxy on this machine reports. */
function fromAnAddressOfItsOwn(): typeof fetch {
  const address = `203.0.113.${++addresses}`;
  return (input, init) => {
    const headers = new Headers(init?.headers);
    headers.set('x-forwarded-for', address);
    return fetch(input, { ...init, headers });
  };
}

/** Fixture for requests that only read, seeded once. */
const shared = seed(testServer);

/** The same fixture, with a person who has used none of their limits. */
async function withAnotherOwner(fixture: Fixture): Promise<Fixture> {
  const owner = await signUp(testServer);
  await addMember(testServer, owner, fixture.organizationId, 'owner');
  await eventually(
    'the server knows the member',
    async () => (await owner.call(currentUser, {})).body.user.organizations,
    (seen) => seen.some(({ id }) => id === fixture.organizationId),
  );
  return { ...fixture, owner };
}

describe('conditional limits', () => {
  it('have a request for each that meets the condition, and one that does not', () => {
    const conditional = testServer.features.routes.flatMap(({ contract, limits }) =>
      limits.flatMap((limit) => (limit.when && limit.when !== notSignedIn ? `${contract.name}: ${describeLimit(limit)}` : [])),
    );
    assert.deepEqual(conditional.toSorted(), Object.keys(cases).toSorted());
  });
});

for (const limiter of limiterNames) {
  describe(`the limit ${limiter}`, () => {
    // Limits that apply only without a session are tested below.
    const counted = testServer.features.routes.flatMap(({ contract, limits }) =>
      limits.filter(({ name, when }) => name === limiter && when !== notSignedIn).map((limit) => ({ contract, limit })),
    );
    const seconds = limiter === 'api' || limiter === 'auth' ? 900 : 60;
    let strict: TestServer;
    before(async () => {
      const env = { METRICS_TOKEN, RATE_LIMIT_MULTIPLIER: '1' };
      for (const name of limiterNames)
        Object.assign(env, { [`RATE_LIMIT_${name.toUpperCase()}`]: `${name === limiter ? 1 : 100_000}/${seconds}s` });
      strict = await startTestServer({ databaseUrl: testServer.databaseUrl, env });
    });
    after(() => strict.close());

    it('counts for some endpoint', () => assert.ok(counted.length > 0));

    for (const { contract, limit } of counted) {
      const condition = limit.when && ` when ${limit.when.description}`;
      const { meets, misses } = cases[`${contract.name}: ${describeLimit(limit)}`] ?? {};
      it(`rejects ${contract.method} ${contract.path} with 429${condition ?? ''}, and says when to retry`, async () => {
        const fixture = contract.method === 'GET' ? await withAnotherOwner(await shared) : await seed(testServer);
        const browser = createBrowser(strict.origin, fromAnAddressOfItsOwn());
        const given = await meets?.(fixture, browser);
        const ask = () => {
          // Signing up changes the person, who has their own limit.
          for (const [name, value] of fixture.owner.browser.cookies) browser.cookies.set(name, value);
          return send(browser, contract, { ...sampleOf(contract, fixture), ...given, ...failing[contract.name] });
        };
        let response = await ask();
        for (let count = 0; response.status !== 429 && count <= MOST[limiter]; count++) {
          await readAnswer(contract, response);
          response = await ask();
        }
        const before = await fingerprint(testServer.databaseUrl);
        response = await ask();
        const refusal = await readProblem(response, limiter, 429);
        assert.equal(refusal.code, 'rate_limited');
        assert.equal(refusal['limiter'], limiter);
        const wait = Number(response.headers.get('retry-after'));
        assert.ok(Number.isInteger(wait) && wait >= 1 && wait <= seconds, `retry-after: ${wait}`);
        const last = (name: string) => response.headers.get(name)?.split(', ').at(-1) ?? '';
        assert.match(last('ratelimit-policy'), new RegExp(`^"${limiter}";q=(1|10);w=${seconds}$`));
        assert.match(last('ratelimit'), new RegExp(`^"${limiter}";r=0;t=\\d+$`));
        assert.deepEqual(await fingerprint(testServer.databaseUrl), before);
      });

      if (condition)
        it(`accepts ${contract.method} ${contract.path} otherwise, however often`, async () => {
          const fixture = contract.method === 'GET' ? await withAnotherOwner(await shared) : await seed(testServer);
          const browser = createBrowser(strict.origin, fromAnAddressOfItsOwn());
          // First without a session: its person has used up more in the other test server than is allowed here.
          const given = await misses?.(fixture, browser);
          for (const [name, value] of fixture.owner.browser.cookies) browser.cookies.set(name, value);
          for (let count = 0; count <= MOST[limiter] + 1; count++) {
            const response = await send(browser, contract, { ...sampleOf(contract, fixture), ...given });
            assert.notEqual(response.status, 429, await readAnswer(contract, response));
          }
        });
    }
  });
}

describe('stopping and switching off', () => {
  const routes = testServer.features.routes.filter(({ limits }) => limits.some(({ when }) => when === notSignedIn));
  const names = ['changeSchedule', 'changeTrigger', 'deleteSchedule', 'deleteTrigger', 'stopRun', 'switchAutonomy'];
  let strict: TestServer;
  before(async () => {
    const env: Record<string, string> = { METRICS_TOKEN, RATE_LIMIT_MULTIPLIER: '1' };
    for (const name of limiterNames) env[`RATE_LIMIT_${name.toUpperCase()}`] = '1/900s';
    strict = await startTestServer({ databaseUrl: testServer.databaseUrl, env });
  });
  after(() => strict.close());

  it('covers what ends the work of agents', () => assert.deepEqual(routes.map(({ contract }) => contract.name).sort(), names));

  for (const { contract } of routes) {
    it(`is never limited for signed-in callers: ${contract.method} ${contract.path}`, async () => {
      const fixture = await seed(testServer);
      const browser = createBrowser(strict.origin);
      for (const [name, value] of fixture.owner.browser.cookies) browser.cookies.set(name, value);
      for (let count = 0; count < 11; count++) await browser.fetch('/api/projects');
      assert.equal((await browser.fetch('/api/projects')).status, 429);
      const sample = { ...sampleOf(contract, fixture), ...stopping[contract.name] };
      // The second time, there may be nothing left to stop.
      assert.ok((await send(browser, contract, sample)).ok);
      for (let count = 0; count < 20; count++) assert.notEqual((await send(browser, contract, sample)).status, 429);
      const outsider = createBrowser(strict.origin);
      await send(outsider, contract, sample);
      assert.equal((await send(outsider, contract, sample)).status, 429);
    });
  }
});

describe('deciding', () => {
  it('counts for the api alone: approvals, rejections and answers', () => {
    const routes = testServer.features.routes.filter(({ contract }) => ['decideApproval', 'answerQuestion'].includes(contract.name));
    assert.deepEqual(
      routes.map(({ limits }) => limits.map(({ name }) => name)),
      [['api'], ['api']],
    );
  });
});

describe('no limit', () => {
  it('counts what a load balancer, Prometheus and the doctor ask for, however often', async () => {
    const free = testServer.features.routes.filter(({ limits }) => limits.length === 0).map(({ contract }) => contract.name);
    assert.deepEqual(free.sort(), ['getHealth', 'getLive', 'getMetrics', 'getReady', 'probeBody', 'probeEvents', 'probeRequest']);
  });
});
