import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { Agent, type ClientRequest, get, type IncomingMessage, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { saveFile } from '#features/files/contract.ts';
import { listChanges } from '#features/files/history-contract.ts';
import { startRun } from '#features/runs/contract.ts';
import type { RunEvent } from '#features/runs/events.ts';
import { urlOf } from '#wire/call.ts';
import { createTestDatabase, query } from './harness/database.ts';
import { eventually } from './harness/eventually.ts';
import { endProcesses, launch, lives, openProcess, postmasterOf, quick, type ServerProcess } from './harness/process.ts';
import { readStream } from './harness/run-stream.ts';
import { newProject, type Person, signedInOn, signUp } from './harness/test-server.ts';

const STREAMS = 50;
const CONNECTIONS = 500;
/** Each takes about 0.2 s: the runs outlast the shutdown. */
const FILES = 24;
const SENTENCE = Array.from({ length: FILES }, (_, index) => `write file-${index}.md: ${index}`).join(', then ');

const answerOf = (sent: ClientRequest) =>
  new Promise<{ status: number; body: string }>((resolve, reject) => {
    sent.once('error', reject);
    sent.once('response', (response: IncomingMessage) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => {
        body += text;
      });
      response.once('end', () => resolve({ status: response.statusCode ?? 0, body }));
      response.once('error', reject);
    });
  });

/** Connections that were used once and are kept open, like those of browsers and load balancers. */
async function openConnections(origin: string, count: number): Promise<{ open: () => number; close: () => void }> {
  const agent = new Agent({ keepAlive: true, maxSockets: count, maxFreeSockets: count });
  await Promise.all(Array.from({ length: count }, () => answerOf(get(`${origin}/api/health/live`, { agent }))));
  const open = () => Object.values(agent.freeSockets).reduce((sum, sockets) => sum + (sockets?.length ?? 0), 0);
  return { open, close: () => agent.destroy() };
}

