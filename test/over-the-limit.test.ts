/** Walks the list of all contracts: every limit of every endpoint says so when it is reached, and how to go on. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { limiterNames } from '#features/limits/server/limits.ts';
import { readRefusal } from './harness/problem.ts';
import { fingerprint, furnish, METRICS_TOKEN, type Place, readAnswer, type Sample, sampleOf, send } from './harness/samples.ts';
import { createBrowser, type House, openHouse } from './harness/test-server.ts';

/** Of what also stops or switches off, what does not. */
const starting: Record<string, Sample> = { switchAutonomy: { body: { on: true, confirm: 'another name' } } };
/** What only stops or switches off. */
const stopping: Record<string, Sample> = {
  switchAutonomy: { body: { on: false } },
  changeSchedule: { body: { paused: true } },
  changeTrigger: { body: { paused: true } },
};

/** A signed-in person's api window is ten times the anonymous one. */
const MOST = { api: 10, auth: 1, agent: 1, autonomy: 1, devmode: 1, webhook: 1 };

// Has its limits a thousand times the guide's: people are made here, and refused in the houses below.
const house = await openHouse({ env: { METRICS_TOKEN } });
after(() => house.close());

for (const limiter of limiterNames) {
  describe(`the limit ${limiter}`, () => {
    const routes = house.rooms.routes.filter(
      ({ contract, limits }) =>
        limits.some(({ name, strangersOnly }) => name === limiter && !strangersOnly) &&
        // A sender that signs rightly is not counted by address.
        !(contract.name === 'receiveWebhook' && limiter === 'api'),
    );
    const seconds = limiter === 'api' || limiter === 'auth' ? 900 : 60;
    let strict: House;
    let place: Place;
    before(async () => {
      const env = { METRICS_TOKEN, RATE_LIMIT_MULTIPLIER: '1' };
      for (const name of limiterNames)
        Object.assign(env, { [`RATE_LIMIT_${name.toUpperCase()}`]: `${name === limiter ? 1 : 100_000}/${seconds}s` });
      strict = await openHouse({ databaseUrl: house.databaseUrl, env });
    });
    after(() => strict.close());

    it('counts for some endpoint', () => assert.ok(routes.length > 0));

    for (const { contract } of routes) {
      it(`refuses ${contract.method} ${contract.path} with 429, and tells when to come back`, async () => {
        place = await furnish(house);
        const browser = createBrowser(strict.origin);
        const ask = () => {
          // Who signs up becomes somebody else, with a limit of their own.
          for (const [name, value] of place.owner.browser.cookies) browser.cookies.set(name, value);
          return send(browser, contract, { ...sampleOf(contract, place), ...starting[contract.name] });
        };
        let response = await ask();
        for (let count = 0; response.status !== 429 && count <= MOST[limiter]; count++) {
          await readAnswer(contract, response);
          response = await ask();
        }
        const before = await fingerprint(house.databaseUrl);
        response = await ask();
        const refusal = await readRefusal(response, limiter, 429);
        assert.equal(refusal.code, 'rate_limited');
        assert.equal(refusal['limiter'], limiter);
        const wait = Number(response.headers.get('retry-after'));
        assert.ok(Number.isInteger(wait) && wait >= 1 && wait <= seconds, `retry-after: ${wait}`);
        const last = (name: string) => response.headers.get(name)?.split(', ').at(-1) ?? '';
        assert.match(last('ratelimit-policy'), new RegExp(`^"${limiter}";q=(1|10);w=${seconds}$`));
        assert.match(last('ratelimit'), new RegExp(`^"${limiter}";r=0;t=\\d+$`));
        assert.deepEqual(await fingerprint(house.databaseUrl), before);
      });
    }
  });
}

describe('stopping and switching off', () => {
  const routes = house.rooms.routes.filter(({ limits }) => limits.some(({ strangersOnly }) => strangersOnly));
  const names = ['changeSchedule', 'changeTrigger', 'deleteSchedule', 'deleteTrigger', 'stopRun', 'switchAutonomy'];
  let strict: House;
  before(async () => {
    const env: Record<string, string> = { METRICS_TOKEN, RATE_LIMIT_MULTIPLIER: '1' };
    for (const name of limiterNames) env[`RATE_LIMIT_${name.toUpperCase()}`] = '1/900s';
    strict = await openHouse({ databaseUrl: house.databaseUrl, env });
  });
  after(() => strict.close());

  it('covers what ends the work of agents', () => assert.deepEqual(routes.map(({ contract }) => contract.name).sort(), names));

  for (const { contract } of routes) {
    it(`is never limited for who is signed in: ${contract.method} ${contract.path}`, async () => {
      const place = await furnish(house);
      const browser = createBrowser(strict.origin);
      for (const [name, value] of place.owner.browser.cookies) browser.cookies.set(name, value);
      for (let count = 0; count < 11; count++) await browser.fetch('/api/projects');
      assert.equal((await browser.fetch('/api/projects')).status, 429);
      const sample = { ...sampleOf(contract, place), ...stopping[contract.name] };
      // A second time there may be nothing left to stop.
      assert.ok((await send(browser, contract, sample)).ok);
      for (let count = 0; count < 20; count++) assert.notEqual((await send(browser, contract, sample)).status, 429);
      const stranger = createBrowser(strict.origin);
      await send(stranger, contract, sample);
      assert.equal((await send(stranger, contract, sample)).status, 429);
    });
  }
});

describe('deciding', () => {
  it('counts for the api alone: approvals, rejections and answers', () => {
    const routes = house.rooms.routes.filter(({ contract }) => ['decideApproval', 'answerQuestion'].includes(contract.name));
    assert.deepEqual(
      routes.map(({ limits }) => limits.map(({ name }) => name)),
      [['api'], ['api']],
    );
  });
});

describe('no limit', () => {
  it('counts what a load balancer and Prometheus ask for, however often', async () => {
    const free = house.rooms.routes.filter(({ limits }) => limits.length === 0);
    assert.deepEqual(free.map(({ contract }) => contract.name).sort(), ['getHealth', 'getLive', 'getMetrics', 'getReady']);
  });
});
