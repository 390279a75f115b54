/** The index of contents: it is filled apart from saves, and searches find the same with and without it. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { before, beforeEach, describe, it } from 'node:test';
import { deleteProject } from '#features/projects/contract.ts';
import { createLog, type Log } from '#kernel/log.ts';
import { hold, query } from '../../../../test/harness/database.ts';
import { eventually } from '../../../../test/harness/eventually.ts';
import { signUp, startTestServer } from '../../../../test/harness/test-server.ts';
import { searchFiles } from '../search-contract.ts';
import { createSearchIndex } from '../server/files.ts';
import { readText } from '../server/text.ts';
import { params, person, testServer } from './setup.ts';

type Contents = Record<string, string | Buffer | null>;

let log: Log;
before(async () => {
  log = await createLog({ level: 'silent', readable: false });
});

const createIndex = () => createSearchIndex({ db: testServer.features.db, log, minAge: 0 });

/** Replaces, creates or (null) deletes files. */
async function put(contents: Contents): Promise<void> {
  const { db, files } = testServer.features;
  const { projectId } = params;
  await db.transaction(async (tx) => {
    const versions = await files.versions(projectId, Object.keys(contents));
    const edits = Object.entries(contents).map(([path, content]) => ({
      path,
      base: versions.get(path) ?? null,
      content: content === null ? null : Buffer.from(content as string),
    }));
    await files.apply(tx, { projectId, by: { userId: person.id, runId: null }, edits });
  });
}
type Query = NonNullable<Parameters<typeof person.call<typeof searchFiles>>[1]['query']>;
const search = async (asked: Query) => (await person.call(searchFiles, { params, query: asked })).body;
const places = async (asked: Query) => (await search(asked)).matches.map(({ path, line }) => `${path}:${line}`);
const sql = <Row extends object>(text: string, values: unknown[] = []) => query<Row & {}>(testServer.databaseUrl, text, values);
const indexed = async () =>
  (
    await sql<{ path: string }>(
      `select distinct f.path from files f join blobs b on b.project_id = f.project_id and b.hash = f.hash
       where f.project_id = $1 and b.in_search and f.indexed_hash = f.hash order by f.path`,
      [params.projectId],
    )
  ).map(({ path }) => path);
const contentsInIndex = async () =>
  Number((await sql<{ count: string }>('select count(*) from blobs where project_id = $1 and in_search', [params.projectId]))[0]?.count);

/** More text than is read without looking it up. */
function filler(seed: string): Contents {
  const words = Array.from({ length: 300 }, (_, index) => `${seed}${(index * 7919).toString(36)}`);
  return Object.fromEntries(
    Array.from({ length: 90 }, (_, file) => [
      `m/${file}`,
      Array.from({ length: 8000 }, (_, index) => `${words[(index * (file + 7)) % 300]}${index % 9 === 0 ? '\n' : ' '}`).join(''),
    ]),
  );
}

