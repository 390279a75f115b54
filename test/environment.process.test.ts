import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { after, describe, it } from 'node:test';
import { currentUser } from '#features/accounts/contract.ts';
import { createDatabaseFrom, createTestDatabase, query } from './harness/database.ts';
import { fail, secret } from './harness/first-start.ts';
import { openPooler, pgBouncer } from './harness/pooler.ts';
import { endProcesses, openProcess, quick } from './harness/process.ts';
import { signedInOn, signUp } from './harness/test-server.ts';

describe('the environment', () => {
  after(endProcesses);

  it('in production reports everything that is missing at once, before listening', async () => {
    const { code, said } = await fail({ NODE_ENV: 'production' });
    assert.equal(code, 1);
    assert.match(said, /DATABASE_URL must be set in production/);
    assert.match(said, /SESSION_SECRET must be set in production/);
  });

  it('in production rejects a secret that is short or repetitive', async () => {
    const url = 'postgresql://guildhall@127.0.0.1:1/guildhall';
    const short = await fail({ NODE_ENV: 'production', DATABASE_URL: url, SESSION_SECRET: `${secret},short` });
    assert.equal(short.code, 1);
    assert.match(short.said, /SESSION_SECRET must have 64 characters or more/);
    const dull = await fail({ NODE_ENV: 'production', DATABASE_URL: url, SESSION_SECRET: 'abc'.repeat(30) });
    assert.match(dull.said, /SESSION_SECRET must be random.*Make one with: openssl rand -base64 48/);
  });

  it('reports which values are wrong, and what is expected instead', async () => {
    const { code, said } = await fail({ PORT: 'abc', RATE_LIMIT_API: 'lots', DATABASE_URL: 'mysql://x', TLS_CERT: 'cert.pem' });
    assert.equal(code, 1);
    assert.match(said, /PORT must be a whole number/);
    assert.match(said, /RATE_LIMIT_API must be a number of requests in a time, such as 100\/15m/);
    assert.match(said, /DATABASE_URL must be an address such as postgresql:/);
    assert.match(said, /TLS_CERT and TLS_KEY must be set both or neither/);
  });

  it('with a missing database gets one sentence', async () => {
    const { code, said } = await fail({ DATABASE_URL: 'postgresql://guildhall@127.0.0.1:1/guildhall' });
    assert.equal(code, 1);
    assert.equal(said, 'The database at DATABASE_URL cannot be reached (ECONNREFUSED). Check the address and that PostgreSQL runs.');
    const missing = new URL(await createTestDatabase());
    missing.pathname = '/not_there';
    assert.match((await fail({ DATABASE_URL: missing.href })).said, /^The database named in DATABASE_URL does not exist: [^\n]+$/);
  });

  it('with an unresponsive database gets one sentence too', async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => silent.once('listening', resolve));
    const address = silent.address();
    try {
      const { code, said } = await fail({ DATABASE_URL: `postgresql://x@127.0.0.1:${typeof address === 'object' && address?.port}/x` });
      assert.equal(code, 1);
      assert.match(said, /^The database at DATABASE_URL [^\n]+$/);
    } finally {
      silent.close();
    }
  });

  it('with a user that lacks rights or connections gets one sentence', async () => {
    const admin = process.env['TEST_DATABASE_URL'] ?? '';
    const url = new URL(await createDatabaseFrom(admin, 'template1', `test_rights_${process.pid}`));
    const user = `limited_${process.pid}`;
    await query(admin, `create role ${user} login password 'none'`);
    const own = new URL(url);
    own.username = user;
    try {
      const rights = await fail({ DATABASE_URL: own.href });
      assert.equal(rights.code, 1);
      assert.match(rights.said, /^The user of DATABASE_URL lacks a right that Guildhall needs to set up its tables: [^\n]+$/);
      await query(admin, `alter role ${user} connection limit 1`);
      const connections = await fail({ DATABASE_URL: own.href });
      assert.equal(connections.code, 1);
      assert.match(
        connections.said,
        /^PostgreSQL has no connection left for this server: [^\n]+ Raise its max_connections, or lower [^\n]+$/,
      );
    } finally {
      await query(admin, `drop role ${user}`);
    }
  });

  it('with a read-only database starts if there is nothing to set up, and otherwise gets one sentence', async () => {
    const admin = process.env['TEST_DATABASE_URL'] ?? '';
    const forbid = (url: string) => query(admin, `alter database ${new URL(url).pathname.slice(1)} set default_transaction_read_only = on`);
    const ready = await createTestDatabase();
    const first = await openProcess({ env: { ...quick, DATABASE_URL: ready } });
    const person = await signUp(first);
    assert.equal(await first.stop(), 0);
    await forbid(ready);
    const server = await openProcess({ env: { ...quick, DATABASE_URL: ready } });
    assert.equal((await signedInOn(person, server).call(currentUser, {})).body.user.id, person.id);
    assert.equal(await server.stop(), 0);
    const empty = await createDatabaseFrom(admin, 'template1', `test_forbidden_${process.pid}`);
    await forbid(empty);
    const { code, said } = await fail({ DATABASE_URL: empty });
    assert.equal(code, 1);
    assert.match(said, /^The database at DATABASE_URL takes no changes, and its tables are those of an older version: [^\n]+$/);
  });

  it('behind PgBouncer in transaction mode gets one sentence', { skip: pgBouncer ? false : 'pgbouncer not found' }, async () => {
    const pooler = await openPooler(await createTestDatabase(), 'transaction');
    try {
      const { code, said } = await fail({ DATABASE_URL: pooler.url });
      assert.equal(code, 1);
      assert.match(said, /^The address in DATABASE_URL is that of a connection pooler in transaction mode[^\n]+$/);
    } finally {
      await pooler.close();
    }
  });

  it('can name one empty database for several servers that start at the same time', async () => {
    const url = await createDatabaseFrom(process.env['TEST_DATABASE_URL'] ?? '', 'template1', 'test_empty_at_start');
    const servers = await Promise.all([1, 2, 3].map(() => openProcess({ env: { ...quick, DATABASE_URL: url } })));
    const person = await signUp(servers[0] ?? { origin: '' });
    for (const server of servers) assert.equal((await signedInOn(person, server).call(currentUser, {})).body.user.id, person.id);
    for (const server of servers) assert.equal(await server.stop(), 0);
  });

  it('in production with everything required is enough', async () => {
    const env = {
      ...quick,
      NODE_ENV: 'production',
      SESSION_SECRET: secret,
      WEB_CONCURRENCY: '2',
      DATABASE_URL: await createTestDatabase(),
    };
    const server = await openProcess({ env });
    assert.equal((await fetch(`${server.origin}/api/health`)).status, 200);
    assert.equal(await server.stop(), 0);
    assert.equal(server.output().match(/PUBLIC_URL is not set/g)?.length, 1, 'said once, however many processes there are');
    const named = await openProcess({ env: { ...env, PUBLIC_URL: 'https://guildhall.example.com' } });
    assert.equal(await named.stop(), 0);
    assert.doesNotMatch(named.output(), /PUBLIC_URL/);
  });
});
