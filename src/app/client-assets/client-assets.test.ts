import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { createDatabase, type Database } from '#kernel/database/pool.ts';
import { createLog } from '#kernel/log.ts';
import { makeAnotherBuild } from '../../../test/harness/another-build.ts';
import { createTestDatabase, hold, query } from '../../../test/harness/database.ts';
import { eventually } from '../../../test/harness/eventually.ts';
import { startTestServer, type TestServer } from '../../../test/harness/test-server.ts';
import { type Build, deleteOldBuilds, readBuild, storeBuild } from './store-build.ts';

const folders: string[] = [];
after(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

/** The database of other tests knows the build without its assets. */
async function createEmptyDatabase(): Promise<string> {
  const url = await createTestDatabase();
  await query(url, 'delete from client_builds');
  return url;
}

async function anotherBuild(): Promise<{ directory: string; script: string }> {
  const { directory } = await makeAnotherBuild();
  folders.push(directory);
  const page = await readFile(join(directory, 'index.html'), 'utf8');
  return { directory, script: /src="\/assets\/([^"]+\.js)"/.exec(page)?.[1] ?? assert.fail('the page has no script') };
}

const assetsOf = (page: string) => [...page.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, path = '']) => path);

interface Answer {
  status: number;
  headers: Record<string, unknown>;
  body: Buffer;
}

/** As it was sent: `fetch` would decompress it and normalize the path. */
function get(origin: string, path: string, { method = 'GET', ...headers }: Record<string, string> = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(origin, { path, method, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const { date: _, 'x-request-id': __, ...rest } = response.headers;
        resolve({ status: response.statusCode ?? 0, headers: rest, body: Buffer.concat(chunks) });
      });
    });
    sent.on('error', reject).end();
  });
}

