import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request as plainRequest } from 'node:http';
import { Agent, request as tlsRequest } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { connect, type TLSSocket } from 'node:tls';
import { createTestDatabase } from './harness/database.ts';
import { eventually } from './harness/eventually.ts';
import { endProcesses, freePort, launch, openProcess, quick, type ServerProcess } from './harness/process.ts';
import { createCertificate, without } from './harness/programs.ts';

const secret = 'kQ7w-ZxR2mT9vB4nL6pY8sD1fG3hJ5aUcEiOqWtXzMbVnPrLkHgSdFjYuTeRwQa1';
const CONNECTIONS = 8;

function ask(url: string, agent?: Agent): Promise<{ status: number | undefined; headers: NodeJS.Dict<string | string[]> }> {
  return new Promise((resolve, reject) => {
    const sent = agent ? tlsRequest(url, { agent }) : plainRequest(url, { agent: false });
    sent.once('error', reject);
    sent.once('response', (response) => {
      response.resume().once('end', () => resolve({ status: response.statusCode, headers: response.headers }));
    });
    sent.end();
  });
}

/** A new connection each time, so that it shows the certificate in use now. */
function fingerprintOf({ origin }: ServerProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket: TLSSocket = connect({ host: '127.0.0.1', port: Number(new URL(origin).port), rejectUnauthorized: false });
    socket.once('error', reject).once('secureConnect', () => {
      resolve(socket.getPeerCertificate().fingerprint256);
      socket.destroy();
    });
  });
}

describe('a server that terminates TLS itself', { skip: without('openssl') }, () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'guildhall-tls-'));
  });
  after(async () => {
    await endProcesses();
    await rm(folder, { recursive: true, force: true });
  });

  for (const processes of ['1', '2'])
    it(`reloads its certificate on SIGHUP, with WEB_CONCURRENCY=${processes}`, async () => {
      const files = createCertificate(folder);
      const env = { ...quick, NODE_ENV: 'production', SESSION_SECRET: secret, WEB_CONCURRENCY: processes, ...files };
      const server = await openProcess({ env: { ...env, DATABASE_URL: await createTestDatabase() } });
      const agent = new Agent({ keepAlive: true, maxSockets: 1, rejectUnauthorized: false });
      const live = `${server.origin}/api/health/live`;
      const first = await ask(live, agent);
      assert.equal(first.headers['strict-transport-security'], 'max-age=31536000');
      const old = await fingerprintOf(server);
      /** Several, so that every process has shown its own. */
      const shown = async () => new Set(await Promise.all(Array.from({ length: CONNECTIONS }, () => fingerprintOf(server))));

      createCertificate(folder);
      // To one of them, like `kill`, and to all, like a terminal.
      process.kill(server.pid, 'SIGHUP');
      server.signal('SIGHUP');
      await eventually('only the new certificate is shown', shown, (seen) => seen.size === 1 && !seen.has(old));
      assert.equal((await ask(live, agent)).status, 200, 'an open connection continues');

      const [renewed] = await shown();
      await writeFile(files.TLS_CERT, 'no certificate');
      process.kill(server.pid, 'SIGHUP');
      await eventually('the log names the files', () => /could not be reloaded[^\n]*old ones stay/.test(server.output()));
      assert.deepEqual(await shown(), new Set([renewed]));
      agent.destroy();
      assert.equal(await server.stop(), 0);
    });

  it('redirects plain HTTP on HTTP_PORT', async () => {
    const [port, httpPort] = [await freePort(), await freePort()];
    const env = { ...quick, ...createCertificate(folder), PORT: String(port), HTTP_PORT: String(httpPort), WEB_CONCURRENCY: '2' };
    const DATABASE_URL = await createTestDatabase();
    const server = await openProcess({ env: { ...env, PUBLIC_URL: 'https://guildhall.example.com', DATABASE_URL } });
    const redirected = await ask(`http://127.0.0.1:${httpPort}/projects/1?file=a%20b`);
    assert.equal(redirected.status, 308);
    assert.equal(redirected.headers['location'], 'https://guildhall.example.com/projects/1?file=a%20b');

    const second = launch({ env: { ...env, PORT: '0', DATABASE_URL } });
    assert.equal(await second.ended, 1);
    assert.match(second.output(), new RegExp(`^Port ${httpPort} is taken by another program\\. .* set HTTP_PORT to a free port\\.$`, 'm'));
    assert.equal(await server.stop(), 0);
  });
});
