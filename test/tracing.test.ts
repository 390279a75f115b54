import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { listProjects } from '#features/projects/contract.ts';
import { startRun } from '#features/runs/contract.ts';
import { eventually } from './harness/eventually.ts';
import { newProject, type Person, signUp, startTestServer, type TestServer } from './harness/test-server.ts';

interface ReceivedSpan {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  kind: number;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  attributes: { key: string; value: { stringValue?: string; intValue?: string } }[];
}

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const CALLER = '00f067aa0ba902b7';

describe('traces', () => {
  let collector: Server;
  let testServer: TestServer;
  let person: Person;
  const spans: ReceivedSpan[] = [];
  const headers: (string | undefined)[] = [];
  let services: unknown;
  before(async () => {
    collector = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const { resourceSpans } = JSON.parse(Buffer.concat(chunks).toString()) as {
        resourceSpans: { resource: unknown; scopeSpans: { spans: ReceivedSpan[] }[] }[];
      };
      assert.equal(request.url, '/v1/traces');
      headers.push(request.headers.authorization);
      services = resourceSpans[0]?.resource;
      spans.push(...resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans)));
      response.end('{}');
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => collector.once('listening', resolve));
    testServer = await startTestServer({
      env: {
        OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${(collector.address() as AddressInfo).port}`,
        OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20a%20token',
        SERVER_NAME: 'traced:1',
      },
    });
    person = await signUp(testServer);
  });
  after(async () => {
    await testServer.close();
    collector.close();
  });

  const attribute = (span: ReceivedSpan, name: string) => {
    const found = span.attributes.find(({ key }) => key === name)?.value;
    return found?.stringValue ?? found?.intValue;
  };
  const get = (flags: string) => person.browser.fetch(listProjects.path, { headers: { traceparent: `00-${TRACE}-${CALLER}-${flags}` } });

  it('continue that of the caller, with the statements of the request below it', async () => {
    assert.equal((await get('01')).status, 200);
    const request = await eventually('the request is a span', () => spans.find(({ traceId }) => traceId === TRACE));
    assert.deepEqual([request.name, request.kind, request.parentSpanId], [`GET ${listProjects.path}`, 2, CALLER]);
    assert.deepEqual([attribute(request, 'http.route'), attribute(request, 'http.response.status_code')], [listProjects.path, '200']);
    assert.ok(BigInt(request.endTimeUnixNano) > BigInt(request.startTimeUnixNano));
    assert.ok(Math.abs(Number(BigInt(request.endTimeUnixNano) / 1_000_000n) - Date.now()) < 60_000);
    const statements = spans.filter(({ parentSpanId }) => parentSpanId === request.spanId);
    assert.ok(
      statements.some(({ name, kind }) => name.startsWith('projects.') && kind === 3),
      statements.map(({ name }) => name).join(),
    );
    assert.deepEqual([...new Set(headers)], ['Bearer a token']);
    assert.match(JSON.stringify(services), /"service.name","value":\{"stringValue":"guildhall"\}.*traced:1/);
  });

  it('have spans of runs and their model calls', async () => {
    const params = { projectId: (await newProject(person)).id };
    await person.call(startRun, { params, body: { message: 'hello', model: 'practice', level: 'supervised' } });
    const run = await eventually('the run is a span', () => spans.find(({ name }) => name === 'run'));
    const call = spans.find(({ name, parentSpanId }) => name === 'model call demo' && parentSpanId === run.spanId);
    assert.equal(call && attribute(call, 'guildhall.outcome'), 'done');
  });

  it('are not recorded where the caller decided against it, and polling leaves none', async () => {
    const before = spans.length;
    await get('00');
    await get('01');
    await eventually('the second request is a span', () => spans.length > before);
    assert.equal(spans.filter(({ parentSpanId }) => parentSpanId === CALLER).length, 2, 'this one, and that of the first test');
    assert.ok(spans.every(({ name, parentSpanId }) => parentSpanId !== undefined || !/^[a-z]+\.[a-z-]+$/.test(name)));
  });

  it('cost nothing but spans while the collector is away', async () => {
    const url = 'http://127.0.0.1:1';
    const other = await startTestServer({ databaseUrl: testServer.databaseUrl, env: { OTEL_EXPORTER_OTLP_ENDPOINT: url } });
    try {
      assert.equal((await fetch(`${other.origin}/api/auth/methods`)).status, 200);
    } finally {
      await other.close();
    }
  });
});
