import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { after, before, describe, it } from 'node:test';
import express from 'express';
import { eventually } from '../../../test/harness/eventually.ts';
import { listen } from './listen.ts';

/** More than the system's buffers hold of a connection. */
const BYTES = 24 * 1024 * 1024;

describe('a response', () => {
  let http: Awaited<ReturnType<typeof listen>>;
  const closed: string[] = [];
  before(async () => {
    const app = express().get('/:name', (request, response) => {
      response.on('close', () => closed.push(`${request.params['name']} ${response.writableFinished ? 'read' : 'cut off'}`));
      response.end(Buffer.alloc(BYTES));
    });
    // A client that reads at all is done long before the grace is over.
    const slowness = { graceMs: 300, bytesPerSecond: BYTES };
    http = await listen({ app, host: '127.0.0.1', port: 0, tls: undefined, streams: new Set(), slowness });
  });
  after(async () => {
    await http.stopAccepting();
    await http.drain({ silence: 0, timeout: 1000 });
  });

  function ask(name: string) {
    const socket = connect(http.port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write(`GET /${name} HTTP/1.1\r\nhost: x\r\n\r\n`);
    return socket;
  }

  it('that is not read is cut off', async () => {
    const socket = ask('unread').pause();
    await eventually('it is cut off', () => closed.join(), 'unread cut off');
    socket.destroy();
  });

  it('that is read is not', async () => {
    const socket = ask('quick').resume();
    await eventually('it is read', () => closed.at(-1), 'quick read');
    assert.equal(socket.destroyed, false);
    socket.destroy();
  });
});
