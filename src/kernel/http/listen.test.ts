import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect as connectTls, type PeerCertificate } from 'node:tls';
import express from 'express';
import { eventually } from '../../../test/harness/eventually.ts';
import { createCertificate, without } from '../../../test/harness/programs.ts';
import { listen } from './listen.ts';

/** Milliseconds of silence before connections are closed: many times what the tests take in between. */
const SILENCE = 3000;
const GET = (path: string) => `GET ${path} HTTP/1.1\r\nhost: x\r\n\r\n`;

/** `/now` responds, `/later` responds when `answer` is called, `/refused` responds before reading anything. */
async function openServer(tls?: { cert: string; key: string }) {
  const waiting: (() => void)[] = [];
  const app = express()
    .get('/now', (_, response) => void response.send('now'))
    .get('/later', (_, response) => void waiting.push(() => response.send('later')))
    .get('/begun', (_, response) => {
      response.writeHead(200, { 'content-length': 4 }).write('be');
      waiting.push(() => response.end('gun'.slice(1)));
    })
    .post('/refused', (_, response) => void response.status(413).send('too large'));
  const http = await listen({ app, host: '127.0.0.1', port: 0, tls, streams: new Set() });
  return {
    ...http,
    waiting: () => waiting.length,
    answer: () => {
      for (const send of waiting.splice(0)) send();
    },
    async close(silence: number, timeout = 30_000): Promise<void> {
      await http.stopAccepting();
      await http.drain({ silence, timeout });
    },
  };
}

async function open(port: number) {
  const socket = connect({ host: '127.0.0.1', port, allowHalfOpen: true });
  let received = '';
  let ended: string | undefined;
  socket.setEncoding('utf8').on('data', (text: string) => {
    received += text;
  });
  socket.once('end', () => {
    ended = 'end';
    socket.end();
  });
  socket.on('error', (error: NodeJS.ErrnoException) => {
    ended = error.code;
  });
  await new Promise((resolve) => socket.once('connect', resolve));
  return { socket, write: (text: string | Buffer) => void socket.write(text), received: () => received, ended: () => ended };
}

const count = (text: string, part: string) => text.split(part).length - 1;

describe('a server that closes', { concurrency: true }, () => {
  it('tells each client that the connection closes with its response, including responses in progress', async () => {
    const server = await openServer();
    const [kept, slow] = [await open(server.port), await open(server.port)];
    kept.write(GET('/now'));
    slow.write(GET('/later'));
    await eventually('both requests are there', () => kept.received().endsWith('now') && server.waiting() === 1);
    assert.match(kept.received(), /connection: keep-alive/i);
    server.beginClosing();
    kept.write(GET('/now'));
    server.answer();
    for (const client of [kept, slow]) await eventually('it is answered and closed', () => client.ended(), 'end');
    assert.equal(count(kept.received().toLowerCase(), 'connection: close'), 1);
    assert.match(slow.received(), /connection: close/i);
    await server.close(0);
  });

  it('responds to a request on an idle connection, and closes idle connections last', async () => {
    const server = await openServer();
    const [writes, silent, unused] = [await open(server.port), await open(server.port), await open(server.port)];
    for (const client of [writes, silent]) client.write(GET('/now'));
    await eventually('both are answered', () => [writes, silent].every((client) => client.received().endsWith('now')));
    server.beginClosing();
    const closed = server.close(SILENCE).then(() => 'closed');
    await sleep(100);
    assert.deepEqual([silent.ended(), unused.ended()], [undefined, undefined]);
    writes.write(GET('/now'));
    await eventually('it is answered', () => count(writes.received(), '\r\n\r\nnow'), 2);
    assert.equal(await closed, 'closed');
    for (const client of [writes, silent, unused]) await eventually('it is closed', () => client.ended(), 'end');
  });

  it('responds to pipelined requests, and closes after the last', async () => {
    const server = await openServer();
    const client = await open(server.port);
    client.write(GET('/later'));
    await eventually('the first is there', () => server.waiting(), 1);
    server.beginClosing();
    client.write(GET('/later') + GET('/now'));
    await eventually('the second is there', () => server.waiting(), 2);
    server.answer();
    await eventually('it is closed', () => client.ended(), 'end');
    assert.equal(count(client.received(), 'HTTP/1.1 200'), 3);
    assert.equal(count(client.received().toLowerCase(), 'connection: close'), 1);
    assert.ok(client.received().endsWith('now'));
    await server.close(0);
  });

  it('lets a download in progress finish, and responds to the request after it', async () => {
    const server = await openServer();
    const client = await open(server.port);
    client.write(GET('/begun'));
    await eventually(
      'it has begun',
      () => client.received(),
      (seen) => seen.endsWith('be'),
    );
    server.beginClosing();
    const closed = server.close(SILENCE);
    await sleep(50);
    server.answer();
    await eventually(
      'it has ended',
      () => client.received(),
      (seen) => seen.endsWith('beun'),
    );
    client.write(GET('/now'));
    await eventually('it is closed', () => client.ended(), 'end');
    assert.ok(client.received().endsWith('now'));
    await closed;
  });

  it('delivers its rejection to a client that is still sending', async () => {
    const server = await openServer();
    const client = await open(server.port);
    server.beginClosing();
    const body = Buffer.alloc(4_000_000);
    client.write(`POST /refused HTTP/1.1\r\nhost: x\r\ncontent-length: ${body.length}\r\n\r\n`);
    client.write(body.subarray(0, 2_000_000));
    await eventually(
      'it is refused',
      () => client.received(),
      (seen) => seen.endsWith('too large'),
    );
    client.write(body.subarray(2_000_000));
    await eventually('it is closed', () => client.ended() !== undefined);
    assert.equal(client.ended(), 'end');
    await server.close(0);
  });

  it('waits for a request in transit, but not for one that stalls halfway', async () => {
    const server = await openServer();
    const [writing, stuck] = [await open(server.port), await open(server.port)];
    for (const client of [writing, stuck]) client.write('GET /now HTTP/1.1\r\nhost:');
    server.beginClosing();
    const closed = server.close(SILENCE);
    for (const part of [' ', 'x', '\r\n']) {
      await sleep(20);
      writing.write(part);
    }
    writing.write('\r\n');
    await eventually(
      'it is answered',
      () => writing.received(),
      (seen) => seen.endsWith('now'),
    );
    await closed;
    await eventually('the other is closed', () => stuck.ended() !== undefined);
    assert.equal(stuck.received(), '');
  });

  it('cuts off whatever exceeds its deadline', async () => {
    const server = await openServer();
    const client = await open(server.port);
    client.write(GET('/later'));
    await eventually('it is there', () => server.waiting(), 1);
    server.beginClosing();
    await server.close(0, 200);
    await eventually('it is cut off', () => client.ended() !== undefined);
    assert.equal(client.received(), '');
  });
});

