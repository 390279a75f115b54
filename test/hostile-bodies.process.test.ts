/** The effect of hostile bodies on everyone else: how long they block the event loop, compared with an ordinary load in the same run. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { after, before, describe, it } from 'node:test';
import { Worker } from 'node:worker_threads';
import { gzipSync } from 'node:zlib';
import { newProject, type Person, signUp, startTestServer, type TestServer } from './harness/test-server.ts';

interface Sent {
  url: string;
  method: string;
  headers: Record<string, string>;
  body: Uint8Array;
}

/** In a separate thread, so that sending costs this one nothing: only the server works here. */
const sender = `
  const { parentPort, workerData } = require('node:worker_threads');
  (async () => {
    const statuses = [];
    for (const { url, ...init } of workerData) {
      const response = await fetch(url, init);
      await response.arrayBuffer();
      statuses.push(response.status);
    }
    parentPort.postMessage(statuses);
  })();
`;

describe('hostile bodies', () => {
  let testServer: TestServer;
  let person: Person;
  let projectId: string;
  before(async () => {
    testServer = await startTestServer();
    person = await signUp(testServer);
    projectId = (await newProject(person)).id;
  });
  after(() => testServer.close());

  /** @returns the longest time, in ms, that the event loop was blocked during it */
  async function delayWhile(sent: Sent[]): Promise<{ longest: number; statuses: number[] }> {
    const delay = monitorEventLoopDelay({ resolution: 1 });
    delay.enable();
    const worker = new Worker(sender, { eval: true, workerData: sent });
    const [statuses] = (await once(worker, 'message')) as [number[]];
    delay.disable();
    await worker.terminate();
    return { longest: delay.max / 1e6, statuses };
  }

  function to(path: string, body: string | Uint8Array, headers: Record<string, string> = {}, method = 'POST'): Sent {
    const cookie = [...person.browser.cookies].map((pair) => pair.join('=')).join('; ');
    const known: Record<string, string> = path.startsWith('/api/auth/') ? {} : { cookie };
    return {
      url: testServer.origin + path,
      method,
      headers: { 'content-type': 'application/json', ...known, ...headers },
      body: Buffer.from(body),
    };
  }

  it('block nobody: the event loop stalls far shorter than reading them would take', async () => {
    const brackets = '['.repeat(5e6) + ']'.repeat(5e6);
    const keys = `{${Array.from({ length: 900_000 }, (_, index) => `"k${index}":0`).join()}}`;
    const begun = performance.now();
    JSON.parse(brackets);
    JSON.parse(keys);
    const reading = (performance.now() - begun) / 2;

    const addresses = ['/api/auth/login', '/api/auth/signup', '/api/projects', `/api/projects/${projectId}/runs`];
    const gzip = { 'content-encoding': 'gzip' };
    const hostile = addresses.flatMap((path) => [
      ...[brackets, keys, `"${'\\'.repeat(1e7)}"`].map((text) => to(path, gzipSync(text), gzip)),
      ...[brackets, keys].map((text) => to(path, text)),
      ...[brackets, keys].map((text) => to(path, text.slice(0, 250_000))),
      to(path, `{"name":[${'{"a":[]},'.repeat(25_000)}0]}`),
      to(path, `{"message":"${'*'.repeat(600_000)}"}`),
    ]);
    const ordinary = Array.from({ length: hostile.length }, () => to('/api/auth/login', '{"email":"a@example.com","password":"a guess"}'));

    await delayWhile([...ordinary.slice(0, 5), ...hostile.slice(0, 5)]);
    const quiet = await delayWhile(ordinary);
    const { longest, statuses } = await delayWhile(hostile);
    assert.ok(
      statuses.every((status) => [400, 413, 422, 429].includes(status)),
      statuses.join(),
    );
    const allowed = Math.max(10 * quiet.longest, reading / 4);
    assert.ok(longest < allowed, `${longest} ms, in quiet ${quiet.longest} ms; reading one of them takes ${reading} ms`);
  });
});
