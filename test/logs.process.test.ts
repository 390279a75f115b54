import assert from 'node:assert/strict';
import { openSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { after, describe, it } from 'node:test';
import { login, signup } from '#features/accounts/contract.ts';
import { createToken } from '#features/tokens/contract.ts';
import { createTestDatabase, query } from './harness/database.ts';
import { eventually } from './harness/eventually.ts';
import { endProcesses, freePort, type LaunchOptions, launch, openProcess, quick } from './harness/process.ts';
import { createBrowser, signUp } from './harness/test-server.ts';

const SECRET = 'a secret of many different characters 0123456789 ABCDEFGHIJKLMNOPQRSTUVWXYZ';

describe('logs', () => {
  after(() => endProcesses());

  it('are JSON lines with the request id in production, and contain no secret, whatever goes wrong', async () => {
    const databaseUrl = await createTestDatabase();
    const secret = SECRET;
    const env = {
      ...quick,
      NODE_ENV: 'production',
      WEB_CONCURRENCY: '1',
      SIGNUP: 'open',
      DATABASE_URL: databaseUrl,
      SESSION_SECRET: secret,
    };
    const server = await openProcess({ env });
    const person = await signUp(server);
    const cookie = [...person.browser.cookies.values()].join();
    const guess = 'a wrong password nobody may read';
    await assert.rejects(createBrowser(server.origin).call(login, { body: { email: person.email, password: guess } }), { status: 401 });
    await person.browser.fetch('/api/projects?token=in-the-address', { headers: { authorization: 'Bearer in-a-header' } });
    const { secret: token } = (await person.call(createToken, { body: { name: 'Scripts', scopes: ['read'] } })).body;
    for (const given of [token, `${token.slice(0, -4)}aaaa`])
      await fetch(`${server.origin}/api/projects`, { headers: { authorization: `Bearer ${given}` } });
    // An unexpected error is logged in full, and PostgreSQL's message contains the offending row, which could leak a secret.
    await query(databaseUrl, `alter table users add constraint nobody_new check (name <> 'Mallory')`);
    const surprise = await createBrowser(server.origin).fetch(signup.path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'Mallory', email: 'mallory@example.com', password: guess }),
    });
    assert.equal(surprise.status, 500);
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    await fetch(`${server.origin}/api/auth/user`, { headers: { traceparent, 'x-request-id': 'a-1' } });
    const zero = traceparent.replace(/[\da-f]{32}/, '0'.repeat(32));
    for (const broken of [zero, `${traceparent}-more`, traceparent.toUpperCase(), traceparent.replace('00-', 'ff-'), 'x', ''])
      await fetch(`${server.origin}/api/auth/user`, { headers: { traceparent: broken } });
    await server.stop();

    const lines = server
      .output()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    assert.ok(lines.some((line) => /^Guildhall is ready at http:/.test(line.msg)));
    const requests = lines.filter((line) => line.msg === 'request');
    assert.ok(requests.some((line) => line.requestId === surprise.headers.get('x-request-id') && line.status === 500));
    const [own] = requests.filter((line) => line.route === '/api/projects');
    assert.equal(own?.userId, person.id, 'the line names who asked');
    assert.ok(requests.filter((line) => line.route === '/api/auth/login').every((line) => !('userId' in line)));
    assert.match(server.output(), /unexpected error/);
    assert.equal(server.output().match(/X-Forwarded-For is believed for one proxy that connects from a loopback or private/g)?.length, 1);
    // With the caller's trace, if there is one.
    const traced = requests.filter((line) => 'traceId' in line);
    assert.deepEqual(
      traced.map(({ requestId, traceId }) => [requestId, traceId]),
      [['a-1', '4bf92f3577b34da6a3ce929d0e0e4736']],
    );
    for (const word of [
      person.password,
      guess,
      person.email,
      'mallory@example.com',
      '$2b$04$',
      cookie,
      decodeURIComponent(cookie),
      secret,
      'in-the-address',
      'in-a-header',
      token.slice(0, -4),
    ]) {
      assert.ok(!server.output().includes(word), `${word} is in the log`);
    }
  });

  it('include health probes and scrapes at debug only, unless they fail', async () => {
    const env = {
      ...quick,
      NODE_ENV: 'production',
      SESSION_SECRET: SECRET,
      METRICS_TOKEN: 'a token',
      DATABASE_URL: await createTestDatabase(),
    };
    for (const level of ['info', 'debug']) {
      const server = await openProcess({ env: { ...env, WEB_CONCURRENCY: '1', LOG_LEVEL: level } });
      for (const path of ['/api/health', '/api/health/live', '/api/health/ready', '/metrics', '/api/projects'])
        await fetch(server.origin + path, { headers: path === '/metrics' ? { authorization: 'Bearer a token' } : {} });
      assert.equal((await fetch(`${server.origin}/metrics`)).status, 401);
      await server.stop();
      const routes = [...server.output().matchAll(/"route":"([^"]+)","status":(\d+)/g)].map(([, route, status]) => `${route} ${status}`);
      const probes = ['/api/health 200', '/api/health/live 200', '/api/health/ready 200', '/metrics 200'];
      assert.deepEqual(routes, [...(level === 'debug' ? probes : []), '/api/projects 401', '/metrics 401']);
    }
  });
});