describe('a server that speaks TLS', { skip: without('openssl') }, () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'guildhall-tls-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const files = () => {
    const { TLS_CERT: cert, TLS_KEY: key } = createCertificate(folder);
    return { cert, key };
  };

  async function shake(port: number) {
    const socket = connectTls({ host: '127.0.0.1', port, rejectUnauthorized: false });
    await new Promise((resolve) => socket.once('secureConnect', resolve));
    let closed = false;
    socket.resume().once('close', () => {
      closed = true;
    });
    return { certificate: socket.getPeerCertificate() as PeerCertificate, closed: () => closed };
  }

  it('closes idle connections too, before or after the handshake', async () => {
    const server = await openServer(files());
    const { closed } = await shake(server.port);
    const strange = await open(server.port);
    server.beginClosing();
    await server.close(0);
    await eventually('the one is closed', closed);
    await eventually('the other is closed', () => strange.ended() !== undefined);
  });

  it('loads a renewed certificate without a restart, and keeps the old one if the new one is invalid', async () => {
    const tls = files();
    const server = await openServer(tls);
    const fingerprint = async () => (await shake(server.port)).certificate.fingerprint256;
    const before = await fingerprint();
    files();
    assert.equal(await fingerprint(), before);
    server.reloadTls();
    const renewed = await fingerprint();
    assert.notEqual(renewed, before);
    await writeFile(tls.cert, 'no certificate');
    assert.throws(() => server.reloadTls(), /^Error: TLS_CERT \(\S+\) and TLS_KEY \(\S+\) must be a certificate and its key/);
    assert.equal(await fingerprint(), renewed);
    server.beginClosing();
    await server.close(0);
  });

  it('names the variable and the unusable file', async () => {
    const { cert, key } = files();
    await assert.rejects(openServer({ cert: '/nope.pem', key }), /^Error: TLS_CERT names \/nope\.pem, which cannot be read \(ENOENT\)/);
    await assert.rejects(openServer({ cert, key: folder }), /^Error: TLS_KEY names \S+, which cannot be read \(EISDIR\)/);
    await assert.rejects(openServer({ cert: key, key: cert }), /^Error: TLS_CERT \(\S+\) and TLS_KEY \(\S+\) must be/);
  });
});
