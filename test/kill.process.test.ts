import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { readFile, saveFile } from '#features/files/contract.ts';
import { listChanges } from '#features/files/history-contract.ts';
import { getRun, startRun } from '#features/runs/contract.ts';
import type { RunEvent } from '#features/runs/events.ts';
import { createTestDatabase } from './harness/database.ts';
import { eventually } from './harness/eventually.ts';
import { endProcesses, lives, openProcess, postmasterOf, quick, type ServerProcess } from './harness/process.ts';
import { isWhole, readStream } from './harness/run-stream.ts';
import { newProject, type Person, signedInOn, signUp } from './harness/test-server.ts';

const SENTENCE = 'list the files, then write a.md: one, then write b.md: two, then write c.md: three';
const CONTENT = { 'a.md': 'one\n', 'b.md': 'two\n', 'c.md': 'three\n' };

interface Started {
  projectId: string;
  runId: string;
}

async function start(person: Person): Promise<Started> {
  const { id: projectId } = await newProject(person);
  const { body } = await person.call(startRun, {
    params: { projectId },
    body: { message: SENTENCE, model: 'practice', level: 'autonomous' },
  });
  return { projectId, runId: body.run.id };
}

const readRun = async (person: Person, { runId }: Started) => (await person.call(getRun, { params: { runId } })).body;

/** Done, with each of its changes exactly once, and a log without gaps or duplicate results. */
async function assertDoneOnce(person: Person, started: Started): Promise<void> {
  const params = { projectId: started.projectId };
  const { run, events } = await readRun(person, started);
  assert.equal(run.status, 'done');
  assert.deepEqual(
    events.map((event) => event.seq),
    events.map((_, index) => index + 1),
  );
  assert.equal(events.at(-1)?.type, 'end');
  assert.equal(run.lastEvent, events.length);
  const results = events.flatMap((event) => (event.type === 'tool_result' ? [event.data] : []));
  assert.deepEqual(
    results.map((result) => [result.tool, result.ok, result.change?.paths]),
    [['list_files', true, undefined], ...Object.keys(CONTENT).map((path) => ['write_file', true, [path]])],
  );
  const { changes } = (await person.call(listChanges, { params })).body;
  assert.deepEqual(changes.map((change) => [change.number, change.kind, ...change.paths]).reverse(), [
    [1, 'create', 'a.md'],
    [2, 'create', 'b.md'],
    [3, 'create', 'c.md'],
  ]);
  for (const [path, content] of Object.entries(CONTENT)) {
    assert.equal(Buffer.from((await person.call(readFile, { params, query: { path } })).body).toString(), content);
  }
}

const isDone = async (person: Person, started: Started) => (await readRun(person, started)).run.status === 'done';

/** `kill -9`: no chance to report or store anything. */
async function kill(server: ServerProcess): Promise<void> {
  process.kill(server.pid, 'SIGKILL');
  assert.equal(await server.ended, 'SIGKILL');
}