/** A load balancer that sends each request to the next server. */
async function openBalancer(origins: string[]) {
  let turn = 0;
  const server = createServer((incoming, outgoing) => {
    const { method, url, headers } = incoming;
    const asked = request(`${origins[turn++ % origins.length]}${url}`, { method, headers });
    asked.on('response', (answer) => answer.pipe(outgoing.writeHead(answer.statusCode ?? 502, answer.headers)));
    incoming.pipe(asked);
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => server.close().closeAllConnections() };
}

describe('assets of several builds', () => {
  let older: TestServer;
  let newer: TestServer;
  let other: { directory: string; script: string };
  let paths: string[];
  before(async () => {
    older = await startTestServer({ databaseUrl: await createEmptyDatabase() });
    other = await anotherBuild();
    newer = await startTestServer({ databaseUrl: older.databaseUrl, directory: other.directory });
    const pages = await Promise.all([older, newer].map(async ({ origin }) => (await fetch(origin)).text()));
    paths = [...new Set(pages.flatMap(assetsOf))];
  });
  after(() => Promise.all([older.close(), newer.close()]));

  it('are served by every server, whichever build it runs, with the same bytes and headers', async () => {
    assert.ok(paths.includes(`/assets/${other.script}`));
    for (const path of paths) {
      for (const accept of ['gzip, deflate, br', 'gzip', 'identity']) {
        const [own, others] = await Promise.all([older, newer].map(({ origin }) => get(origin, path, { 'accept-encoding': accept })));
        assert.equal(own?.status, 200, path);
        assert.deepEqual(others, own, `${path} for ${accept}`);
        assert.equal(own.headers['cache-control'], 'public, max-age=31536000, immutable');
      }
    }
  });

  it('are compressed in the best way that a client takes, and sent as they are to others', async () => {
    const path = `/assets/${other.script}`;
    const ask = (accept: string) => get(older.origin, path, { 'accept-encoding': accept });
    const [br, gzip, plain, refused] = [
      await ask('gzip, deflate, br'),
      await ask('gzip'),
      await ask('identity'),
      await ask('br;q=0, gzip'),
    ];
    const wanted = await readFile(join(other.directory, path));
    assert.equal(br.headers['content-encoding'], 'br');
    assert.ok(brotliDecompressSync(br.body).equals(wanted));
    for (const answer of [gzip, refused]) assert.equal(answer.headers['content-encoding'], 'gzip');
    assert.ok(gunzipSync(gzip.body).equals(wanted));
    assert.equal(plain.headers['content-encoding'], undefined);
    assert.ok(plain.body.equals(wanted));
    for (const { headers } of [br, gzip, plain]) {
      assert.equal(headers['content-type'], 'text/javascript');
      assert.equal(headers['vary'], 'Accept-Encoding');
    }
    assert.equal(new Set([br, gzip, plain].map(({ headers }) => headers['etag'])).size, 3);
    const head = await get(older.origin, path, { method: 'HEAD', 'accept-encoding': 'br' });
    assert.deepEqual([head.status, head.headers, head.body.length], [200, br.headers, 0]);
    const again = await get(older.origin, path, { 'accept-encoding': 'br', 'if-none-match': String(br.headers['etag']) });
    assert.deepEqual([again.status, again.body.length], [304, 0]);
  });

  it('let pages of both builds load behind one address', async () => {
    const balancer = await openBalancer([older.origin, newer.origin]);
    try {
      for (let round = 0; round < 4; round++) {
        const page = await (await fetch(balancer.origin)).text();
        for (const path of assetsOf(page)) assert.equal((await fetch(balancer.origin + path)).status, 200, path);
        // Otherwise each page would always be asked for from the same server.
        if (assetsOf(page).length % 2 === 1) await fetch(balancer.origin);
      }
    } finally {
      balancer.close();
    }
  });

  it('have names that are looked up in a list, so no other file can be read', async () => {
    const names = [
      'never-existed-0a1b2c3d.js',
      `${other.script}.br`,
      '',
      '../index.html',
      '../../../package.json',
      '..%2f..%2f..%2fpackage.json',
      '%2e%2e/index.html',
      '....//index.html',
      '.vite/manifest.json',
      '%00',
      '%',
      `${'a'.repeat(5000)}.js`,
    ];
    const answers = await Promise.all(names.map((name) => get(older.origin, `/assets/${name}`)));
    for (const [index, { status, headers, body }] of answers.entries()) {
      const name = names[index];
      assert.ok(status === 404 || status === 400, `${name}: ${status}`);
      assert.equal(headers['cache-control'], 'no-store', name);
      assert.match(String(body), /"code":"(?:not_found|bad_request)"/, name);
    }
  });

  it('cost no statement each for names that do not exist', async () => {
    const before = older.features.db.stats().queries;
    const answers = await Promise.all(Array.from({ length: 50 }, (_, index) => get(older.origin, `/assets/unknown-${index}.js`)));
    assert.ok(answers.every(({ status }) => status === 404));
    // Others are of background work.
    assert.ok(older.features.db.stats().queries - before < 40);
  });

  it('of a build that appears now are found by servers that run already', async () => {
    const late = await anotherBuild();
    const server = await startTestServer({ databaseUrl: older.databaseUrl, directory: late.directory });
    try {
      assert.equal((await get(older.origin, `/assets/${late.script}`)).status, 200);
    } finally {
      await server.close();
    }
    assert.equal((await get(newer.origin, `/assets/${late.script}`)).status, 200, 'and after its server has ended');
  });

  it('are served by a server whose own folder has been built anew', async () => {
    const moved = await anotherBuild();
    const server = await startTestServer({ databaseUrl: older.databaseUrl, directory: moved.directory });
    try {
      await rm(moved.directory, { recursive: true });
      for (const path of assetsOf(await (await fetch(server.origin)).text()))
        assert.equal((await get(server.origin, path)).status, 200, path);
      assert.equal((await get(server.origin, '/favicon.svg')).headers['content-type'], 'image/svg+xml');
    } finally {
      await server.close();
    }
  });
});

/** A small build: what every build has, and a script of its own in three forms. */
async function makeBuild(): Promise<Build> {
  const directory = await mkdtemp(join(tmpdir(), 'guildhall-build-'));
  folders.push(directory);
  await mkdir(join(directory, 'assets'));
  const own = `index-${randomBytes(4).toString('hex')}.js`;
  for (const name of ['font-0a1b2c3d.woff2', 'page-0a1b2c3d.css', own, `${own}.br`, `${own}.gz`])
    await writeFile(join(directory, 'assets', name), `the content of ${name}`);
  return readBuild(directory) ?? assert.fail('there is no build');
}

describe('storing a build', () => {
  let url: string;
  let db: Database;
  let build: Build;
  before(async () => {
    url = await createEmptyDatabase();
    db = createDatabase({ url, max: 8, log: await createLog({ level: 'silent', readable: true }) });
  });
  after(() => db.close());

  const count = async (table: string, where = 'true') =>
    (await query<{ n: number }>(url, `select count(*)::int as n from ${table} where ${where}`))[0]?.n ?? 0;
  const isStored = async ({ id }: Build) => (await count('client_builds', `id = '${id}'`)) === 1;

  it('takes one statement when it is stored already', async () => {
    const known = await makeBuild();
    assert.equal(await storeBuild(db, known), true);
    const before = db.stats().queries;
    assert.equal(await storeBuild(db, known), false);
    assert.equal(db.stats().queries, before + 1);
  });

  it('stores only what is missing', async () => {
    const before = await count('client_assets');
    build = await makeBuild();
    assert.equal(await storeBuild(db, build), true);
    assert.equal((await count('client_assets')) - before, 3, 'the script, and the script compressed in two ways');
    const [stored] = await query<{ names: string[] }>(url, 'select names from client_builds where id = $1', [build.id]);
    assert.deepEqual(stored?.names, (await readdir(build.folder)).sort());
  });

  it('is done by one of several servers that start at once', async () => {
    const fresh = await makeBuild();
    const done = await Promise.all(Array.from({ length: 6 }, () => storeBuild(db, fresh)));
    assert.deepEqual(
      done.filter((stored) => stored),
      [true],
    );
  });

  it('leaves nothing half done when it is killed', async () => {
    const fresh = await makeBuild();
    const before = await count('client_assets');
    // All that is missing when its connection ends is the build itself.
    const release = await hold(url, `insert into client_builds (id, names) values ('${fresh.id}', '{}')`);
    const storing = storeBuild(db, fresh);
    storing.catch(() => undefined);
    try {
      const waits = `select pid from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and pid <> pg_backend_pid()`;
      await eventually('it waits for the lock', async () => (await query(url, waits)).length > 0);
      await query(url, waits.replace('select pid', 'select pg_terminate_backend(pid)'));
      await assert.rejects(storing);
    } finally {
      await release();
    }
    assert.equal(await count('client_assets'), before);
    assert.equal(await isStored(fresh), false);
    assert.equal(await storeBuild(db, fresh), true);
  });

  it('stores nothing of a build with a missing file', async () => {
    const fresh = await makeBuild();
    const before = await count('client_assets');
    await assert.rejects(storeBuild(db, { ...fresh, id: 'incomplete', names: [...fresh.names, 'zz-gone.js'] }), { code: 'ENOENT' });
    assert.equal(await count('client_assets'), before);
    assert.equal(await count('client_builds', `id = 'incomplete'`), 0);
  });

  it('is undone a day after the last server that ran the build', async () => {
    const before = await count('client_assets');
    await query(url, `update client_builds set used_at = now() - interval '24 hours' where id = $1`, [build.id]);
    await deleteOldBuilds(db, 25);
    assert.equal(await isStored(build), true);
    await query(url, `update client_builds set used_at = now() - interval '26 hours' where id = $1`, [build.id]);
    assert.equal(await deleteOldBuilds(db, 25), 1);
    assert.equal(await isStored(build), false);
    assert.equal(await count('client_assets'), before - 3, 'what other builds have too stays');
  });

  it('is never undone for the build that was used last', async () => {
    await query(url, `update client_builds set used_at = now() - interval '90 days'`);
    const newest = await makeBuild();
    await storeBuild(db, newest);
    await query(url, `update client_builds set used_at = now() - interval '30 days' where id = $1`, [newest.id]);
    await deleteOldBuilds(db, 25);
    assert.deepEqual(await query(url, 'select id from client_builds'), [{ id: newest.id }]);
    assert.equal(await count('client_assets'), newest.names.length);
  });
});