describe('a log that cannot be written', () => {
  after(() => endProcesses());

  const production = { NODE_ENV: 'production', SESSION_SECRET: SECRET, METRICS_TOKEN: 'a token', WEB_CONCURRENCY: '2' };
  const development = { METRICS_TOKEN: 'a token', LOG_LEVEL: 'info' };
  const cases: [string, Record<string, string>, () => LaunchOptions['output']][] = [
    ['two processes on a full disk', production, () => openSync('/dev/full', 'w')],
    ['two processes on a pipe that nobody reads', production, () => 'unread'],
    ['readable lines on a pipe whose reader died', development, () => 'closed'],
  ];
  for (const [name, mode, output] of cases) {
    it(`loses lines, which are counted, and blocks neither requests nor shutdown: ${name}`, {
      skip: process.platform !== 'linux',
    }, async (t) => {
      const port = await freePort();
      const origin = `http://127.0.0.1:${port}`;
      const server = launch({ env: { ...quick, ...mode, PORT: String(port), DATABASE_URL: await createTestDatabase() }, output: output() });
      await eventually('the server answers', () =>
        fetch(`${origin}/api/health`).then(
          ({ ok }) => ok,
          () => false,
        ),
      );
      const agent = new Agent({ keepAlive: true, maxSockets: 50 });
      const ask = () =>
        new Promise<number>((resolve, reject) => {
          // A long name, so that fewer lines fill the buffer.
          const headers = { 'x-request-id': 'x'.repeat(64) };
          const sent = get(`${origin}/api/projects`, { agent, headers }, (response) => {
            response.resume().once('end', () => resolve(response.statusCode ?? 0));
          });
          sent.once('error', reject);
        });
      let asked = 0;
      const loseLines = async () => {
        const statuses = await Promise.all(Array.from({ length: 500 }, ask));
        asked += statuses.length;
        assert.ok(statuses.every((status) => status === 401));
        const metrics = await (await fetch(`${origin}/metrics`, { headers: { authorization: 'Bearer a token' } })).text();
        return Number(/^log_lines_lost_total (\d+)$/m.exec(metrics)?.[1] ?? 0) || undefined;
      };
      // Some thousand requests, which take as long as the machine needs.
      const lost = await eventually('lines are lost', loseLines, Boolean, 300_000);
      t.diagnostic(`${lost} lines of ${asked} requests were lost`);
      agent.destroy();
      process.kill(server.pid, 'SIGTERM');
      assert.equal(await server.ended, 0);
    });
  }
});
