import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, describe, it } from 'node:test';
import { rights } from '#wire/rights.ts';
import { readProblem } from './harness/problem.ts';
import { createBrowser, signUp, startTestServer } from './harness/test-server.ts';

const testServer = await startTestServer();
after(() => testServer.close());
const { routes } = testServer.features;

interface Operation {
  operationId: string;
  summary: string;
  description: string;
  security: Record<string, string[]>[];
  parameters?: { name: string; in: string; required?: boolean }[];
  requestBody?: { content: Record<string, unknown> };
  responses: Record<string, { description: string; content?: Record<string, unknown> }>;
}
interface Document {
  openapi: string;
  info: { title: string; version: string };
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, unknown> };
}

describe('GET /api/openapi.json', () => {
  const read = async () => (await (await fetch(`${testServer.origin}/api/openapi.json`)).json()) as Document;

  it('is OpenAPI 3.1 and lists every contract once, and nothing else', async () => {
    const { openapi, info, paths } = await read();
    assert.match(openapi, /^3\.1\.\d+$/);
    assert.deepEqual([info.title, info.version], ['Guildhall', 'test']);
    const listed = Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, { operationId }]) => `${method.toUpperCase()} ${path} ${operationId}`),
    );
    const contracts = routes.map(({ contract: { method, path, name } }) => `${method} ${path.replace(/:(\w+)/g, '{$1}')} ${name}`);
    assert.deepEqual(listed.sort(), contracts.sort());
  });

  it('describes the parameters, body, responses and problem of each', async () => {
    const { paths } = await read();
    for (const { contract } of routes) {
      const operation = paths[contract.path.replace(/:(\w+)/g, '{$1}')]?.[contract.method.toLowerCase()];
      assert.ok(operation?.summary && !operation.summary.includes('undefined'), contract.name);
      const inPath =
        operation.parameters?.filter((parameter) => parameter.in === 'path' && parameter.required).map(({ name }) => name) ?? [];
      assert.deepEqual(
        inPath,
        [...contract.path.matchAll(/:(\w+)/g)].map(([, name]) => name),
        contract.name,
      );
      assert.equal(operation.requestBody !== undefined, contract.body !== undefined, contract.name);
      assert.deepEqual(Object.keys(operation.responses).sort(), [...Object.keys(contract.replies), '4XX', 'default'].sort(), contract.name);
      assert.ok(operation.responses['default']?.content?.['application/problem+json'], contract.name);
    }
  });

  it('names the scope that a token needs, or says that none can do it', async () => {
    const { paths } = await read();
    for (const { contract, access } of routes) {
      const operation = paths[contract.path.replace(/:(\w+)/g, '{$1}')]?.[contract.method.toLowerCase()];
      const scope = access.right && rights[access.right].scope;
      assert.equal(
        operation?.security.some((each) => 'token' in each),
        typeof scope === 'string',
        contract.name,
      );
      const [, named] = / A token needs the scope (\w+)[.,]/.exec(operation?.description ?? '') ?? [];
      assert.equal(named, scope ?? undefined, contract.name);
      assert.equal(operation?.description.includes('Tokens cannot do this.'), scope === null, contract.name);
    }
  });

  it('refers only to its own schemas, and to no outside address', async () => {
    const document = await read();
    const text = JSON.stringify(document);
    for (const [, name = ''] of text.matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g))
      assert.ok(document.components.schemas[name], name);
    assert.equal(/"\$ref":"(?!#\/components\/schemas\/)/.test(text), false);
    assert.equal(/https?:\/\//.test(text), false);
  });
});

describe('GET /api/docs', () => {
  it('is a page that refers only to its own addresses, all of which exist', async () => {
    const response = await fetch(`${testServer.origin}/api/docs`);
    assert.match(response.headers.get('content-type') ?? '', /^text\/html/);
    assert.match(response.headers.get('content-security-policy') ?? '', /default-src 'self'/);
    const page = await response.text();
    const references = [...page.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, address = '']) => address);
    assert.ok(references.length >= 3, page);
    for (const address of references) {
      assert.match(address, /^\/(?!\/)/);
      assert.equal((await fetch(testServer.origin + address)).status, 200, address);
    }
  });

  it('serves only the package files that the page needs', async () => {
    for (const name of [
      'index.html',
      'package.json',
      'swagger-initializer.js',
      'oauth2-redirect.html',
      'absolute-path.js',
      '..%2fpackage.json',
    ])
      await readProblem(await fetch(`${testServer.origin}/api/docs/${name}`), name, 404);
  });
});

describe('the request id', () => {
  const addresses = ['/', '/some/screen', '/assets/missing.js', '/api', '/api/nothing', '/api/health', '/api/docs', '/api/docs/start.js'];
  const more = ['/api/docs/swagger-ui.css', '/api/openapi.json', '/api/projects', '/metrics', '/%FF', '/api/%FF', '/favicon.ico'];

  it('is on every response, including pages and files', async () => {
    for (const address of [...addresses, ...more])
      for (const method of ['GET', 'HEAD', 'POST', 'OPTIONS']) {
        const response = await fetch(testServer.origin + address, { method });
        assert.match(response.headers.get('x-request-id') ?? '', /^[\w-]{36}$/, `${method} ${address}`);
        assert.equal(response.headers.get('x-content-type-options'), 'nosniff', `${method} ${address}`);
        assert.ok(response.status < 500, `${method} ${address}: ${response.status}`);
      }
  });

  it('is the client’s own if it is safe to log, and a new one otherwise', async () => {
    const ask = async (id: string) =>
      (await fetch(`${testServer.origin}/api/health/live`, { headers: { 'x-request-id': id } })).headers.get('x-request-id');
    for (const id of ['short', 'trace.1_2-3', randomUUID(), 'a'.repeat(128)]) assert.equal(await ask(id), id);
    for (const id of ['', 'a'.repeat(129), 'with a space', '<script>alert(1)</script>', '"quoted id"', 'é'.repeat(9)])
      assert.match((await ask(id)) ?? '', /^[\w-]{36}$/, id);
  });

  it('is in every problem, including those of signed-in people', async () => {
    const { browser } = await signUp(testServer);
    for (const address of ['/api/nothing', `/api/projects/${randomUUID()}`])
      await readProblem(await browser.fetch(address, { headers: { 'x-request-id': 'chosen-by-me' } }), address, 404);
    await readProblem(await createBrowser(testServer.origin).fetch('/api/projects'), 'nobody', 401);
  });
});
