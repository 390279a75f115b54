/** What holds behind each proxy, with three servers and no sticky sessions. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { request } from 'node:https';
import { after, before, describe, it, type TestContext } from 'node:test';
import { readFile, saveFile } from '#features/files/contract.ts';
import { importFiles } from '#features/files/transfer-contract.ts';
import { startRun } from '#features/runs/contract.ts';
import type { RunEvent } from '#features/runs/events.ts';
import { listSessions } from '#features/sessions/contract.ts';
import { urlOf } from '#wire/call.ts';
import { query } from '../harness/database.ts';
import { eventually } from '../harness/eventually.ts';
import { endProcesses } from '../harness/process.ts';
import { isWhole, readStream } from '../harness/run-stream.ts';
import { createBrowser, newProject, type Person, signedInOn, signUp } from '../harness/test-server.ts';
import { zipOf } from '../harness/zip.ts';
import { delayOf, readArrivals } from './arrivals.ts';
import { workInBrowser } from './browser.ts';
import { type Client, createClient, type Protocol, protocols } from './client.ts';
import { examine } from './doctor.ts';
import { answeredBy, type Fleet, openFleet } from './fleet.ts';
import { failuresOf, startLoad } from './load.ts';
import type { ProxyKind } from './proxy.ts';

const MEGABYTE = 1024 * 1024;
/** Events of a stream may be this much later than without the proxy. HAProxy's lumps are 200 ms. */
const MAX_DELAY_MS = 100;
const AGENT_LIMIT = 10;
/** With a server that hangs, a request it got waits longer. */
const PATIENCE_MS = 3000;

const bytes = { 'content-type': 'application/octet-stream', 'if-none-match': '*' };