/** A save of whose body only half has arrived. */
function beginSave(server: ServerProcess, person: Person, projectId: string) {
  const body = Buffer.alloc(100_000, 'slow ');
  const cookie = [...person.browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  const path = urlOf(saveFile, { params: { projectId }, query: { path: 'slow.md' } });
  const headers = { cookie, 'if-none-match': '*', 'content-type': 'application/octet-stream', 'content-length': body.length };
  const sent = request(server.origin + path, { method: 'PUT', headers, agent: false });
  sent.write(body.subarray(0, 50_000));
  return { answer: answerOf(sent), finish: () => void sent.end(body.subarray(50_000)) };
}

describe('SIGTERM', () => {
  after(endProcesses);

  it('stops a busy server in order: requests finish, listeners are redirected, runs continue elsewhere', async (t) => {
    const databaseUrl = await createTestDatabase();
    const env = { ...quick, DATABASE_URL: databaseUrl };
    const server = await openProcess({ env });
    const person = await signUp(server);
    const project = await newProject(person);
    const idle = await openConnections(server.origin, CONNECTIONS);
    assert.equal(idle.open(), CONNECTIONS);

    const runs = await Promise.all(
      Array.from({ length: STREAMS }, async () => {
        const { id: projectId } = await newProject(person);
        const { run } = (
          await person.call(startRun, { params: { projectId }, body: { message: SENTENCE, model: 'practice', level: 'autonomous' } })
        ).body;
        return { projectId, runId: run.id, events: [] as RunEvent[] };
      }),
    );
    const streams = runs.map(({ runId, events }) => readStream(person, runId, events));
    await eventually('every reader has seen something', () => runs.every(({ events }) => events.length > 3));
    const save = beginSave(server, person, project.id);
    await sleep(100);

    const begun = performance.now();
    process.kill(server.pid, 'SIGTERM');
    const ready = await eventually('ready turns 503', async () => {
      const answer = await answerOf(get(`${server.origin}/api/health/ready`, { agent: false }));
      return answer.status === 503 && answer;
    });
    assert.deepEqual(JSON.parse(ready.body), { status: 'stopping' });
    for (const { ended, retry } of await Promise.all(streams)) {
      assert.equal(ended, 'by the server');
      assert.ok(retry !== undefined && retry > 0, 'the reader was not told when to come back');
    }
    t.diagnostic(`${STREAMS} streams had ended ${Math.round(performance.now() - begun)} ms after the signal`);
    await sleep(1000);
    save.finish();
    assert.equal((await save.answer).status, 201);
    assert.equal(await server.ended, 0);
    const took = performance.now() - begun;
    t.diagnostic(`the process ended ${Math.round(took)} ms after the signal`);
    assert.ok(took < 15_000);
    idle.close();

    const statuses = await query<{ status: string; count: string }>(databaseUrl, 'select status, count(*) from runs group by status');
    assert.deepEqual(statuses, [{ status: 'queued', count: String(STREAMS) }]);
    const next = await openProcess({ env });
    const again = signedInOn(person, next);
    await Promise.all(runs.map(({ runId, events }) => readStream(again, runId, events)));
    for (const { projectId, events } of runs) {
      const last = events.at(-1);
      assert.deepEqual([last?.type, (last?.data as { status: string } | undefined)?.status], ['end', 'done']);
      assert.ok(
        events.every((event, index) => event.seq === index + 1),
        'a reader missed events, or had some twice',
      );
      const { changes } = (await again.call(listChanges, { params: { projectId } })).body;
      assert.equal(changes.length, FILES);
    }
    assert.equal(await next.stop(), 0);
  });

  it('cuts off a request that never ends, and still stops within 10 s', async (t) => {
    const server = await openProcess({ env: { ...quick, DATABASE_URL: await createTestDatabase() } });
    const person = await signUp(server);
    const save = beginSave(server, person, (await newProject(person)).id);
    await sleep(100);
    const begun = performance.now();
    const [answer, code] = await Promise.all([save.answer.catch((error: NodeJS.ErrnoException) => error.code), server.stop()]);
    assert.equal(answer, 'ECONNRESET');
    assert.equal(code, 0);
    const took = performance.now() - begun;
    t.diagnostic(`the process ended ${Math.round(took)} ms after the signal`);
    assert.ok(took < 15_000);
  });
});

describe('two processes on one port', () => {
  after(endProcesses);
  const token = 'metrics-token';
  const secret = 'kQ7w-ZxR2mT9vB4nL6pY8sD1fG3hJ5aUcEiOqWtXzMbVnPrLkHgSdFjYuTeRwQa1';
  const production = { NODE_ENV: 'production', SESSION_SECRET: secret, METRICS_TOKEN: token, WEB_CONCURRENCY: '2', LOG_LEVEL: 'debug' };

  /** Process ids that answered a request, from the log. */
  const answering = (server: ServerProcess) => {
    const lines = server
      .output()
      .split('\n')
      .filter((line) => line.startsWith('{') && line.includes('"request"'));
    return [...new Set(lines.map((line) => (JSON.parse(line) as { pid: number }).pid))];
  };

  it('share the work, are replaced when they die, report metrics as one, and stop together', async (t) => {
    const server = await openProcess({ env: { ...quick, ...production, DATABASE_URL: await createTestDatabase() } });
    t.diagnostic(`ready after ${server.startedIn} ms`);
    const ask = () => answerOf(get(`${server.origin}/api/health/live`, { agent: false }));
    const REQUESTS = 40;
    for (let i = 0; i < REQUESTS; i++) assert.equal((await ask()).status, 200);
    const both = await eventually('both have answered', () => answering(server).length === 2 && answering(server));

    const headers = { authorization: `Bearer ${token}` };
    const metrics = await answerOf(get(`${server.origin}/metrics`, { agent: false, headers }));
    assert.equal(metrics.status, 200);
    const counted = metrics.body
      .split('\n')
      .filter((line) => /http_request_duration_seconds_count\{.*\/api\/health\/live/.test(line))
      .map((line) => Number(line.split(' ').at(-1)));
    assert.deepEqual(counted, [REQUESTS]);

    process.kill(both[0] ?? 0, 'SIGKILL');
    const begun = performance.now();
    const third = await eventually('another process answers', async () => {
      // A connection that is handed to a process as it dies gets no response.
      await Promise.race([ask().catch(() => undefined), sleep(1000)]);
      return answering(server).find((pid) => !both.includes(pid));
    });
    t.diagnostic(`a killed process was replaced after ${Math.round(performance.now() - begun)} ms`);
    assert.ok(lives(third));
    assert.equal(await server.stop(), 0);
    for (const pid of [...both, third]) assert.ok(!lives(pid), `process ${pid} was left behind`);
  });

  it('exit at once when all have just been killed', async () => {
    const server = await openProcess({ env: { ...quick, ...production, DATABASE_URL: await createTestDatabase() } });
    const ask = () => answerOf(get(`${server.origin}/api/health/live`, { agent: false }));
    const both = await eventually('both have answered', async () => (await ask()) && answering(server).length === 2 && answering(server));
    for (const pid of both) process.kill(pid, 'SIGKILL');
    await eventually('both have ended', () => both.every((pid) => !lives(pid)));
    assert.equal(await server.stop(), 0);
  });

  it('exit in order on Ctrl-C, with their own PostgreSQL', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'guildhall-shutdown-'));
    const server = await openProcess({ env: { ...quick, WEB_CONCURRENCY: '2', DATA_DIR: dataDir } });
    await signUp(server);
    server.signal('SIGINT');
    assert.equal(await server.ended, 0);
    assert.equal(await postmasterOf(dataDir), undefined);
    await rm(dataDir, { recursive: true, force: true });
  });

  it('say that a port is taken, and exit', async () => {
    const env = { ...quick, WEB_CONCURRENCY: '2', DATABASE_URL: await createTestDatabase() };
    const first = await openProcess({ env });
    const second = launch({ env: { ...env, PORT: new URL(first.origin).port } });
    assert.equal(await second.ended, 1);
    assert.match(second.output(), /^Port \d+ is taken by another program\. Stop that one, or set PORT to a free port\.$/m);
    assert.equal(await first.stop(), 0);
  });

  it('exit when the first process is killed, and leave nothing behind', async () => {
    const server = await openProcess({ env: { ...quick, ...production, DATABASE_URL: await createTestDatabase() } });
    await eventually('both have answered', async () => {
      await answerOf(get(`${server.origin}/api/health/live`, { agent: false }));
      return answering(server).length === 2;
    });
    process.kill(server.pid, 'SIGKILL');
    await eventually('both have ended', () => answering(server).every((pid) => !lives(pid)));
  });
});
