/**
 * Random requests to every endpoint, made from the API description. `npm run test:fuzz` sends 100,000; `FUZZ_REQUESTS` and `FUZZ_SEED` choose
 * others. A failure prints the request and the seed that makes it again.
 */
import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import * as z from 'zod';
import type { Contract } from '#wire/contract.ts';
import { problem } from '#wire/contract.ts';
import { createRequests, type Document, type FuzzRequest } from './fuzz/requests.ts';
import { createRandom } from './fuzz/values.ts';
import { type Fixture, METRICS_TOKEN, seed } from './harness/fixture.ts';
import { type Person, startTestServer } from './harness/test-server.ts';

const REQUESTS = Number(process.env['FUZZ_REQUESTS'] ?? 3000);
const SEED = Number(process.env['FUZZ_SEED'] ?? 1);
/** After so many, what the requests have deleted and changed is made anew. */
const PER_FIXTURE = 1500;
const AT_ONCE = 8;
/** Ten times what the slowest endpoint may take. */
const DEADLINE_MS = 60_000;

const testServer = await startTestServer({ env: { METRICS_TOKEN } });
after(() => testServer.close());
const contracts = new Map<string, Contract>(testServer.features.routes.map(({ contract }) => [contract.name, contract]));

/** What is wrong with a response; undefined: nothing. */
async function fault(response: Response, contract: Contract | undefined): Promise<string | undefined> {
  const kind = contract?.replies[response.status];
  if (kind === 'events') return void (await response.body?.cancel());
  const text = await response.text();
  if (response.status >= 500 && !isBusy(response, text) && !kind) return text.slice(0, 500);
  if (response.status === 304) return undefined;
  const isJson = /\bjson\b/.test(response.headers.get('content-type') ?? '');
  if (response.ok && kind instanceof z.ZodType) {
    const read = kind.safeParse(JSON.parse(text));
    return read.success ? undefined : `${response.status}: ${z.prettifyError(read.error)}`;
  }
  if (response.ok) return kind === undefined ? `${response.status} is not described` : undefined;
  if (kind !== undefined) return undefined;
  return isJson && problem.safeParse(JSON.parse(text)).success ? undefined : `${response.status} without a problem: ${text.slice(0, 200)}`;
}

/** An honest refusal under load. */
const isBusy = (response: Response, text: string): boolean =>
  response.status === 503 && response.headers.has('retry-after') && /"code":"busy"/.test(text);

async function sendTo({ browser }: Person, { method, path, headers, body }: FuzzRequest): Promise<Response> {
  return browser.fetch(path, { method, headers, ...(body !== undefined && { body }), signal: AbortSignal.timeout(DEADLINE_MS) });
}

describe('random requests', () => {
  it(`get described answers, and none fails on the server (${REQUESTS} of seed ${SEED})`, { timeout: 3_600_000 }, async () => {
    const document = (await (await fetch(`${testServer.origin}/api/openapi.json`)).json()) as Document;
    const statuses = new Map<number, number>();
    for (let round = 0; round * PER_FIXTURE < REQUESTS; round++) {
      let fixture: Fixture = await seed(testServer);
      const next = createRequests(document, createRandom(SEED + round), () => fixture);
      const requests = Array.from({ length: Math.min(PER_FIXTURE, REQUESTS - round * PER_FIXTURE) }, next);
      const send = async () => {
        for (let request = requests.pop(); request; request = requests.pop()) {
          const of = `seed ${SEED + round}: ${JSON.stringify(request).slice(0, 2000)}`;
          const response = await sendTo(fixture.owner, request).catch((error: unknown) => assert.fail(`${String(error)}\n${of}`));
          // Signed out, or out of the organization: most requests would only be refused.
          if (response.status === 401 && request.headers['authorization'] === undefined) fixture = await renewed(fixture);
          statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1);
          const wrong = await fault(response, contracts.get(request.operationId));
          if (wrong !== undefined) assert.fail(`${wrong}\n${of}`);
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, send));
    }
    const good = [...statuses].filter(([status]) => status < 400).reduce((sum, [, count]) => sum + count, 0);
    assert.ok(good > REQUESTS / 10, `too few requests got through: ${JSON.stringify([...statuses])}`);
    process.stdout.write(`${JSON.stringify(Object.fromEntries([...statuses].sort()))}\n`);
  });
});

let renewing: Promise<Fixture> | undefined;

/** One fixture for all who find that theirs no longer works. */
function renewed(old: Fixture): Promise<Fixture> {
  renewing ??= old.owner.browser
    .fetch('/api/auth/user')
    .then((response) => (response.ok ? old : seed(testServer)))
    .finally(() => {
      renewing = undefined;
    });
  return renewing;
}