export function describeFleet(kind: ProxyKind): void {
  describe(`three servers behind ${kind.name}`, () => {
    let fleet: Fleet;
    let clients: Record<Protocol, Client>;
    before(async () => {
      fleet = await openFleet(kind);
      clients = { 'HTTP/1.1': createClient('HTTP/1.1'), 'HTTP/2': createClient('HTTP/2') };
    });
    after(async () => {
      await Promise.all(Object.values(clients ?? {}).map((client) => client.close()));
      await fleet?.close();
      await endProcesses();
    });

    /** The same person, through the proxy. */
    function behind(person: Person, protocol: Protocol): Person {
      const browser = createBrowser(fleet.proxy.origin, clients[protocol].fetch);
      for (const [name, value] of person.browser.cookies) browser.cookies.set(name, value);
      return { ...person, call: browser.call, browser };
    }
    const join = (server = 0) => signUp(fleet.servers[server] as Fleet['servers'][number]);

    it('let a person sign in on one and act on all', async () => {
      const person = behind(await join(), 'HTTP/1.1');
      for (let turn = 0; turn < 12; turn++) assert.equal((await person.call(listSessions, {})).body.sessions.length, 1);
      const answered = () => answeredBy(fleet.servers, listSessions.path);
      await eventually('every server has answered some', answered, (counts) => counts.every((count) => count > 0));
    });

    it('see the client’s address, whatever it claims', async () => {
      const headers = { 'x-forwarded-for': '203.0.113.9', forwarded: 'for=203.0.113.9' };
      const person = await signUp(fleet.proxy, 'Ada Lovelace', ((input: string, init: RequestInit) =>
        clients['HTTP/2'].fetch(input, {
          ...init,
          headers: { ...Object.fromEntries(new Headers(init.headers)), ...headers },
        })) as typeof fetch);
      const { sessions } = (await person.call(listSessions, {})).body;
      assert.deepEqual(
        sessions.map(({ address }) => address),
        ['127.0.0.1'],
      );
    });

    /** Reads a run directly and through the proxy at the same time. */
    async function compareArrivals(t: TestContext, person: Person, proxied: Person): Promise<void> {
      const { id: projectId } = await newProject(person);
      const body = { message: 'tell the time for 4 s, 50 times a second', model: 'practice' };
      const { run } = (await person.call(startRun, { params: { projectId }, body })).body;
      const [direct, late] = await Promise.all([readArrivals(person, run.id), readArrivals(proxied, run.id)]);
      assert.ok(direct.size > 40, `only ${direct.size} events`);
      const delay = delayOf(late, direct);
      t.diagnostic(`${direct.size} events, nine of ten at most ${delay.toFixed(1)} ms later than without the proxy`);
      assert.ok(delay < MAX_DELAY_MS, `events are ${delay} ms late`);
    }

    if (kind.servesClear)
      it('send events one by one, without TLS', async (t) => {
        const person = await join();
        await compareArrivals(t, person, signedInOn(person, { origin: fleet.proxy.clearOrigin ?? '' }));
      });

    for (const protocol of protocols) {
      it(`send events one by one, over ${protocol}`, async (t) => {
        const person = await join();
        await compareArrivals(t, person, behind(person, protocol));
      });

      it(`take a file of 10 MB, and reject a larger one in their own words, over ${protocol}`, async () => {
        const person = behind(await join(), protocol);
        const params = { projectId: (await newProject(person)).id };
        const content = randomBytes(10 * MEGABYTE);
        const file = { params, query: { path: 'large.bin' } };
        const saved = await person.browser.fetch(urlOf(saveFile, file), { method: 'PUT', headers: bytes, body: new Blob([content]) });
        assert.equal(saved.status, 201);
        const read = Buffer.from(await (await person.browser.fetch(urlOf(readFile, file))).arrayBuffer());
        assert.ok(read.equals(content));

        const tooLarge = { params, query: { path: 'larger.bin' } };
        const rejected = await person.browser.fetch(urlOf(saveFile, tooLarge), {
          method: 'PUT',
          headers: bytes,
          body: new Blob([randomBytes(11 * MEGABYTE)]),
        });
        assert.equal(rejected.status, 413);
        assert.match(rejected.headers.get('content-type') ?? '', /^application\/problem\+json/);
      });

      it(`take an import of 100 MB, over ${protocol}`, async (t) => {
        const person = behind(await join(), protocol);
        const params = { projectId: (await newProject(person)).id };
        const zip = zipOf(
          Array.from({ length: 11 }, (_, index) => ({ name: `${index}.bin`, content: randomBytes(9.5 * MEGABYTE), method: 0 })),
        );
        assert.ok(zip.length > 100_000_000);
        const begun = performance.now();
        const reply = await person.browser.fetch(urlOf(importFiles, { params, query: {} }), {
          method: 'POST',
          headers: { 'content-type': 'application/zip' },
          body: new Blob([zip as Uint8Array<ArrayBuffer>]),
        });
        assert.equal(reply.status, 201, await reply.text());
        t.diagnostic(`it took ${Math.round(performance.now() - begun)} ms`);
      });
    }

    it('count a limit together', async () => {
      const person = await join();
      const { id: projectId } = await newProject(person);
      const proxied = behind(person, 'HTTP/1.1');
      const start = () =>
        proxied.call(startRun, { params: { projectId }, body: { message: 'list the files', model: 'practice' } }).then(
          ({ status }) => status as number,
          (problem: { status: number }) => problem.status,
        );
      const statuses = await Promise.all(Array.from({ length: 3 * AGENT_LIMIT }, start));
      assert.equal(statuses.filter((status) => status === 201).length, AGENT_LIMIT);
      assert.deepEqual(new Set(statuses), new Set([201, 429]));
    });

    it('are used by a browser, over HTTP/2', async () => {
      const { protocol, complaints } = await workInBrowser(fleet.proxy.origin);
      assert.deepEqual([protocol, complaints], ['h2', []]);
    });

    it('have nothing through their proxy that the doctor finds', async () => {
      const found = await examine(fleet);
      const codes = ['public_url', 'security_headers', 'event_stream', 'request_size', 'client_address'];
      assert.deepEqual(
        codes.map((code) => [code, found[code]]),
        codes.map((code) => [code, 'ok']),
      );
    });

    it('redirect http to https, and upgrade nothing to WebSocket', async () => {
      const redirected = await fetch(`${fleet.proxy.plainOrigin}/projects?x=1`, { redirect: 'manual' });
      assert.equal(redirected.status, 308);
      assert.match(redirected.headers.get('location') ?? '', /^https:\/\/[^/]+\/projects\?x=1$/);
      const headers = { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13', 'sec-websocket-key': 'a'.repeat(24) };
      const status = await new Promise((resolve, reject) => {
        const sent = request(`${fleet.proxy.origin}/`, { headers, rejectUnauthorized: false });
        sent.once('upgrade', (_, socket) => {
          socket.destroy();
          resolve('upgraded');
        });
        sent.once('response', (response) => response.resume().once('end', () => resolve(response.statusCode))).once('error', reject);
        sent.end();
      });
      assert.notEqual(status, 'upgraded');
    });

    if (kind.checksHealth)
      it('do without one that hangs, until it goes on', async () => {
        const { pid } = fleet.servers[1] ?? { pid: 0 };
        const ask = () =>
          clients['HTTP/2'].fetch(`${fleet.proxy.origin}/api/health/live`, { signal: AbortSignal.timeout(PATIENCE_MS) }).then(
            ({ ok }) => ok,
            () => false,
          );
        const askMany = async () => (await Promise.all(Array.from({ length: 12 }, ask))).every(Boolean);
        process.kill(pid, 'SIGSTOP');
        try {
          await eventually('every request is answered', askMany);
        } finally {
          process.kill(pid, 'SIGCONT');
        }
        await eventually('it answers again', async () => {
          const before = answeredBy(fleet.servers, listSessions.path)[1] ?? 0;
          await askMany();
          await behind(await join(), 'HTTP/1.1').call(listSessions, {});
          return (answeredBy(fleet.servers, listSessions.path)[1] ?? 0) > before;
        });
      });

    it('lose no request and no event while each is restarted, one right after the other', async (t) => {
      const person = await join();
      const { id: projectId } = await newProject(person);
      const load = await startLoad(fleet.proxy.origin, [person]);
      await load.goesOn();
      const body = { message: 'tell the time for 8 s, 20 times a second', model: 'practice' };
      const { run } = (await person.call(startRun, { params: { projectId }, body })).body;
      const events: RunEvent[] = [];
      const reading = (async () => {
        const reader = behind(person, 'HTTP/1.1');
        while (events.at(-1)?.type !== 'end') await readStream(reader, run.id, events);
      })();
      for (let index = 0; index < fleet.servers.length; index++) {
        assert.equal(await fleet.servers[index]?.stop(), 0);
        await fleet.restart(index);
      }
      await load.goesOn();
      await load.stop();
      await reading;
      t.diagnostic(`${load.outcomes.length} requests were answered`);
      assert.deepEqual(failuresOf(load.outcomes), {});
      assert.ok(isWhole(events), 'the reader missed events, or had some twice');
    });

    it('answer every read, and repeat no write, when one is killed', async (t) => {
      const person = await join(1);
      const load = await startLoad(fleet.proxy.origin, [person]);
      await load.goesOn();
      process.kill(fleet.servers[0]?.pid ?? 0, 'SIGKILL');
      await fleet.servers[0]?.ended;
      await load.goesOn();
      await fleet.restart(0);
      await load.goesOn();
      await load.stop();
      const failures = failuresOf(load.outcomes);
      t.diagnostic(`${load.outcomes.length} requests; failed: ${JSON.stringify(failures)}`);
      assert.deepEqual(
        Object.keys(failures).filter((what) => what.startsWith('GET')),
        [],
      );
      const stored = await query<{ name: string; count: number }>(
        fleet.databaseUrl,
        `select p.name, count(*)::int as count from projects p join members m using (organization_id)
         where m.user_id = $1 and p.name like 'Written by%' group by p.name`,
        [person.id],
      );
      const counts = new Map(stored.map(({ name, count }) => [name, count]));
      assert.ok(
        stored.every(({ count }) => count === 1),
        'a write was repeated',
      );
      for (const { name, result } of load.outcomes) if (name && result === 201) assert.equal(counts.get(name), 1, `${name} is missing`);
    });
  });
}
