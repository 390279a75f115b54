import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { type IncomingHttpHeaders, request } from 'node:http';
import { after, before, describe, it } from 'node:test';
import { startTestServer, type TestServer } from '../../../test/harness/test-server.ts';

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

/** `fetch` always sends the Host of the URL. */
function get({ origin }: TestServer, host: string, path = '/api/projects', method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(origin + path, { method, headers: { host }, setHost: false }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => {
        body += text;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
    });
    sent.on('error', reject).end();
  });
}

describe('the host name of a request', () => {
  let testServer: TestServer;
  let unnamed: TestServer;
  before(async () => {
    testServer = await startTestServer({ env: { PUBLIC_URL: 'https://Guildhall.example.com:8443' } });
    const secret = randomBytes(48).toString('hex');
    const env = { NODE_ENV: 'production', DATABASE_URL: testServer.databaseUrl, SESSION_SECRET: secret };
    unnamed = await startTestServer({ databaseUrl: testServer.databaseUrl, env });
  });
  after(async () => {
    await testServer.close();
    await unnamed.close();
  });

  for (const host of [
    'guildhall.example.com',
    'guildhall.example.com:8443',
    'GUILDHALL.example.COM:443',
    'guildhall.example.com.',
    'localhost',
    'LOCALHOST:5000',
    '127.0.0.1:5000',
    '192.168.1.20',
    '[::1]:5000',
    '[2001:db8::1]',
  ])
    it(`may be ${host}`, async () => assert.equal((await get(testServer, host)).status, 401));

  for (const host of [
    'evil.example',
    'evil.example:5000',
    'guildhall.example.com.evil.example',
    'evil-guildhall.example.com',
    'localhost.evil.example',
    'foo.localhost',
    '127.0.0.1.evil.example',
    'user@localhost',
    'localhost/evil',
    '1.2.3.4.5',
    'localhost:99999',
    'a b',
  ])
    it(`may not be ${host}, for whatever is asked`, async () => {
      for (const [path, method] of [
        ['/api/projects'],
        ['/'],
        ['/assets/x.js'],
        ['/api/openapi.json'],
        ['/api/auth/login', 'POST'],
        ['/api/healthy'],
        ['/nowhere'],
      ] as const) {
        const { status, headers, body } = await get(testServer, host, path, method);
        assert.deepEqual([path, status, headers['content-type']], [path, 403, 'application/problem+json; charset=utf-8']);
        const problem = JSON.parse(body);
        assert.equal(problem.code, 'wrong_host');
        assert.match(problem.detail, /Use https:\/\/guildhall\.example\.com:8443, or set PUBLIC_URL/);
      }
    });

  it('may be anything for probes', async () => {
    for (const path of ['/api/health', '/api/health/live', '/api/health/ready', '/metrics'])
      assert.equal((await get(testServer, 'evil.example', path)).status, 200, path);
  });

  it('may be anything in production if none is configured', async () => {
    assert.equal((await get(unnamed, 'evil.example')).status, 401);
    assert.equal((await get(unnamed, 'evil.example', '/')).status, 200);
  });
});