describe('kill -9 of the only server, with its own PostgreSQL', () => {
  let env: Record<string, string>;
  before(async () => {
    env = { ...quick, DATA_DIR: await mkdtemp(join(tmpdir(), 'guildhall-kill-')) };
  });
  after(async () => {
    await endProcesses();
    const dataDir = env['DATA_DIR'] ?? '';
    await eventually('PostgreSQL goes away by itself', async () => !(await postmasterOf(dataDir)));
    await rm(dataDir, { recursive: true, force: true });
  });

  it('loses no acknowledged save, and leaves no PostgreSQL behind', async (t) => {
    const server = await openProcess({ env });
    const person = await signUp(server);
    const params = { projectId: (await newProject(person)).id };
    const saved = new Map<string, { content: string; next?: string }>();
    let answered = 0;

    /** One person's editor: creates files, and saves one of them repeatedly. */
    async function edit(editor: number): Promise<void> {
      let version: string | undefined;
      for (let turn = 0; ; turn++) {
        const again = turn % 2 === 1;
        const path = again ? `editor-${editor}.md` : `editor-${editor}-${turn}.md`;
        const content = `${editor} writes ${turn}\n`.repeat(50);
        const before = saved.get(path);
        if (before) before.next = content;
        const headers: Record<string, string> = again && version ? { 'if-match': version } : { 'if-none-match': '*' };
        const reply = await person.call(saveFile, { params, query: { path }, body: content }, { headers });
        if (again) version = reply.headers.get('etag') ?? '';
        saved.set(path, { content });
        answered++;
      }
    }

    const editing = Promise.allSettled(Array.from({ length: 16 }, (_, editor) => edit(editor)));
    await eventually(
      'there are 300 saves',
      () => answered,
      (seen) => seen >= 300,
    );
    const postmaster = await postmasterOf(env['DATA_DIR'] ?? '');
    await kill(server);
    const ends = await editing;
    for (const end of ends) assert.equal(end.status === 'rejected' && end.reason.code, 'unreachable');

    const restarted = await openProcess({ env });
    t.diagnostic(`${answered} saves were answered; ready again after ${restarted.startedIn} ms`);
    assert.ok(postmaster && !lives(postmaster), 'the PostgreSQL of the killed server lives on');
    const again = signedInOn(person, restarted);
    for (const [path, { content, next }] of saved) {
      const found = Buffer.from((await again.call(readFile, { params, query: { path } })).body).toString();
      // A save in flight may have been stored without its response having arrived.
      assert.ok(found === content || found === next, `${path} has neither what was saved last nor what was being saved`);
    }
    assert.equal(await restarted.stop(), 0);
  });

  it('lets every run continue where it was, and do everything exactly once', async (t) => {
    const server = await openProcess({ env });
    const person = await signUp(server);
    const runs: Started[] = [];
    // A run takes about two seconds, so servers are killed at many different points.
    for (let i = 0; i < 16; i++) {
      runs.push(await start(person));
      await sleep(100);
    }
    await kill(server);

    const restarted = await openProcess({ env });
    const again = signedInOn(person, restarted);
    const begun = performance.now();
    for (const run of runs) await eventually('the run is done', () => isDone(again, run));
    t.diagnostic(`16 runs were done ${Math.round(performance.now() - begun)} ms after the new start`);
    for (const run of runs) await assertDoneOnce(again, run);
    const logs = await Promise.all(runs.map((run) => readRun(again, run)));
    const resumed = logs.filter(({ events }) => events.some((event) => event.type === 'notice' && event.data.code === 'resumed'));
    t.diagnostic(`${resumed.length} of them were interrupted`);
    assert.ok(resumed.length > 0);
    assert.equal(await restarted.stop(), 0);
  });
});

describe('kill -9 of one of two servers', () => {
  after(endProcesses);

  it('makes the other finish its runs, without a gap for readers', async (t) => {
    const env = { ...quick, DATABASE_URL: await createTestDatabase() };
    let survivor = await openProcess({ env });
    const person = await signUp(survivor);
    for (const killedAfter of [150, 600, 1100]) {
      const other = await openProcess({ env });
      const servers = [survivor, other];
      const started = await start(signedInOn(person, survivor));
      const victim = await eventually('a server works on the run', async () => {
        for (const server of servers) {
          const metrics = await (await fetch(`${server.origin}/metrics`)).text();
          if (/^guildhall_runs_working [1-9]/m.test(metrics) || /^runs_working [1-9]/m.test(metrics)) return server;
        }
        return undefined;
      });
      survivor = victim === survivor ? other : survivor;
      const stayed: RunEvent[] = [];
      const moved: RunEvent[] = [];
      const staying = readStream(signedInOn(person, survivor), started.runId, stayed);
      const moving = readStream(signedInOn(person, victim), started.runId, moved);
      await sleep(killedAfter);
      await kill(victim);
      const begun = performance.now();
      assert.equal((await moving).ended, 'broken');
      const seenBefore = moved.length;
      assert.equal((await readStream(signedInOn(person, survivor), started.runId, moved)).ended, 'by the server');
      assert.equal((await staying).ended, 'by the server');
      t.diagnostic(`killed after ${seenBefore} events of ${stayed.length}; done ${Math.round(performance.now() - begun)} ms later`);
      assert.ok(seenBefore > 0 && seenBefore < stayed.length);
      assert.ok(isWhole(stayed), 'the reader on the other server missed events, or had some twice');
      assert.deepEqual(moved, stayed);
      await assertDoneOnce(signedInOn(person, survivor), started);
    }
    assert.equal(await survivor.stop(), 0);
  });
});
