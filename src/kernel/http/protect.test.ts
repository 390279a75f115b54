import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type Person, signUp, startTestServer, type TestServer } from '../../../test/harness/test-server.ts';

describe('every response', () => {
  let testServer: TestServer;
  let person: Person;
  let asset: string;
  before(async () => {
    testServer = await startTestServer({ env: { TRUST_PROXY: '1' } });
    person = await signUp(testServer);
    asset = /\/assets\/[\w.-]+\.js/.exec(await (await fetch(testServer.origin)).text())?.[0] ?? '';
    assert.notEqual(asset, '');
  });
  after(() => testServer.close());

  const answers = () =>
    [
      ['a page', '/projects', {}],
      ['a hashed file', asset, {}],
      ['another file', '/favicon.svg', {}],
      ['JSON', '/api/projects', {}],
      ['JSON that the browser has', '/api/projects', { 'if-none-match': '*' }],
      ['a stream', '/api/approvals/events', {}],
      ['an export', '/api/audit/export', {}],
      ['a probe', '/api/health/live', {}],
      ['the description of the API', '/api/openapi.json', {}],
      ['the documentation of the API', '/api/docs', {}],
      ['a refusal', '/api/projects/01890000-0000-7000-8000-000000000000', {}],
      ['a missing file', '/assets/missing.js', {}],
      ['an unknown endpoint', '/api/nothing', {}],
      ['an address that cannot be read', '/api/projects?organization=%ff', {}],
      ['a host name of another site', '/api/projects', { host: 'evil.example' }],
    ] as const;

  it('may be used by this site only, and over TLS by HTTPS only', async () => {
    for (const [what, path, headers] of answers()) {
      for (const scheme of ['http', 'https']) {
        const stop = new AbortController();
        const { headers: got } = await person.browser.fetch(path, {
          headers: { ...headers, 'x-forwarded-proto': scheme },
          signal: stop.signal,
        });
        stop.abort();
        assert.equal(got.get('cross-origin-resource-policy'), 'same-origin', what);
        assert.match(got.get('permissions-policy') ?? '', /camera=\(\), microphone=\(\), geolocation=\(\)/, what);
        assert.equal(got.get('x-content-type-options'), 'nosniff', what);
        assert.equal(got.get('referrer-policy'), 'same-origin', what);
        assert.equal(got.get('strict-transport-security'), scheme === 'https' ? 'max-age=31536000' : null, `${what} over ${scheme}`);
      }
    }
  });
});
