/** Too many requests at once: what must work does, people take turns, and the server recovers. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { currentUser, logout } from '#features/accounts/contract.ts';
import { exportAudit } from '#features/audit/contract.ts';
import { saveFile } from '#features/files/contract.ts';
import { createProject, listProjects } from '#features/projects/contract.ts';
import { getRun, startRun, stopRun } from '#features/runs/contract.ts';
import { priorityOf } from '#kernel/http/seat-classes.ts';
import { hold } from './harness/database.ts';
import { eventually } from './harness/eventually.ts';
import { openSocket } from './harness/socket.ts';
import { newProject, type Person, signedInOn, signUp, startTestServer, type TestServer } from './harness/test-server.ts';

/** Eight connections and seats: reads take five at most, and one person two of them. */
const env = { PG_POOL_MAX: '8' };
/** Paces the demo model, so that a run is still working when it is stopped. */
const demoPace = 100;
const lockFiles = 'lock table files in access exclusive mode';

interface Member extends Person {
  projectId: string;
}

async function join(testServer: TestServer): Promise<Member> {
  const person = await signUp(testServer);
  return { ...person, projectId: (await newProject(person)).id };
}

/** Status and code of a response. */
async function outcomeOf(response: Promise<Response>): Promise<string> {
  const answer = await response;
  if (answer.status < 400) return String(answer.status);
  const { code } = (await answer.json()) as { code: string };
  if (answer.status === 503) assert.ok(Number(answer.headers.get('retry-after')) >= 1);
  return `${answer.status} ${code}`;
}

const readFiles = ({ browser, projectId }: Member) => outcomeOf(browser.fetch(`/api/projects/${projectId}/files`));
const flood = (member: Member, count: number) => Array.from({ length: count }, () => readFiles(member));
const allowed = new Set(['200', '503 busy', '503 database_unavailable']);
/** Most of a flood has arrived; the rest may still be on its way. */
const many = (count: number) => count > 10;

