import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterEach, describe, it } from 'node:test';
import type { Response } from 'express';
import { eventually } from '../../../test/harness/eventually.ts';
import { openEventStream } from './event-stream.ts';
import { createStreamReader, type StreamReader } from './stream-reader.ts';

/** More than all buffers between server and client can hold. */
const LARGE = `data: ${'x'.repeat(32 * 1024 * 1024)}\n\n`;

describe('a reader of a stream', () => {
  const servers: Server[] = [];
  const clients: Socket[] = [];
  afterEach(async () => {
    for (const client of clients.splice(0)) client.destroy();
    await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
  });

  /** A real connection whose client has read nothing yet. */
  async function open(drainMs?: number) {
    const seen = { caughtUp: 0, left: 0 };
    const opened = Promise.withResolvers<StreamReader>();
    const server = createServer((_, response) => {
      const stream = openEventStream(response as Response, new Set(), async () => true);
      opened.resolve(
        createStreamReader(stream, {
          catchUp: () => seen.caughtUp++,
          onClose: () => seen.left++,
          ...(drainMs !== undefined && { drainMs }),
        }),
      );
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
    clients.push(client.pause());
    client.on('error', () => undefined).write('GET / HTTP/1.1\r\nhost: a\r\n\r\n');
    return { reader: await opened.promise, client, seen };
  }

  it('that keeps up is notified of new data at once', async () => {
    const { reader, seen } = await open();
    reader.notify();
    assert.deepEqual([reader.isReady(), seen.caughtUp], [true, 1]);
  });

  it('that is slow catches up once it has read what it was sent, however much arrived meanwhile', async () => {
    const { reader, client, seen } = await open();
    reader.send(LARGE);
    assert.equal(reader.isReady(), false);
    for (let times = 0; times < 3; times++) reader.notify();
    assert.equal(seen.caughtUp, 0);
    client.resume();
    await eventually('the reader is ready', () => reader.isReady());
    assert.equal(seen.caughtUp, 1);
  });

  it('that was slow but missed nothing is not notified again', async () => {
    const { reader, client, seen } = await open();
    reader.send(LARGE);
    assert.equal(reader.isReady(), false);
    client.resume();
    await eventually('the reader is ready', () => reader.isReady());
    assert.equal(seen.caughtUp, 0);
  });

  it('that reads nothing for too long is cut off', async () => {
    const { reader, seen } = await open(10);
    reader.send(LARGE);
    assert.equal(reader.isReady(), false);
    await eventually('the reader is closed', () => reader.isClosed());
    assert.deepEqual(seen, { caughtUp: 0, left: 1 });
  });

  it('that has left is not notified', async () => {
    const { reader, client, seen } = await open();
    client.destroy();
    await eventually('the reader is closed', () => reader.isClosed());
    reader.notify();
    assert.deepEqual([reader.isReady(), seen], [false, { caughtUp: 0, left: 1 }]);
  });
});
