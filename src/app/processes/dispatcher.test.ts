import assert from 'node:assert/strict';
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { get } from 'node:http';
import { after, describe, it } from 'node:test';
import { createDispatcher } from './dispatcher.ts';

/** Far more than two seconds' worth for a process that takes one in `PACE` milliseconds. */
const CONNECTIONS = 40;
const PACE = 100;

/** A process that takes one connection after the other, and answers each. */
const program = `
const { createServer } = require('node:http');
const server = createServer((request, response) => response.end('answered'));
process.on('message', (message, socket) => {
  setTimeout(() => {
    if (socket) server.emit('connection', socket);
    process.send({ type: 'taken' });
  }, ${PACE});
});
process.send({ type: 'ready' });
`;

const ask = (port: number) =>
  new Promise<{ status: number | undefined; retryAfter: string | undefined; body: string }>((resolve, reject) => {
    const sent = get({ port, host: '127.0.0.1', agent: false }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => {
        body += text;
      });
      response.once('end', () => resolve({ status: response.statusCode, retryAfter: response.headers['retry-after'], body }));
    });
    sent.once('error', reject);
  });

describe('the process that accepts connections', () => {
  const children: ChildProcess[] = [];
  after(() => children.forEach((child) => void child.kill()));

  it('refuses those that would wait long because processes are slow to take them, and says when to come back', async () => {
    const refused: string[] = [];
    const dispatcher = createDispatcher({ tls: false, noteRefused: (reason) => refused.push(reason) });
    const child = fork('-e', [program], { execArgv: [] });
    children.push(child);
    child.on('message', ({ type }: { type: string }) => type === 'taken' && dispatcher.acknowledge(child));
    await once(child, 'message');
    const port = await dispatcher.listen(0, '127.0.0.1');
    dispatcher.add(child);
    const answers = await Promise.all(Array.from({ length: CONNECTIONS }, () => ask(port)));
    const busy = answers.filter(({ status }) => status === 503);
    assert.ok(busy.length > 0 && busy.length < CONNECTIONS, `${busy.length}`);
    for (const { retryAfter, body } of busy) {
      assert.equal(retryAfter, '2');
      assert.equal((JSON.parse(body) as { code: string }).code, 'busy');
    }
    assert.deepEqual(new Set(answers.filter(({ status }) => status !== 503).map(({ body }) => body)), new Set(['answered']));
    assert.deepEqual(new Set(refused), new Set(['waited']));
    assert.equal(refused.length, busy.length);
    await dispatcher.close(0);
  });
});