describe('the index of contents', () => {
  it('holds the texts of current files, and no others', async () => {
    await put({ a: 'first', b: 'second', c: 'binary\0', d: randomBytes(100), e: 'x'.repeat(1_000_001), f: '' });
    const index = createIndex();
    await index.fillAll();
    assert.deepEqual(await indexed(), ['a', 'b', 'f']);
    await put({ a: 'third', b: null });
    assert.deepEqual([await indexed(), await places({ q: 'third' }), await places({ q: 'first' })], [['f'], ['a:1'], []]);
    await index.fillAll();
    assert.deepEqual([await indexed(), await contentsInIndex()], [['a', 'f'], 3]);
    await index.cleanUp();
    assert.equal(await contentsInIndex(), 2);
    const waiting = await sql('select from files where project_id = $1 and indexed_hash is distinct from hash', [params.projectId]);
    assert.equal(waiting.length, 0);
  });

  it('leaves out what has just been saved', async () => {
    await put({ a: 'first' });
    await createSearchIndex({ db: testServer.features.db, log, minAge: 3600 }).fillAll();
    assert.deepEqual(await indexed(), []);
  });

  it('finds the same with the index as without it', async () => {
    await put({
      ...filler('w'),
      'o/1.ts': 'const needle = 1;\nfunction grantAll() {}\n',
      'p/2.ts': '// NEEDLE Straße ПРИВЕТ\r\nfunction  isGrant() {}\r\n',
      'z/3.md': 'a needle in \u212aelvin, and needles',
    });
    const asked: Query[] = [
      { q: 'needle' },
      { q: 'needle', case: 'true' },
      { q: 'needle', word: 'true' },
      { q: 'needle', glob: '*.ts' },
      { q: 'needle', path: 'p' },
      { q: 'STRAßE' },
      { q: 'привет' },
      { q: '=' },
      { q: 'function\\s+\\w*grant', regex: 'true', case: 'false' },
      { q: 'function\\s+\\w+Grant', regex: 'true' },
      { q: '(?:nee|gra)[dn]', regex: 'true' },
      { q: '[NT]EE', regex: 'true' },
      { q: 'nothing here' },
      { q: 'w0' },
    ];
    const without = await Promise.all(asked.map(search));
    assert.ok(without.filter(({ matches }) => matches.length > 0).length > 11);
    await createIndex().fillAll();
    const lookedUp = async () =>
      Number(
        (await sql<{ scans: string }>(`select idx_scan as scans from pg_stat_user_indexes where indexrelname = 'blobs_search'`))[0]?.scans,
      );
    const earlier = await lookedUp();
    for (const [number, each] of asked.entries()) assert.deepEqual(await search(each), without[number], JSON.stringify(each));
    await eventually(
      'the index has been used',
      async () => (await lookedUp()) - earlier,
      (scans) => scans >= 4,
    );
  });

  it('finds a new version at once, and a former one that comes back', async () => {
    await put({ ...filler('v'), a: 'needle one', b: 'needle one' });
    const index = createIndex();
    await index.fillAll();
    await put({ a: 'needle two' });
    assert.deepEqual([await places({ q: 'needle one' }), await places({ q: 'needle two' })], [['b:1'], ['a:1']]);
    await put({ b: null, c: 'needle two' });
    assert.deepEqual([await places({ q: 'needle one' }), await places({ q: 'needle two' })], [[], ['a:1', 'c:1']]);
    await put({ a: 'needle one' });
    await index.cleanUp();
    assert.deepEqual([await places({ q: 'needle one' }), await places({ q: 'needle two' })], [['a:1'], ['c:1']]);
    await index.fillAll();
    await index.cleanUp();
    assert.deepEqual([await places({ q: 'needle one' }), await places({ q: 'needle two' })], [['a:1'], ['c:1']]);
  });

  it('loses nothing while files change and two servers fill it', async () => {
    await put(filler('u'));
    const indexes = [createIndex(), createIndex()];
    const current = new Map<string, string>();
    const [paths, words] = [
      ['a', 'b', 'x/c', 'x/d'],
      ['needle', 'haystack', 'pinhead'],
    ];
    let seed = 3;
    const below = (count: number) => {
      seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
      return Math.floor((seed / 2 ** 32) * count);
    };
    const change = async () => {
      const path = paths[below(paths.length)] ?? 'a';
      if (below(4) === 0 && current.delete(path)) return put({ [path]: null });
      const word = words[below(words.length)] ?? '';
      current.set(path, word);
      return put({ [path]: word });
    };
    for (let round = 0; round < 60; round++) {
      await Promise.all([change(), ...indexes.map((index) => (below(2) === 0 ? index.fillAll() : index.cleanUp()))]);
      const lost = await sql(
        `select f.path from files f join blobs b on b.project_id = f.project_id and b.hash = f.indexed_hash
         where f.project_id = $1 and not b.in_search`,
        [params.projectId],
      );
      assert.deepEqual(lost, []);
      const word = words[round % words.length] ?? '';
      const expected = [...current].filter(([, text]) => text === word).map(([path]) => `${path}:1`);
      assert.deepEqual(await places({ q: word }), expected.sort());
    }
  });

  it('waits for nobody, and keeps nobody waiting', async () => {
    await put({ a: 'first', b: 'second' });
    const { projectId } = params;
    const release = await hold(testServer.databaseUrl, `select from blobs where project_id = '${projectId}' for update`);
    await createIndex().fillAll();
    await release();
    assert.deepEqual(await indexed(), []);
    const busy = await hold(testServer.databaseUrl, `select from files where project_id = '${projectId}' and path = 'a' for update`);
    await createIndex().fillAll();
    await busy();
    assert.deepEqual(await indexed(), ['b']);
    await createIndex().fillAll();
    assert.deepEqual(await indexed(), ['a', 'b']);
  });

  it('survives the deletion of a project meanwhile', async () => {
    await put(filler('t'));
    const index = createIndex();
    await Promise.all([index.fillAll(), person.call(deleteProject, { params }), index.fillAll()]);
    await index.fillAll();
    assert.equal(await contentsInIndex(), 0);
  });

  it('takes for text what the server takes for text', async () => {
    const samples = Array.from({ length: 3000 }, (_, index) => {
      const bytes = randomBytes(1 + (index % 5));
      // Lead bytes with continuations are rare otherwise.
      return index % 2 === 0
        ? bytes
        : Buffer.concat([bytes.map((byte, at) => (at === 0 ? 0xc0 | byte : 0x80 | (byte & 0x3f))), Buffer.from('a')]);
    });
    const rows = await sql<{ text: boolean }>('select is_text(content) as text from unnest($1::bytea[]) as s (content)', [samples]);
    for (const [index, content] of samples.entries())
      assert.equal(rows[index]?.text, readText(content) !== undefined, content.toString('hex'));
    assert.ok(rows.filter(({ text }) => text).length > 100);
  });
});

