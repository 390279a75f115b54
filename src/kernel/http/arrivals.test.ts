import assert from 'node:assert/strict';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import { describe, it } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { eventually } from '../../../test/harness/eventually.ts';
import { createArrivals } from './arrivals.ts';

/** Four of them fill a turn. */
const TO_BEGIN_MS = 0.25;
const PER_TURN = 4;

/** Stands still while a request waits, so that only beginning one takes time. */
function createClock() {
  let at = 0;
  return {
    now: () => at,
    spend(milliseconds: number): void {
      at += milliseconds;
    },
  };
}

/** A server that keeps requests until they are answered here. */
async function openServer({ isFull = () => false, now }: { isFull?: () => boolean; now?: () => number } = {}) {
  const refused: string[] = [];
  const begun: string[] = [];
  const open: ServerResponse[] = [];
  const clock = createClock();
  const arrivals = createArrivals({ isFull, noteRefused: (reason) => refused.push(reason), now: now ?? clock.now });
  const paced = arrivals.pace((request: IncomingMessage, response: ServerResponse) => {
    clock.spend(TO_BEGIN_MS);
    begun.push(`${request.method} ${request.url}`);
    open.push(response);
  });
  const server = createServer(paced as never).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  const origin = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
  return {
    arrivals,
    begun,
    refused,
    ask: (path: string, person = 'ada', method = 'GET') => fetch(origin + path, { method, headers: { cookie: person } }),
    /** Of many that arrive in one turn of the event loop. */
    pace: (request: object, response: object) => paced(request as never, response as never),
    answerAll(): void {
      for (const response of open.splice(0)) response.end();
    },
    close: () => void server.close(),
  };
}

const requestOf = (url: string, cookie: string, method = 'GET') => ({ url, method, headers: { cookie }, socket: {} });

describe('arrivals', () => {
  it('begin at once, until a turn of the event loop has spent a millisecond on that', async () => {
    const server = await openServer();
    for (let index = 0; index < PER_TURN; index++) server.pace(requestOf(`/${index}`, 'ada'), { end: () => undefined });
    assert.equal(server.begun.length, PER_TURN);
    server.pace(requestOf('/late', 'ada'), { end: () => undefined });
    assert.deepEqual([server.begun.length, server.arrivals.waiting()], [PER_TURN, 1]);
    await turn();
    await turn();
    assert.deepEqual([server.begun.at(-1), server.arrivals.waiting()], ['GET /late', 0]);
    server.close();
  });

  it('begin with what changes something and with health checks, then with people in turns', async () => {
    const server = await openServer();
    const response = { end: () => undefined };
    for (let index = 0; index < PER_TURN; index++) server.pace(requestOf(`/${index}`, 'ada'), response);
    for (let index = 0; index < 3; index++) server.pace(requestOf(`/ada/${index}`, 'ada'), response);
    server.pace(requestOf('/bob', 'bob'), response);
    server.pace(requestOf('/save', 'cleo', 'PUT'), response);
    server.pace(requestOf('/api/health/ready', ''), response);
    await turn();
    await turn();
    const rest = server.begun.slice(PER_TURN).map((line) => line.split(' ')[1]);
    assert.deepEqual(rest, ['/save', '/api/health/ready', '/ada/0', '/bob', '/ada/1', '/ada/2']);
    server.close();
  });

  it('wait while everyone would have to wait for a seat, and are refused in the end', async () => {
    let clock = 0;
    let full = true;
    const server = await openServer({ isFull: () => full, now: () => clock });
    const read = server.ask('/read');
    await eventually('it waits', () => server.arrivals.waiting(), 1);
    const save = server.ask('/save', 'ada', 'POST');
    await eventually('the save begins', () => server.begun.join(), 'POST /save');
    clock = 2000;
    const refused = await read;
    assert.deepEqual([refused.status, refused.headers.get('retry-after'), server.refused], [503, '2', ['waited']]);
    const problem = (await refused.json()) as { code: string; requestId: string };
    assert.equal(problem.code, 'busy');
    assert.equal(problem.requestId, refused.headers.get('x-request-id'));
    const next = server.ask('/next');
    await eventually('the next one waits', () => server.arrivals.waiting(), 1);
    full = false;
    await eventually('it begins', () => server.begun.at(-1), 'GET /next');
    server.answerAll();
    assert.deepEqual([(await save).status, (await next).status], [200, 200]);
    server.close();
  });
});
