/** Running installations behind proxies that are well or badly configured, and the code with which the doctor names each mistake. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { readConfig } from '#app/config.ts';
import { doctorSubject } from '#app/doctor-subject.ts';
import { examine } from '#features/doctor/server/doctor.ts';
import { makeAuthority, makeCertificate } from '../../../../test/harness/certificate.ts';
import { createTestDatabase, query } from '../../../../test/harness/database.ts';
import { problemsIn, production, runDoctor, secrets } from '../../../../test/harness/doctor.ts';
import { type FrontProxyOptions, openFrontProxy } from '../../../../test/harness/front-proxy.ts';
import { freePort } from '../../../../test/harness/process.ts';
import { startTestServer, type TestServer } from '../../../../test/harness/test-server.ts';

const authority = makeAuthority();
const tls = makeCertificate({ name: 'localhost', days: 90, authority });

/** Of a server under test in a database where no load test has run, and which nothing monitors. */
const usual = ['metrics_scraped warning', 'backup warning', 'restore_test warning', 'load_test warning'];

describe('the doctor behind a proxy', { concurrency: 2 }, () => {
  let folder: string;
  let url: string;
  /** By TRUST_PROXY. */
  const servers = new Map<string, TestServer>();
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'guildhall-proxies-'));
    await writeFile(join(folder, 'authority.pem'), authority.cert);
    url = await createTestDatabase();
    for (const trust of ['0', '1', '2']) {
      const env = { ...secrets, PUBLIC_URL: 'https://localhost', TRUST_PROXY: trust };
      servers.set(trust, await startTestServer({ databaseUrl: url, env }));
    }
  });
  after(async () => {
    for (const server of servers.values()) await server.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function problems(
    proxy: FrontProxyOptions = { tls },
    { trust = '1', more = {} as Record<string, string> } = {},
  ): Promise<string[]> {
    const server = servers.get(trust) ?? assert.fail();
    const front = await openFrontProxy(server.origin, proxy);
    try {
      const env = {
        ...production(url, Number(new URL(server.origin).port)),
        PUBLIC_URL: front.origin,
        TRUST_PROXY: trust,
        NODE_EXTRA_CA_CERTS: join(folder, 'authority.pem'),
        ...more,
      };
      // The servers here are of the version `test`.
      return problemsIn((await runDoctor(env)).checks).filter(
        (problem) => !usual.includes(problem) && problem !== 'server_versions warning',
      );
    } finally {
      await front.close();
    }
  }

  it('finds nothing where nothing is broken', async () => assert.deepEqual(await problems(), []));

  it('names an expired certificate', async () => {
    const expired = makeCertificate({ name: 'localhost', days: -3, authority });
    assert.deepEqual(await problems({ tls: expired }), ['tls_certificate failed']);
  });

  it('names a certificate that expires soon', async () => {
    const soon = makeCertificate({ name: 'localhost', days: 5, authority });
    assert.deepEqual(await problems({ tls: soon }), ['tls_certificate warning']);
  });

  it('names a certificate that is not trusted, or for another name', async () => {
    const unknown = makeCertificate({ name: 'localhost', days: 90, authority: makeAuthority('Somebody else') });
    assert.deepEqual(await problems({ tls: unknown }), ['tls_certificate failed']);
    const other = makeCertificate({ name: 'other.example.com', days: 90, authority });
    assert.deepEqual(await problems({ tls: other }), ['tls_certificate failed']);
  });

  it('names an installation without TLS', async () => {
    assert.deepEqual(await problems({}), ['tls_certificate failed']);
  });

  it('names a proxy that holds events back', async () => {
    assert.deepEqual(await problems({ tls, buffers: true }), ['event_stream failed']);
  });

  it('names a proxy that lets no large bodies pass', async () => {
    assert.deepEqual(await problems({ tls, maxBody: 1024 * 1024 }), ['request_size failed']);
  });

  it('names TRUST_PROXY when it is too large or too small', async () => {
    assert.deepEqual(await problems({ tls }, { trust: '2' }), ['client_address failed']);
    assert.deepEqual(await problems({ tls }, { trust: '0' }), ['client_address failed']);
  });

  it('names a proxy that sends no address of the client, or a made-up one', async () => {
    assert.deepEqual(await problems({ tls, forwardedFor: 'drop' }), ['client_address warning']);
    assert.deepEqual(await problems({ tls, forwardedFor: 'pass on' }), ['client_address failed']);
  });

  it('names a proxy that removes security headers', async () => {
    const removes = ['content-security-policy', 'strict-transport-security'];
    assert.deepEqual(await problems({ tls, removes }), ['security_headers warning']);
  });

  it('names a proxy that passes on another host name', async () => {
    assert.deepEqual(await problems({ tls, host: 'backend.internal' }), ['public_url failed']);
  });

  it('names a proxy that reaches no server, and an address where nothing is', async () => {
    const front = await openFrontProxy(`http://127.0.0.1:${await freePort()}`, { tls });
    try {
      assert.deepEqual(await problems({ tls }, { more: { PUBLIC_URL: front.origin } }), ['public_url failed']);
    } finally {
      await front.close();
    }
    assert.deepEqual(await problems({ tls }, { more: { PUBLIC_URL: front.origin } }), ['public_url failed']);
  });

  it('names a server with another SESSION_SECRET', async () => {
    assert.deepEqual(await problems({ tls }, { more: { SESSION_SECRET: secrets.ENCRYPTION_KEY } }), ['public_url failed']);
  });

  it('names a server with another METRICS_TOKEN, and one that can be guessed', async () => {
    assert.deepEqual(await problems({ tls }, { more: { METRICS_TOKEN: 'f'.repeat(40) } }), ['metrics failed']);
    assert.deepEqual(await problems({ tls }, { more: { METRICS_TOKEN: 'short' } }), ['metrics warning']);
  });

  it('names plain HTTP that does not redirect', async () => {
    const plain = createServer((_, response) => response.end('Welcome')).listen(0, '127.0.0.1');
    await new Promise((resolve) => plain.once('listening', resolve));
    const httpPort = (plain.address() as AddressInfo).port;
    const config = readConfig({ ...production(url, 1), PUBLIC_URL: 'https://localhost' });
    const redirect = async () => {
      const checks = await examine({ ...doctorSubject(config, { url }), httpPort });
      return checks.find(({ code }) => code === 'http_redirect')?.status;
    };
    try {
      assert.equal(await redirect(), 'warning');
      plain.removeAllListeners('request').on('request', (_, response) => response.writeHead(301, { location: 'https://localhost/' }).end());
      assert.equal(await redirect(), 'ok');
    } finally {
      plain.close();
    }
    assert.equal(await redirect(), 'ok', 'nothing there is fine too');
  });

  it('names sessions that are not cleaned up, jobs that do not run, servers of another version, and a restore to confirm', async () => {
    const own = await createTestDatabase();
    const server = await startTestServer({ databaseUrl: own, env: secrets });
    try {
      await query(own, `insert into sessions (sid, sess, expire) values ('old', '{}', now() - interval '2 hours')`);
      await query(own, `insert into recurring_jobs (name, due_at) values ('of-nobody', now() - interval '3 hours')`);
      await query(
        own,
        `insert into servers (number, beat_at, steady_since, version) values (1, now() + interval '1 hour', now(), '0.0.1')`,
      );
      await query(own, `insert into restores (backup_made_at, backup_version) values (now(), 'test')`);
      const { checks } = await runDoctor(production(own, Number(new URL(server.origin).port)));
      const expected = ['sessions_cleanup', 'recurring_jobs', 'server_versions', 'restore_confirmed'].map((code) => `${code} warning`);
      const found = problemsIn(checks);
      assert.deepEqual(
        expected.filter((problem) => !found.includes(problem)),
        [],
      );
    } finally {
      await server.close();
    }
  });
});
