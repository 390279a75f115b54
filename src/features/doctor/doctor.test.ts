import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { ephemeralSecrets } from '#app/secrets.ts';
import { getMetrics } from '#features/monitor/contract.ts';
import { query } from '../../../test/harness/database.ts';
import { probeHeaders } from '../../../test/harness/fixture.ts';
import { readProblem } from '../../../test/harness/problem.ts';
import { makeOperator } from '../../../test/harness/roles.ts';
import { createBrowser, type Person, signUp, startTestServer, type TestServer } from '../../../test/harness/test-server.ts';
import { codes } from './codes.ts';
import { getDoctor, probeBody, probeEvents, probeRequest, runDoctor } from './contract.ts';
import { ok } from './server/check.ts';
import { examine } from './server/examine.ts';
import { createProbeToken } from './server/probe-token.ts';
import type { Subject } from './server/subject.ts';

describe('the doctor of a server', () => {
  let testServer: TestServer;
  let operator: Person;
  before(async () => {
    testServer = await startTestServer();
    operator = await signUp(testServer);
    await makeOperator(testServer, operator);
  });
  after(() => testServer.close());

  it('has found nothing before it has run', async () => {
    assert.deepEqual((await operator.call(getDoctor, {})).body, { checks: [], ranAt: null });
  });

  it('examines the server that answers, and stores the result', async () => {
    const { checks, ranAt } = (await operator.call(runDoctor, {})).body;
    assert.deepEqual([...new Set(checks.map(({ code }) => code))], codes);
    const statusOf = (code: string) => checks.find((check) => check.code === code)?.status;
    for (const code of ['port', 'health', 'database_reachable', 'database_write', 'migrations', 'indexes', 'sealed_secrets'])
      assert.equal(statusOf(code), 'ok', code);
    assert.deepEqual((await operator.call(getDoctor, {})).body, { checks, ranAt });
  });

  it('runs once for all who ask at the same time', async () => {
    const both = await Promise.all([operator.call(runDoctor, {}), operator.call(runDoctor, {})]);
    assert.equal(both[0].body.ranAt, both[1].body.ranAt);
  });

  it('says nothing secret', async () => {
    const text = JSON.stringify((await operator.call(getDoctor, {})).body);
    for (const secret of Object.values(ephemeralSecrets)) assert.ok(!text.includes(secret));
  });

  it('answers also when the database takes no writes', async () => {
    await query(testServer.databaseUrl, 'alter table doctor_reports add constraint closed check (ran_at is null) not valid');
    const { checks } = (await operator.call(runDoctor, {})).body;
    assert.ok(checks.length >= codes.length);
    await query(testServer.databaseUrl, 'alter table doctor_reports drop constraint closed');
  });

  it('knows whether anything reads the metrics, and does not count itself', async () => {
    const scraped = async () =>
      (await query<{ seen: boolean }>(testServer.databaseUrl, 'select bool_or(scraped_at is not null) as seen from servers'))[0]?.seen;
    assert.equal(await scraped(), false);
    await createBrowser(testServer.origin).call(getMetrics, {});
    assert.equal((await operator.call(runDoctor, {})).body.checks.find(({ code }) => code === 'metrics_scraped')?.status, 'ok');
  });

  describe('the probes', () => {
    const probes = [probeRequest, probeEvents, probeBody];
    const ask = (path: string, method: string, token: string) =>
      fetch(testServer.origin + path, { method, headers: { authorization: `Bearer ${token}` } });

    it('answer nobody without a fresh token of this installation', async () => {
      const [secret] = [ephemeralSecrets.session];
      const old = createProbeToken([secret], Date.now() - 600_000);
      const early = createProbeToken([secret], Date.now() + 600_000);
      const good = createProbeToken([secret]);
      for (const { path, method } of probes)
        for (const token of [
          '',
          'x',
          old,
          early,
          createProbeToken(['another secret']),
          good.replace(/.$/, good.endsWith('A') ? 'B' : 'A'),
          `${good}a`,
        ])
          assert.equal((await readProblem(await ask(path, method, token), token, 401)).code, 'doctor_token');
    });

    it('show how a request arrives', async () => {
      const seen = await fetch(`${testServer.origin}${probeRequest.path}`, {
        headers: { ...probeHeaders(), 'x-forwarded-for': '192.0.2.1' },
      });
      const { peerPort, ...rest } = (await seen.json()) as Record<string, unknown>;
      assert.deepEqual(rest, { address: '192.0.2.1', peer: '127.0.0.1', forwardedFor: '192.0.2.1', hops: 1 });
      assert.equal(typeof peerPort, 'number');
    });

    it('count a body of the largest file, and take no larger one', async () => {
      const send = (bytes: number) =>
        fetch(`${testServer.origin}${probeBody.path}`, { method: 'POST', headers: probeHeaders(), body: Buffer.alloc(bytes) });
      const largest = 10 * 1024 * 1024;
      assert.deepEqual(await (await send(largest)).json(), { bytes: largest });
      assert.equal((await send(largest + 100_000)).status, 413);
    });
  });
});

describe('the examination', () => {
  const subject = {
    settings: { sessionSecrets: [], encryptionKeys: [], host: '127.0.0.1', port: 0 },
    variables: {},
    databaseAt: { reason: 'There is none.' },
  } as unknown as Subject;

  it('stops a check that hangs, and goes on with the others', async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => silent.once('listening', resolve));
    const { port } = silent.address() as { port: number };
    const begun = performance.now();
    const checks = await examine(subject, [
      { code: 'mail_server', run: () => new Promise(() => undefined) },
      { code: 'event_stream', run: ({ signal }) => fetch(`http://127.0.0.1:${port}`, { signal }).then(() => ok('answered')) },
      { code: 'port', run: () => ok('fine') },
    ]);
    silent.close();
    assert.deepEqual(
      checks.map(({ code, status }) => `${code} ${status}`),
      ['mail_server failed', 'event_stream failed', 'port ok'],
    );
    assert.ok(performance.now() - begun < 60_000);
  });

  it('fails a check that throws, without its secrets', async () => {
    const [check] = await examine({ ...subject, variables: { SMTP_URL: 'smtp://ada:planted-word@mail.example.com' } }, [
      {
        code: 'mail_server',
        run: () => {
          throw new Error('cannot use planted-word');
        },
      },
    ]);
    assert.equal(check?.status, 'failed');
    assert.match(check?.detail ?? '', /cannot use \[hidden\]/);
  });

  it('skips what needs something that is not there', async () => {
    const [check] = await examine(subject, [{ code: 'migrations', needs: ['database'], run: () => ok('never') }]);
    assert.deepEqual([check?.status, check?.detail], ['skipped', 'There is none.']);
  });
});
