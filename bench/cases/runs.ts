/**
 * A thousand concurrent runs on one server, each with one reader: how late tokens reach their readers, and what that costs. Then the cost
 * of a step apart from the model's time.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { processorTimeOf } from '#loadtest/resources/process-time.ts';
import { type Findings, print } from '../figures.ts';
import type { Installation, Open, Server } from '../installation.ts';
import { createPeople, idOf, type Person } from '../people.ts';
import { median, residentMemoryOf, SECONDS } from '../rounds.ts';
import type { Heard } from '../run-readers.ts';

const RUNS = Number(process.env['RUNS'] ?? 1000);
const PER_SECOND = 50;
const MAX_MEMORY = 1e9;
const MAX_DELAY_MS = 100;
const MAX_OVERHEAD_MS = 20;
const STEPS = 40;

async function post<T>(port: number, path: string, cookie: string, body: unknown): Promise<T> {
  const headers = { 'content-type': 'application/json', cookie };
  const response = await fetch(`http://127.0.0.1:${port}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return (await response.json()) as T;
}

const startRun = async (port: number, person: Person, project: number, message: string, model: string): Promise<string> =>
  (
    await post<{ run: { id: string } }>(port, `/api/projects/${idOf(project)}/runs`, person.cookie, {
      message,
      model,
      budget: { steps: 1000 },
    })
  ).run.id;

/** Reads all these runs from a separate process. */
async function readRuns(
  port: number,
  runs: { id: string; cookie: string }[],
): Promise<{ pid: number; done: Promise<Heard>; ready: Promise<unknown> }> {
  const child = fork(new URL('../run-readers.ts', import.meta.url), [String(port)], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  child.send(runs);
  const ready = once(child, 'message');
  const done = ready.then(() => once(child, 'message')).then(([heard]) => heard as Heard);
  return { pid: child.pid ?? 0, ready, done };
}

async function manyRuns(installation: Installation, server: Server, people: readonly Person[]): Promise<Findings> {
  const { port, pid } = server;
  const seconds = 30 + SECONDS * 5;
  const message = `tell the time for ${seconds} s, ${PER_SECOND} times a second`;
  const runs: { id: string; cookie: string }[] = [];
  const before = await residentMemoryOf(pid);
  const starting = performance.now();
  // Not all at once: a thousand people never press a button at the same moment.
  for (let first = 0; first < RUNS; first += 50) {
    const started = Array.from({ length: 50 }, async (_, index) => {
      const person = people[(first + index) % people.length] as Person;
      return { id: await startRun(port, person, ((first + index) % people.length) + 1, message, 'practice'), cookie: person.cookie };
    });
    runs.push(...(await Promise.all(started)));
  }
  const started = performance.now();
  const readers = await readRuns(port, runs);
  await readers.ready;
  const opened = performance.now();
  let memory = 0;
  const watching = setInterval(() => void residentMemoryOf(pid).then((now) => (memory = Math.max(memory, now ?? 0))), 500);
  const processes = [pid, installation.postmaster, readers.pid];
  const cpu = processes.map((process) => processorTimeOf(process) ?? 0);
  const begun = performance.now();
  await sleep(SECONDS * 2500);
  const took = (performance.now() - begun) / 1000;
  const busy = processes.map((process, index) => ((processorTimeOf(process) ?? 0) - (cpu[index] ?? 0)) / took);
  const heard = await readers.done;
  clearInterval(watching);
  const statuses = await countStatuses(installation.databaseUrl);
  const failed = RUNS - (statuses['done'] ?? 0);
  const lost = RUNS * seconds * PER_SECOND - heard.tokens;
  print(
    `\n${RUNS.toLocaleString('en')} runs of the demo model at once, ${PER_SECOND} tokens a second each, each with a reader, for ${seconds} s`,
  );
  print(
    `  started           in ${((started - starting) / 1000).toFixed(1)} s, read by all after ${((opened - started) / 1000).toFixed(1)} s more`,
  );
  print(`  runs              ${JSON.stringify(statuses)}; ${lost} tokens lost, ${heard.wrong} events out of order`);
  print(`  delay of a token  p50 ${heard.p50} ms, p95 ${heard.p95} ms, p99 ${heard.p99} ms, at most ${heard.max} ms, model to reader`);
  print(
    `  the process       ${Math.round((before ?? 0) / 1e6)} MB before, at most ${Math.round(memory / 1e6)} MB; ${busy[0]?.toFixed(2)} cores, PostgreSQL ${busy[1]?.toFixed(2)}, the readers ${busy[2]?.toFixed(2)}`,
  );
  return {
    figures: [
      { number: 9, what: 'memory of the server', target: '< 1 GB', measured: `${Math.round(memory / 1e6)} MB`, met: memory < MAX_MEMORY },
      { number: 9, what: 'delay of a token, p95', target: '< 100 ms', measured: `${heard.p95} ms`, met: heard.p95 < MAX_DELAY_MS },
    ],
    failures: failed + lost + heard.wrong,
  };
}

async function countStatuses(url: string): Promise<Record<string, number>> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query('select status, count(*)::int as count from runs group by status');
  await client.end();
  return Object.fromEntries(rows.map(({ status, count }) => [status, count]));
}

