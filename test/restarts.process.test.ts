import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { Agent as TlsAgent, request as tlsRequest } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createProject } from '#features/projects/contract.ts';
import { createTestDatabase } from './harness/database.ts';
import { eventually } from './harness/eventually.ts';
import { endProcesses, freePort, openProcess, quick } from './harness/process.ts';
import { createCertificate, without } from './harness/programs.ts';
import { type Person, signUp } from './harness/test-server.ts';

const CLIENTS = 60;
const RESTARTS = 3;

/** Outcomes of requests. `refused`: no connection, so nothing was written; `cut`: written, but no response arrived. */
interface Tally {
  answers: Map<number, number>;
  refused: number;
  cut: string[];
}

/** A client that creates projects repeatedly, on a connection that it reuses as long as it can. */
async function write(origin: string, cookie: string, over: () => boolean, tally: Tally): Promise<void> {
  const tls = origin.startsWith('https:');
  const agent = tls
    ? new TlsAgent({ keepAlive: true, maxSockets: 1, rejectUnauthorized: false })
    : new Agent({ keepAlive: true, maxSockets: 1 });
  const body = JSON.stringify({ name: 'Written while the server restarts' });
  const headers = { cookie, 'content-type': 'application/json', 'content-length': body.length };
  while (!over()) {
    const outcome = await new Promise<number | string>((resolve) => {
      const sent = (tls ? tlsRequest : request)(origin + createProject.path, { method: 'POST', headers, agent });
      sent.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
      sent.once('response', (response) => {
        response.resume().once('end', () => resolve(response.statusCode ?? 0));
        response.once('error', (error: NodeJS.ErrnoException) => resolve(`while it was answered: ${error.code}`));
      });
      sent.end(body);
    });
    if (typeof outcome === 'number') tally.answers.set(outcome, (tally.answers.get(outcome) ?? 0) + 1);
    else if (outcome === 'ECONNREFUSED') {
      tally.refused++;
      await sleep(20);
    } else tally.cut.push(outcome);
  }
  agent.destroy();
}

const cookieOf = (person: Person) => [...person.browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ');

/** Clients write all the time, and `restart` is called several times in between. */
async function restartUnderLoad(t: TestContext, origin: string, person: Person, restart: () => Promise<void>): Promise<Tally> {
  const tally: Tally = { answers: new Map(), refused: 0, cut: [] };
  let over = false;
  const writing = Array.from({ length: CLIENTS }, () => write(origin, cookieOf(person), () => over, tally));
  const answered = () => tally.answers.get(201) ?? 0;
  for (let round = 0; round < RESTARTS; round++) {
    const before = answered();
    await eventually('all clients write', answered, (seen) => seen > before + 2 * CLIENTS);
    await restart();
  }
  const before = answered();
  await eventually('all clients write again', answered, (seen) => seen > before + CLIENTS);
  over = true;
  await Promise.all(writing);
  t.diagnostic(`${answered()} requests were answered over ${RESTARTS} restarts, ${tally.refused} connections were refused`);
  return tally;
}

describe('a restart under load', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'guildhall-restarts-'));
  });
  after(async () => {
    await endProcesses();
    await rm(folder, { recursive: true, force: true });
  });

  const ways: [string, Record<string, string>][] = [
    ['one process', {}],
    ['two processes', { WEB_CONCURRENCY: '2' }],
  ];
  for (const [name, way] of ways) {
    it(`drops no request that was written, with ${name}`, async (t) => {
      const env = { ...quick, ...way, PORT: String(await freePort()), DATABASE_URL: await createTestDatabase() };
      let server = await openProcess({ env });
      const person = await signUp(server);
      const tally = await restartUnderLoad(t, server.origin, person, async () => {
        assert.equal(await server.stop(), 0);
        server = await openProcess({ env });
      });
      assert.deepEqual(tally.cut, []);
      assert.deepEqual([...tally.answers.keys()], [201]);
      assert.equal(await server.stop(), 0);
    });
  }

  it('drops none over TLS either', { skip: without('openssl') }, async (t) => {
    const files = createCertificate(folder);
    const env = { ...quick, ...files, PORT: String(await freePort()), DATABASE_URL: await createTestDatabase() };
    let server = await openProcess({ env });
    const plain = await openProcess({ env: { ...quick, DATABASE_URL: env.DATABASE_URL } });
    const person = await signUp(plain);
    const tally = await restartUnderLoad(t, server.origin, person, async () => {
      assert.equal(await server.stop(), 0);
      server = await openProcess({ env });
    });
    assert.deepEqual(tally.cut, []);
    assert.deepEqual([...tally.answers.keys()], [201]);
    assert.equal(await server.stop(), 0);
    assert.equal(await plain.stop(), 0);
  });
});
