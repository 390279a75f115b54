import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { Agent as TlsAgent, request as tlsRequest } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createProject } from '#features/projects/contract.ts';
import { createTestDatabase } from './harness/database.ts';
import { eventually } from './harness/eventually.ts';
import { endProcesses, freePort, openProcess, quick, type ServerProcess } from './harness/process.ts';
import { createCertificate, findProgram, without } from './harness/programs.ts';
import { type Person, signUp } from './harness/test-server.ts';

const CLIENTS = 60;
const RESTARTS = 3;

/** Outcomes of requests. `refused`: no connection, so nothing was written; `cut`: written, but no response arrived. */
interface Tally {
  answers: Map<number, number>;
  refused: number;
  cut: string[];
}

/** A client that creates projects repeatedly, on a connection that it reuses as long as it can. */
async function write(origin: string, cookie: string, over: () => boolean, tally: Tally): Promise<void> {
  const tls = origin.startsWith('https:');
  const agent = tls
    ? new TlsAgent({ keepAlive: true, maxSockets: 1, rejectUnauthorized: false })
    : new Agent({ keepAlive: true, maxSockets: 1 });
  const body = JSON.stringify({ name: 'Written while the server restarts' });
  const headers = { cookie, 'content-type': 'application/json', 'content-length': body.length };
  while (!over()) {
    const outcome = await new Promise<number | string>((resolve) => {
      const sent = (tls ? tlsRequest : request)(origin + createProject.path, { method: 'POST', headers, agent });
      sent.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
      sent.once('response', (response) => {
        response.resume().once('end', () => resolve(response.statusCode ?? 0));
        response.once('error', (error: NodeJS.ErrnoException) => resolve(`while it was answered: ${error.code}`));
      });
      sent.end(body);
    });
    if (typeof outcome === 'number') tally.answers.set(outcome, (tally.answers.get(outcome) ?? 0) + 1);
    else if (outcome === 'ECONNREFUSED') {
      tally.refused++;
      await sleep(20);
    } else tally.cut.push(outcome);
  }
  agent.destroy();
}

const cookieOf = (person: Person) => [...person.browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ');

/** Clients write all the time, and `restart` is called several times in between. */
async function restartUnderLoad(t: TestContext, origin: string, person: Person, restart: () => Promise<void>): Promise<Tally> {
  const tally: Tally = { answers: new Map(), refused: 0, cut: [] };
  let over = false;
  const writing = Array.from({ length: CLIENTS }, () => write(origin, cookieOf(person), () => over, tally));
  const answered = () => tally.answers.get(201) ?? 0;
  for (let round = 0; round < RESTARTS; round++) {
    const before = answered();
    await eventually('all clients write', answered, (seen) => seen > before + 2 * CLIENTS);
    await restart();
  }
  const before = answered();
  await eventually('all clients write again', answered, (seen) => seen > before + CLIENTS);
  over = true;
  await Promise.all(writing);
  t.diagnostic(`${answered()} requests were answered over ${RESTARTS} restarts, ${tally.refused} connections were refused`);
  return tally;
}

describe('a restart under load', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'guildhall-restarts-'));
  });
  after(async () => {
    await endProcesses();
    await rm(folder, { recursive: true, force: true });
  });

  const ways: [string, Record<string, string>][] = [
    ['one process', {}],
    ['two processes', { WEB_CONCURRENCY: '2' }],
  ];
  for (const [name, way] of ways) {
    it(`drops no request that was written, with ${name}`, async (t) => {
      const env = { ...quick, ...way, PORT: String(await freePort()), DATABASE_URL: await createTestDatabase() };
      let server = await openProcess({ env });
      const person = await signUp(server);
      const tally = await restartUnderLoad(t, server.origin, person, async () => {
        assert.equal(await server.stop(), 0);
        server = await openProcess({ env });
      });
      assert.deepEqual(tally.cut, []);
      assert.deepEqual([...tally.answers.keys()], [201]);
      assert.equal(await server.stop(), 0);
    });
  }

  it('drops none over TLS either', { skip: without('openssl') }, async (t) => {
    const files = createCertificate(folder);
    const env = { ...quick, ...files, PORT: String(await freePort()), DATABASE_URL: await createTestDatabase() };
    let server = await openProcess({ env });
    const plain = await openProcess({ env: { ...quick, DATABASE_URL: env.DATABASE_URL } });
    const person = await signUp(plain);
    const tally = await restartUnderLoad(t, server.origin, person, async () => {
      assert.equal(await server.stop(), 0);
      server = await openProcess({ env });
    });
    assert.deepEqual(tally.cut, []);
    assert.deepEqual([...tally.answers.keys()], [201]);
    assert.equal(await server.stop(), 0);
    assert.equal(await plain.stop(), 0);
  });

  it('shows no client behind nginx an error, POST or not', { skip: without('nginx') }, async (t) => {
    const ports = [await freePort(), await freePort()];
    const databaseUrl = await createTestDatabase();
    const envs = ports.map((port) => ({ ...quick, PORT: String(port), DATABASE_URL: databaseUrl }));
    const servers: ServerProcess[] = [];
    for (const env of envs) servers.push(await openProcess({ env }));
    const person = await signUp(servers[0] as ServerProcess);
    const port = await freePort();
    const nginx = await startNginx(folder, port, ports);
    let turn = 0;
    try {
      const tally = await restartUnderLoad(t, `http://127.0.0.1:${port}`, person, async () => {
        const index = turn++ % servers.length;
        assert.equal(await servers[index]?.stop(), 0);
        servers[index] = await openProcess({ env: envs[index] ?? {} });
      });
      assert.deepEqual(tally, { answers: tally.answers, refused: 0, cut: [] });
      assert.deepEqual([...tally.answers.keys()], [201]);
    } finally {
      await nginx.stop();
    }
    for (const server of servers) assert.equal(await server.stop(), 0);
  });
});

/** As in docs/scaling.md: connections to servers are kept alive, and a request to one that refuses its connection goes to the other. */
async function startNginx(folder: string, port: number, servers: number[]): Promise<{ stop(): Promise<void> }> {
  const configuration = `
    daemon off; pid ${folder}/nginx.pid; error_log ${folder}/nginx.log;
    events { worker_connections 1024; }
    http {
      access_log off;
      client_body_temp_path ${folder}; proxy_temp_path ${folder}; fastcgi_temp_path ${folder}; uwsgi_temp_path ${folder}; scgi_temp_path ${folder};
      upstream guildhall { ${servers.map((server) => `server 127.0.0.1:${server} max_fails=0;`).join(' ')} keepalive 32; }
      server {
        listen 127.0.0.1:${port};
        location / { proxy_pass http://guildhall; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header Host $http_host; }
      }
    }`;
  const file = join(folder, 'nginx.conf');
  await writeFile(file, configuration);
  const child = spawn(findProgram('nginx') ?? 'nginx', ['-c', file], { stdio: 'ignore' });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  await eventually('nginx answers', () =>
    fetch(`http://127.0.0.1:${port}/api/health/live`).then(
      ({ ok }) => ok,
      () => false,
    ),
  );
  return {
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}
