import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, it } from 'node:test';
import { freePort } from '../../../test/harness/process.ts';
import { redirectToHttps } from './redirect-to-https.ts';

/** Status and Location of the reply to a request sent as these bytes. */
async function send(port: number, request: string): Promise<[status: number, location: string | undefined]> {
  const socket = connect(port, '127.0.0.1').setEncoding('latin1');
  socket.write(request);
  let reply = '';
  socket.on('data', (text) => {
    reply += text;
  });
  await once(socket, 'close');
  return [Number(reply.split(' ')[1]), /^location: (.*)\r$/im.exec(reply)?.[1]];
}

describe('the redirect to https', () => {
  it('leads to PUBLIC_URL, whatever host was asked for', async () => {
    const port = await freePort();
    await redirectToHttps({ host: '127.0.0.1', port, publicUrl: 'https://guildhall.example.com', tlsPort: 5000 });
    for (const [line, path] of [
      ['GET /agents?archived=1', '/agents?archived=1'],
      ['POST /api/auth/login', '/api/auth/login'],
      ['GET //evil.example/x', '//evil.example/x'],
      ['GET http://evil.example/x', '/'],
      ['OPTIONS *', '/'],
    ])
      assert.deepEqual(
        await send(port, `${line} HTTP/1.1\r\nHost: evil.example\r\n\r\n`),
        [308, `https://guildhall.example.com${path}`],
        line,
      );
  });

  it('leads to the host that was asked for where PUBLIC_URL is not set', async () => {
    const port = await freePort();
    await redirectToHttps({ host: '127.0.0.1', port, publicUrl: undefined, tlsPort: 5443 });
    for (const [host, origin] of [
      ['guildhall.lan', 'https://guildhall.lan:5443'],
      ['guildhall.lan:8080', 'https://guildhall.lan:5443'],
      ['[::1]:8080', 'https://[::1]:5443'],
    ])
      assert.deepEqual(await send(port, `GET /a HTTP/1.1\r\nHost: ${host}\r\n\r\n`), [308, `${origin}/a`]);
    for (const host of ['', 'a/b', 'name@evil.example', 'a b'])
      assert.deepEqual((await send(port, `GET /a HTTP/1.1\r\nHost: ${host}\r\n\r\n`))[0], 400, JSON.stringify(host));
  });
});
