import assert from 'node:assert/strict';
import { get } from 'node:http';
import { after, before, describe, it } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { saveFile } from '#features/files/contract.ts';
import { newProject, type Person, signUp, startTestServer, type TestServer } from '../../../test/harness/test-server.ts';

describe('responses to a client that accepts gzip', () => {
  let testServer: TestServer;
  let person: Person;
  let projectId: string;
  before(async () => {
    testServer = await startTestServer();
    person = await signUp(testServer);
    projectId = (await newProject(person)).id;
    for (let i = 0; i < 40; i++)
      await person.call(saveFile, { params: { projectId }, query: { path: `docs/file-${i}.md` }, body: `Number ${i}` }, {});
  });
  after(() => testServer.close());

  /** The raw response: fetch would decompress it. */
  const ask = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
    new Promise<{ status: number; headers: Record<string, unknown>; body: Buffer }>((resolve, reject) => {
      const cookie = [...person.browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
      const request = get(testServer.origin + path, { method, headers: { cookie, ...headers } }, async (response) => {
        const chunks = await response.toArray();
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) });
      });
      request.on('error', reject);
    });
  const save = (path: string, body: string | Uint8Array) => person.call(saveFile, { params: { projectId }, query: { path }, body }, {});
  const gzip = { 'accept-encoding': 'br;q=1.0, gzip;q=0.8, *;q=0.1' };
  const file = (path: string) => `/api/projects/${projectId}/file?path=${path}`;

  it('have the same content in fewer bytes', async () => {
    for (const path of [`/api/projects/${projectId}/files`, '/api/openapi.json']) {
      const plain = await ask(path);
      const small = await ask(path, gzip);
      assert.equal(plain.headers['content-encoding'], undefined, path);
      assert.equal(small.headers['content-encoding'], 'gzip', path);
      assert.deepEqual(gunzipSync(small.body), plain.body, path);
      assert.ok(small.body.length * 3 < plain.body.length, `${path}: ${small.body.length} of ${plain.body.length}`);
      for (const { headers } of [plain, small]) assert.match(String(headers['vary']), /accept-encoding/i, path);
      assert.equal(small.headers['etag'], plain.headers['etag'], path);
    }
  });

  it('are compressed from the memory of the response cache too', async () => {
    for (let i = 0; i < 25; i++)
      await person.browser.fetch('/api/projects', {
        method: 'POST',
        body: JSON.stringify({ name: `Project ${i}` }),
        headers: { 'content-type': 'application/json' },
      });
    const plain = await ask('/api/projects');
    for (let i = 0; i < 3; i++) assert.deepEqual(gunzipSync((await ask('/api/projects', gzip)).body), plain.body);
    const { status, body } = await ask('/api/projects', { ...gzip, 'if-none-match': String(plain.headers['etag']) });
    assert.deepEqual([status, body.length], [304, 0]);
  });

  it('weaken a strong ETag, since the bytes differ', async () => {
    const text = 'A line of text.\n'.repeat(4000);
    const { version } = (await save('long.txt', text)).body.file;
    const plain = await ask(file('long.txt'));
    const small = await ask(file('long.txt'), gzip);
    assert.equal(plain.headers['etag'], `"${version}"`);
    assert.equal(small.headers['etag'], `W/"${version}"`);
    assert.equal(gunzipSync(small.body).toString(), text);
    assert.equal((await ask(file('long.txt'), { ...gzip, 'if-none-match': `W/"${version}"` })).status, 304);
  });

  it('stay uncompressed if compression is useless, refused or not requested', async () => {
    await save('short.txt', 'short');
    await save(
      'noise.bin',
      Uint8Array.from({ length: 5000 }, (_, i) => (i * 7919) % 251),
    );
    const files = `/api/projects/${projectId}/files`;
    const cases: [path: string, headers: Record<string, string>, method?: string][] = [
      [file('short.txt'), gzip],
      [file('noise.bin'), gzip],
      [files, {}],
      [files, { 'accept-encoding': 'gzip;q=0' }],
      [files, { 'accept-encoding': 'identity, gzip; q=0.000' }],
      [files, { 'accept-encoding': 'br' }],
      [files, gzip, 'HEAD'],
    ];
    for (const [path, headers, method] of cases)
      assert.equal((await ask(path, headers, method)).headers['content-encoding'], undefined, `${path} ${JSON.stringify(headers)}`);
  });
});