describe('a server with too many requests', () => {
  let testServer: TestServer;
  let ada: Member;
  let bob: Member;
  let others: Member[];
  before(async () => {
    testServer = await startTestServer({ env, demoPace });
    [ada, bob, ...others] = (await Promise.all(Array.from({ length: 5 }, () => join(testServer)))) as [Member, Member, ...Member[]];
  });
  after(() => testServer.close());

  async function gauge(name: 'request_seats' | 'requests_waiting', of: string, on = testServer): Promise<number> {
    const metric = await on.features.metrics.registry.getSingleMetric(name)?.get();
    return metric?.values.find(({ labels }) => labels['class'] === of)?.value ?? Number.NaN;
  }

  /** Nobody can read a list of files until `work` is done. */
  async function whileLocked(work: () => Promise<void>): Promise<void> {
    const release = await hold(testServer.databaseUrl, lockFiles);
    await work().finally(release);
  }

  it('answers health checks, sign-outs, stops and other people while one person’s reads wait', async () => {
    const params = {
      runId: (await ada.call(startRun, { params: { projectId: ada.projectId }, body: { message: 'hi', model: 'practice' } })).body.run.id,
    };
    const phone = await signUp(testServer);
    let reads: Promise<string>[] = [];
    await whileLocked(async () => {
      reads = flood(ada, 200);
      await eventually('reads wait', () => gauge('requests_waiting', 'read'), many);
      assert.ok((await gauge('request_seats', 'read')) <= 2);
      assert.equal((await fetch(`${testServer.origin}/api/health`)).status, 200);
      assert.equal((await ada.call(stopRun, { params })).status, 202);
      assert.equal((await phone.call(logout, {})).status, 204);
      assert.equal((await bob.call(currentUser, {})).status, 200);
      assert.equal((await bob.call(createProject, { body: { name: 'Meanwhile' } })).status, 201);
    });
    for (const outcome of await Promise.all(reads)) assert.ok(allowed.has(outcome), outcome);
    assert.equal(await readFiles(ada), '200');
    await eventually('the run is stopped', async () => (await ada.call(getRun, { params })).body.run.status, 'stopped');
  });

  it('lets another person wait for their turn only, not for the requests before', async () => {
    let answered = 0;
    let reads: Promise<string>[] = [];
    let before = 0;
    let other: Promise<unknown> | undefined;
    await whileLocked(async () => {
      reads = flood(ada, 200).map((read) => read.finally(() => answered++));
      await eventually('reads wait', () => gauge('requests_waiting', 'read'), many);
      answered = 0;
      other = readFiles(bob).finally(() => {
        before = answered;
      });
      const isInWork = async () => (await gauge('request_seats', 'read')) === 3;
      await Promise.race([other, eventually('the other one is in work', isInWork)]);
    });
    await other;
    assert.ok(before < 50, `${before} were answered before`);
    await Promise.all(reads);
  });

  it('refuses exports before writes when it is crowded, still answers from memory, and recovers', async () => {
    bob.browser.cookies.delete('guildhall.changed');
    assert.equal((await bob.call(listProjects, { query: {} })).status, 200);
    let crowded = true;
    const outcomes = new Set<string>();
    async function keepReading(member: Member): Promise<void> {
      while (crowded) outcomes.add(await readFiles(member));
    }
    const exported = () => outcomeOf(bob.browser.fetch(exportAudit.path));
    let reading: Promise<void>[] = [];
    await whileLocked(async () => {
      reading = [ada, ...others].flatMap((member) => Array.from({ length: 5 }, () => keepReading(member)));
      await eventually('exports are refused', exported, '503 busy');
      assert.equal((await ada.call(createProject, { body: { name: 'More important' } })).status, 201);
      assert.equal((await bob.call(listProjects, { query: {} })).status, 200);
    }).finally(() => {
      crowded = false;
    });
    await Promise.all(reading);
    for (const outcome of outcomes) assert.ok(allowed.has(outcome), outcome);
    assert.ok(outcomes.has('503 busy'));
    assert.equal(await readFiles(bob), '200');
    assert.equal(await exported(), '200');
  });

  it('keeps no seat for a body that arrives slowly, nor for an event stream', async () => {
    const cookie = [...bob.browser.cookies].map((pair) => pair.join('=')).join('; ');
    const begin = async (path: string) => {
      const socket = await openSocket(testServer.origin);
      const head = [`PUT /api/projects/${bob.projectId}/file?path=${path} HTTP/1.1`, 'host: localhost', `cookie: ${cookie}`];
      await socket.write([...head, 'if-none-match: *', 'content-length: 2', '', 'a'].join('\r\n'));
      return socket;
    };
    const sockets = await Promise.all(Array.from({ length: 10 }, (_, index) => begin(`${index}.txt`)));
    const stream = await bob.browser.fetch('/api/approvals/events');
    await eventually('bodies are in memory', async () =>
      /\nrequest_body_bytes [1-9]/.test(await (await fetch(`${testServer.origin}/metrics`)).text()),
    );
    assert.deepEqual([await gauge('request_seats', 'write'), await gauge('request_seats', 'read')], [0, 0]);
    const file = { params: { projectId: bob.projectId }, query: { path: 'quick.txt' }, body: 'x' };
    assert.equal((await bob.call(saveFile, file, { headers: { 'if-none-match': '*' } })).status, 201);
    for (const socket of sockets) await socket.write('b');
    for (const socket of sockets) {
      assert.equal((await socket.read())?.status, 201);
      socket.end();
    }
    await stream.body?.cancel();
  });

  it('answers what waits before it ends', async () => {
    const stopping = await startTestServer({ env, databaseUrl: testServer.databaseUrl });
    let reads: Promise<string>[] = [];
    let closed: Promise<void> | undefined;
    await whileLocked(async () => {
      reads = flood({ ...ada, ...signedInOn(ada, stopping) }, 20);
      await eventually('reads wait', () => gauge('requests_waiting', 'read', stopping), many);
    }).finally(() => {
      closed = stopping.close();
    });
    for (const outcome of await Promise.all(reads)) assert.ok(allowed.has(outcome), outcome);
    await closed;
  });

  it('says of every endpoint how urgent it is', () => {
    const contracts = testServer.features.routes.map(({ contract }) => contract);
    const names = (priority: string) => contracts.flatMap((each) => (priorityOf(each) === priority ? [each.name] : [])).sort();
    assert.deepEqual(names('exempt'), ['getHealth', 'getLive', 'getMetrics', 'getReady', 'probeBody', 'probeEvents', 'probeRequest']);
    assert.deepEqual(names('critical'), [
      ...['endSessionsOfMember', 'logout', 'revokeOtherSessions', 'revokeSession', 'revokeToken', 'stopRun', 'switchAutonomy'],
    ]);
    assert.deepEqual(names('bulk'), [
      ...['blameFile', 'compareStates', 'downloadBackup', 'exportAudit', 'exportFiles', 'exportRun', 'exportUsage'],
      ...['findNames', 'importFiles', 'previewReplacement', 'searchFiles'],
    ]);
  });
});