describe('a search', () => {
  const running = async () =>
    (
      await sql(`select from pg_stat_activity where datname = current_database() and state = 'active' and query like '%lateral (%is_text%'
       and pid <> pg_backend_pid()`)
    ).length;
  let release: () => Promise<void>;
  beforeEach(async () => {
    await put({ a: 'needle' });
    release = await hold(testServer.databaseUrl, 'lock table blobs');
  });

  it('ends in PostgreSQL when its client goes away', async () => {
    const gone = new AbortController();
    const asked = person.browser.fetch(`/api/projects/${params.projectId}/search?q=needle`, { signal: gone.signal }).catch(() => 'gone');
    await eventually('the search runs', running, 1);
    gone.abort();
    assert.equal(await asked, 'gone');
    await eventually('the search has ended', running, 0);
    await release();
    assert.deepEqual(await places({ q: 'needle' }), ['a:1']);
  });

  it('takes turns with others of the same person, and refuses too many', async () => {
    const asked = Array.from({ length: 23 }, () =>
      person.call(searchFiles, { params, query: { q: 'needle' } }).then(
        ({ status }) => `${status}`,
        ({ code }: { code: string }) => code,
      ),
    );
    await eventually('one runs', running, 1);
    await release();
    const outcomes = await Promise.all(asked);
    assert.ok(outcomes.includes('too_many_at_once'), outcomes.join());
    assert.ok(outcomes.includes('200'), outcomes.join());
  });
});

describe('a database without the index', () => {
  it('is searched by reading the files', async () => {
    const bare = await startTestServer();
    await query(bare.databaseUrl, 'drop index blobs_search');
    const someone = await signUp(bare);
    const { createProject } = await import('#features/projects/contract.ts');
    const { project } = (await someone.call(createProject, { body: { name: 'A project' } })).body;
    const { files } = bare.features;
    const edits = Object.entries({ ...filler('s'), 'z/needle': 'a needle' }).map(([path, content]) => ({
      path,
      base: null,
      content: Buffer.from(content as string),
    }));
    await bare.features.db.transaction((tx) => files.apply(tx, { projectId: project.id, by: { userId: someone.id, runId: null }, edits }));
    const find = async () => (await someone.call(searchFiles, { params: { projectId: project.id }, query: { q: 'needle' } })).body.matches;
    assert.equal((await find()).length, 1);
    await createSearchIndex({ db: bare.features.db, log, minAge: 0 }).fillAll();
    assert.equal((await find()).length, 1);
    await bare.close();
  });
});
