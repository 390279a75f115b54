import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { listProjects } from '#features/projects/contract.ts';
import { getRun, startRun } from '#features/runs/contract.ts';
import { eventually } from './harness/eventually.ts';
import { newProject, signUp, startTestServer, type TestServer } from './harness/test-server.ts';

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
    await work();
    await testServer.close();
  });
  after(() => void collector.close());

  async function work(): Promise<void> {
    const person = await signUp(testServer);
    for (const flags of ['01', '00']) {
      const traceparent = `00-${TRACE}-${CALLER}-${flags}`;
      assert.equal((await person.browser.fetch(listProjects.path, { headers: { traceparent } })).status, 200);
    }
    const params = { projectId: (await newProject(person)).id };
    const body = { message: 'hello', model: 'practice', level: 'supervised' } as const;
    const runId = (await person.call(startRun, { params, body })).body.run.id;
    await eventually('the run is done', async () => (await person.call(getRun, { params: { runId } })).body.run.status, 'done');
  }

  const attribute = (span: ReceivedSpan, name: string) => {
    const found = span.attributes.find(({ key }) => key === name)?.value;
    return found?.stringValue ?? found?.intValue;
  };
  const find = (what: string, wanted: (span: ReceivedSpan) => boolean): ReceivedSpan => {
    const found = spans.find(wanted);
    assert.ok(found, `${what}, among ${spans.map(({ name }) => name).join(', ')}`);
    return found;
  };

  it('are sent with the headers and the name of the service, the last of them at shutdown', () => {
    assert.deepEqual([...new Set(headers)], ['Bearer a token']);
    assert.match(JSON.stringify(services), /"service.name","value":\{"stringValue":"guildhall"\}.*traced:1/);
    assert.ok(spans.length > 20);
  });

  it('continue that of the caller, with the statements of the request below it', () => {
    const request = find('the request', ({ traceId, kind }) => traceId === TRACE && kind === 2);
    assert.deepEqual([request.name, request.parentSpanId], [`GET ${listProjects.path}`, CALLER]);
    assert.deepEqual([attribute(request, 'http.route'), attribute(request, 'http.response.status_code')], [listProjects.path, '200']);
    assert.ok(BigInt(request.endTimeUnixNano) > BigInt(request.startTimeUnixNano));
    assert.ok(Math.abs(Number(BigInt(request.endTimeUnixNano) / 1_000_000n) - Date.now()) < 300_000);
    find('a statement', ({ name, kind, parentSpanId }) => name.startsWith('projects.') && kind === 3 && parentSpanId === request.spanId);
  });

  it('have spans of runs and their model calls', () => {
    const run = find('the run', ({ name }) => name === 'run');
    const call = find('the model call', ({ name, parentSpanId }) => name === 'model call demo' && parentSpanId === run.spanId);
    assert.equal(attribute(call, 'guildhall.outcome'), 'done');
  });

  it('are not recorded where the caller decided against it', () => {
    assert.equal(spans.filter(({ parentSpanId }) => parentSpanId === CALLER).length, 1);
  });

  it('are not made of polling: every statement is below a request or a run', () => {
    assert.ok(spans.every(({ kind, parentSpanId }) => kind !== 3 || spans.some(({ spanId }) => spanId === parentSpanId)));
  });

  it('cost nothing but spans while the collector is away', async () => {
    const url = 'http://127.0.0.1:1';
    const other = await startTestServer({ databaseUrl: testServer.databaseUrl, env: { OTEL_EXPORTER_OTLP_ENDPOINT: url } });
    try {
      assert.equal((await fetch(`${other.origin}/api/health`)).status, 200);
    } finally {
      await other.close();
    }
  });
});
