import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { login, signup } from '#features/accounts/contract.ts';
import { createTestDatabase, query } from './database.ts';
import { createBrowser, signUp } from './house.ts';
import { endProcesses, openProcess, quick } from './process.ts';

describe('logs', () => {
  after(() => endProcesses());

  it('are JSON lines with the request’s id in production, and hold no secret, whatever goes wrong', async () => {
    const databaseUrl = await createTestDatabase();
    const secret = 'a secret of many different characters 0123456789 ABCDEFGHIJKLMNOPQRSTUVWXYZ';
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
    // A surprise is logged whole, and PostgreSQL tells the row that did not fit: that is where a secret would slip in.
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
      .split('\n')
      .filter((line) => line.startsWith('{'));
    const requests = lines.map((line) => JSON.parse(line)).filter((line) => line.msg === 'request');
    assert.ok(requests.some((line) => line.requestId === surprise.headers.get('x-request-id') && line.status === 500));
    const [own] = requests.filter((line) => line.route === '/api/projects');
    assert.equal(own?.userId, person.id, 'the line names who asked');
    assert.ok(requests.filter((line) => line.route === '/api/auth/login').every((line) => !('userId' in line)));
    assert.match(server.output(), /unexpected error/);
    assert.equal(server.output().match(/X-Forwarded-For is believed for one proxy that connects from a loopback or private/g)?.length, 1);
    // With the trace of whoever asked, where it named one.
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
    ]) {
      assert.ok(!server.output().includes(word), `${word} is in the log`);
    }
  });
});