/** A provider that answers each request with a tool call, a few tokens at an even pace, until it has done so the given number of times. */
async function openProvider() {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    if (request.url === '/v1/models') return void response.end(JSON.stringify({ data: [{ id: 'paced' }] }));
    const { messages } = JSON.parse(Buffer.concat(chunks).toString()) as { messages: { role: string }[] };
    const step = messages.filter(({ role }) => role === 'tool').length;
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const send = (delta: object, finish: string | null = null) =>
      response.write(
        `data: ${JSON.stringify({ id: 'x', object: 'chat.completion.chunk', model: 'paced', choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`,
      );
    for (let token = 0; token < 10; token++) {
      await sleep(5);
      send({ role: 'assistant', content: 'word ' });
    }
    const call = {
      index: 0,
      id: `call-${step}`,
      type: 'function',
      function: { name: 'search_files', arguments: JSON.stringify({ text: `word ${step}` }) },
    };
    if (step < STEPS) send({ tool_calls: [call] });
    send({}, step < STEPS ? 'tool_calls' : 'stop');
    response.end('data: [DONE]\n\n');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`, close: () => server.close() };
}

/** The same request that a run makes, without Guildhall in between: milliseconds until the response is complete. */
async function askAlone(url: string): Promise<number> {
  const begun = performance.now();
  const body = JSON.stringify({ model: 'paced', stream: true, messages: [{ role: 'user', content: 'go' }] });
  const response = await fetch(`${url}/chat/completions`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  await response.text();
  return performance.now() - begun;
}

async function oneStep(installation: Installation, server: Server, person: Person, url: string): Promise<Findings> {
  const client = new pg.Client({ connectionString: installation.databaseUrl });
  await client.connect();
  const alone = await Promise.all(Array.from({ length: 5 }, () => askAlone(url)));
  alone.length = 0;
  for (let n = 0; n < STEPS; n++) alone.push(await askAlone(url));
  const statements = await countStatements(client);
  const run = await startRun(server.port, person, 1, 'go', 'server/paced');
  for (let waited = 0; waited < 60_000; waited += 100) {
    await sleep(100);
    const { rows } = await client.query('select status from runs where id = $1', [run]);
    if (rows[0]?.status !== 'queued' && rows[0]?.status !== 'running') break;
  }
  const counted = (await countStatements(client)) - statements;
  const { rows } = await client.query(
    `select extract(epoch from at) * 1000 as ms from run_events where run_id = $1 and type = 'step' order by seq`,
    [run],
  );
  await client.end();
  const starts = rows.map(({ ms }) => Number(ms));
  const steps = starts.slice(1).map((ms, index) => ms - (starts[index] ?? 0));
  const overhead = median(steps) - median(alone);
  print(`\nOne run of ${STEPS} steps, each an answer of 10 tokens and a search, beside asking the same provider alone`);
  print(`  a step            ${median(steps).toFixed(1)} ms with the tool, the model alone ${median(alone).toFixed(1)} ms (p50)`);
  print(
    `  statements        ${(counted / Math.max(1, steps.length)).toFixed(1)} a step, the stores of its text and the tool's own included`,
  );
  return {
    figures: [
      {
        number: 9,
        what: 'overhead of a step, p50',
        target: '< 20 ms',
        measured: `${overhead.toFixed(1)} ms`,
        met: overhead < MAX_OVERHEAD_MS,
      },
    ],
    failures: steps.length === STEPS ? 0 : 1,
  };
}

/** Transactions that the server has run in the database since it started, as counted by PostgreSQL. */
async function countStatements(client: pg.Client): Promise<number> {
  await sleep(1500);
  const { rows } = await client.query('select xact_commit::int as count from pg_stat_database where datname = current_database()');
  return rows[0]?.count ?? 0;
}

export async function runs(open: Open): Promise<Findings> {
  await using installation = await open();
  const provider = await openProvider();
  installation.env['MODEL_SERVER_URL'] = provider.url;
  const people = await createPeople(installation, 100, 1);
  const server = await installation.start('guildhall');
  const step = await oneStep(installation, server, people[0] as Person, provider.url);
  const many = await manyRuns(installation, server, people);
  provider.close();
  return { figures: [...many.figures, ...step.figures], failures: many.failures + step.failures };
}
