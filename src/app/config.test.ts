import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readConfig } from './config.ts';
import { ConfigError } from './config-problems.ts';

const production = {
  NODE_ENV: 'production',
  DATABASE_URL: 'postgresql://127.0.0.1/guildhall',
  SESSION_SECRET: 'a secret of many different characters 0123456789 ABCDEFGHIJKLMNOPQRSTUVWXYZ',
};
const tls = { TLS_CERT: 'cert.pem', TLS_KEY: 'key.pem' };

describe('the environment', () => {
  it('believes a proxy that is near, in production too, and nobody where the server speaks TLS itself', () => {
    for (const mode of [{}, production]) {
      assert.equal(readConfig(mode).trustProxy, undefined);
      assert.equal(readConfig({ ...mode, ...tls }).trustProxy, 0);
    }
  });

  it('believes as many proxies as TRUST_PROXY says, with TLS too', () => {
    for (const hops of ['0', '1', '3'])
      for (const mode of [{}, production, { ...production, ...tls }])
        assert.equal(readConfig({ ...mode, TRUST_PROXY: hops }).trustProxy, Number(hops));
  });

  it('says in a sentence whom it believes', () => {
    assert.match(readConfig(production).trustProxySentence, /one proxy that connects from a loopback or private address/);
    assert.match(readConfig({ ...production, ...tls }).trustProxySentence, /not believed.*TLS_CERT is set/);
    assert.match(readConfig({ ...production, TRUST_PROXY: '0' }).trustProxySentence, /not believed.*TRUST_PROXY is 0/);
    assert.match(readConfig({ ...production, TRUST_PROXY: '2' }).trustProxySentence, /believed for 2 proxies/);
  });

  it('redirects http to https only where the server itself speaks TLS', () => {
    assert.equal(readConfig({ ...tls, HTTP_PORT: '80' }).httpPort, 80);
    assert.throws(() => readConfig({ HTTP_PORT: '80' }), /HTTP_PORT must be unset without TLS_CERT: behind a proxy, the proxy redirects/);
  });

  it('takes replicas and a direct address beside DATABASE_URL alone, and plans each statement anew behind a pooler', () => {
    const url = 'postgresql://ada:secret@db/guildhall';
    const replicas = `${url}1, ${url}2`;
    assert.deepEqual(readConfig({ DATABASE_URL: url }).replicas, { urls: [], maxLag: 10 });
    assert.deepEqual(readConfig({ DATABASE_URL: url, DATABASE_REPLICA_URLS: replicas }).replicas.urls, [`${url}1`, `${url}2`]);
    assert.throws(() => readConfig({ DATABASE_REPLICA_URLS: replicas }), /DATABASE_URL must be set where DATABASE_REPLICA_URLS is/);
    assert.throws(() => readConfig({ DATABASE_URL: url, DATABASE_REPLICA_URLS: `${url},db2` }), /DATABASE_REPLICA_URLS must be addresses/);
    assert.equal(readConfig({ DATABASE_URL: url }).namedStatements, true);
    const pooled = { DATABASE_URL: url, DATABASE_DIRECT_URL: url };
    assert.equal(readConfig(pooled).namedStatements, false);
    assert.equal(readConfig({ ...pooled, DATABASE_STATEMENTS: 'named' }).namedStatements, true);
  });

  it('bounds what may be used with its model keys where anybody may sign up, and elsewhere where it is told to', () => {
    const bounds = (env: Record<string, string>) => Object.values(readConfig(env).keyBudgets);
    for (const open of [{}, { ...production, SIGNUP: 'open' }]) assert.deepEqual(bounds(open), [2_000_000, 10_000_000]);
    assert.deepEqual(bounds(production), [undefined, undefined]);
    assert.deepEqual(bounds({ ...production, MODEL_DAILY_TOKENS: '5', MODEL_DAILY_TOKENS_PER_ORGANIZATION: '3' }), [3, 5]);
  });

  it('has memory for bodies that holds four of the largest files', () => {
    const megabytes = (env: Record<string, string>) => readConfig(env).bodies.maxBytesInFlight / 1024 / 1024;
    assert.deepEqual([megabytes({}), megabytes({ MAX_FILE_MB: '20' }), megabytes({ BODY_MEMORY_MB: '256' })], [64, 80, 256]);
    assert.throws(() => readConfig({ BODY_MEMORY_MB: '32' }), ConfigError);
  });
});
