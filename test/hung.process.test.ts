import assert from 'node:assert/strict';
import { get } from 'node:http';
import { after, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { getRun, startRun } from '#features/runs/contract.ts';
import { createTestDatabase } from './harness/database.ts';
import { eventually } from './harness/eventually.ts';
import { endProcesses, lives, openProcess, quick, type ServerProcess } from './harness/process.ts';
import { newProject, signedInOn, signUp } from './harness/test-server.ts';

const TOKEN = 'metrics-token';
/** Below the 50 steps that a run has by default. */
const FILES = 40;
const production = {
  ...quick,
  NODE_ENV: 'production',
  SESSION_SECRET: 'kQ7w-ZxR2mT9vB4nL6pY8sD1fG3hJ5aUcEiOqWtXzMbVnPrLkHgSdFjYuTeRwQa1',
  METRICS_TOKEN: TOKEN,
  WEB_CONCURRENCY: '2',
  // The port of the inspector that SIGUSR1 opens: any.
  NODE_OPTIONS: '--inspect-port=0',
};

const ask = ({ origin }: ServerProcess) =>
  new Promise<number>((resolve, reject) => {
    const sent = get(`${origin}/api/projects`, { agent: false }, (response) => {
      response.resume().once('end', () => resolve(response.statusCode ?? 0));
    });
    sent.once('error', reject);
  });

/** On a new connection: a reused one may belong to a hung process. */
const metricsOf = async ({ origin }: ServerProcess) => {
  const response = await fetch(`${origin}/metrics`, { headers: { authorization: `Bearer ${TOKEN}`, connection: 'close' } });
  assert.equal(response.status, 200);
  return response.text();
};

const lines = (server: ServerProcess) =>
  server
    .output()
    .split('\n')
    .filter((line) => line.startsWith('{') && line.endsWith('}'))
    .map((line) => JSON.parse(line) as Record<string, unknown>);

/** Process ids of the serving processes, once both have responded. */
const serving = (server: ServerProcess) =>
  eventually('both processes have answered', async () => {
    await ask(server);
    const pids = [...new Set(lines(server).flatMap(({ msg, pid }) => (msg === 'request' ? [Number(pid)] : [])))];
    return pids.length === 2 && (pids as [number, number]);
  });

/** Makes a process loop forever, as a bug could. */
async function loop(server: ServerProcess, pid: number): Promise<void> {
  const before = server.output().length;
  process.kill(pid, 'SIGUSR1');
  const url = await eventually('it can be inspected', () => /ws:\/\/\S+/.exec(server.output().slice(before))?.[0]);
  const inspector = new WebSocket(url);
  await new Promise((resolve) => inspector.addEventListener('open', resolve, { once: true }));
  inspector.send(JSON.stringify({ id: 1, method: 'Runtime.evaluate', params: { expression: 'for (;;);' } }));
  await sleep(100);
  inspector.close();
}

describe('a server process that hangs', { concurrency: true }, () => {
  after(endProcesses);

  for (const [how, stand] of [
    ['is stopped', async (_: ServerProcess, pid: number) => void process.kill(pid, 'SIGSTOP')],
    ['loops forever', loop],
  ] as const) {
    it(`because it ${how} is replaced; requests handed to it are served, and so are the other processes’ metrics`, async (t) => {
      const server = await openProcess({ env: { ...production, DATABASE_URL: await createTestDatabase() } });
      const [hung] = await serving(server);
      const counted = async () =>
        Number(/^http_request_duration_seconds_count\{.*\/api\/projects.* (\d+)$/m.exec(await metricsOf(server))?.[1]);
      const before = await counted();
      await stand(server, hung);
      const begun = performance.now();
      const answers = Promise.all(Array.from({ length: 20 }, () => ask(server)));
      const meanwhile = await metricsOf(server);
      assert.match(meanwhile, /^server_process_up\{process="[12]"\} 0$/m);
      assert.match(meanwhile, /^server_process_up\{process="[12]"\} 1$/m);
      await eventually('it is replaced', () => !lives(hung));
      t.diagnostic(`it was ended ${Math.round(performance.now() - begun)} ms after it stood still`);
      assert.deepEqual([...new Set(await answers)], [401]);
      const ended = await eventually('it is logged', () =>
        lines(server).find(({ msg }) => String(msg).startsWith('a server process ended')),
      );
      assert.match(String(ended['reason']), /^its event loop stood still for \d+ s$/);
      const afterwards = await eventually('both tell their metrics again', async () => {
        const text = await metricsOf(server);
        return !/^server_process_up\{process="[12]"\} 0$/m.test(text) && text;
      });
      assert.match(afterwards, /^server_process_restarts_total\{reason="hung"\} 1$/m);
      assert.ok((await counted()) >= before + 20, 'what it had counted was forgotten');
      assert.equal(await server.stop(), 0);
    });
  }

  it('ends soon after the first process, which was killed', async () => {
    const server = await openProcess({ env: { ...production, DATABASE_URL: await createTestDatabase() } });
    const [stopped, looping] = await serving(server);
    process.kill(stopped, 'SIGSTOP');
    await loop(server, looping);
    process.kill(server.pid, 'SIGKILL');
    await eventually('both have ended', () => !lives(stopped) && !lives(looping));
  });

  it('does not keep the server from stopping', async (t) => {
    const server = await openProcess({ env: { ...production, DATABASE_URL: await createTestDatabase() } });
    const [stopped] = await serving(server);
    process.kill(stopped, 'SIGSTOP');
    const begun = performance.now();
    assert.equal(await server.stop(), 1);
    t.diagnostic(`it ended ${Math.round(performance.now() - begun)} ms after the signal`);
    assert.ok(!lives(stopped));
    assert.ok(lines(server).some(({ msg }) => msg === 'a server process did not shut down cleanly'));
  });

  it('loses its runs to another server, and its writes are rejected when it resumes', async (t) => {
    const env = { ...quick, DATABASE_URL: await createTestDatabase() };
    const [stopped, other] = [await openProcess({ env }), await openProcess({ env })];
    const person = await signUp(stopped);
    const elsewhere = signedInOn(person, other);
    // The runs are spread over both servers, and last longer than it takes to stop one.
    const message = Array.from({ length: FILES }, (_, index) => `write file-${index}.md: ${index}`).join(', then ');
    const start = async () => {
      const { id: projectId } = await newProject(person);
      return (await person.call(startRun, { params: { projectId }, body: { message, model: 'practice', level: 'autonomous' } })).body.run
        .id;
    };
    const worksOnSome = async () => /^runs_working [1-9]/m.test(await (await fetch(`${stopped.origin}/metrics`)).text());
    const runs = await Promise.all(Array.from({ length: 10 }, start));
    // Which server claims a run is chance: until it has one.
    for (let more = 0; more < 40 && !(await worksOnSome()); more++) runs.push(await start());
    await eventually('it works on some', worksOnSome);
    const read = async (id: string) => (await elsewhere.call(getRun, { params: { runId: id } })).body;
    await eventually(
      'all runs have begun',
      () => Promise.all(runs.map(read)),
      (seen) => seen.every(({ run }) => run.lastEvent > 10),
    );
    process.kill(stopped.pid, 'SIGSTOP');
    const begun = performance.now();
    await eventually(
      'all runs are done',
      async () => {
        const states = await Promise.all(runs.map(read));
        return states.every(({ run }) => run.status === 'done');
      },
      Boolean,
      120_000,
    );
    t.diagnostic(`all runs were done ${Math.round(performance.now() - begun)} ms after the server was stopped`);
    process.kill(stopped.pid, 'SIGCONT');
    await eventually('it works again', async () => (await fetch(`${stopped.origin}/api/health`)).ok);
    let resumed = 0;
    for (const id of runs) {
      const { events } = await read(id);
      assert.deepEqual(
        events.map(({ seq }) => seq),
        events.map((_, index) => index + 1),
      );
      assert.equal(events.filter(({ type }) => type === 'end').length, 1);
      const changes = events.flatMap((event) => (event.type === 'tool_result' && event.data.change ? event.data.change.paths : []));
      assert.deepEqual(
        changes,
        Array.from({ length: FILES }, (_, index) => `file-${index}.md`),
      );
      if (events.some((event) => event.type === 'notice' && event.data.code === 'resumed')) resumed++;
    }
    assert.ok(resumed > 0, 'the stopped server had no run');
    assert.equal(await stopped.stop(), 0);
    assert.equal(await other.stop(), 0);
  });
});
