import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { query } from '../../../../../test/harness/database.ts';
import { addMember, signUp } from '../../../../../test/harness/test-server.ts';
import { saveFile } from '../../contract.ts';
import { listChanges } from '../../history-contract.ts';
import { params, person, save, testServer } from '../setup.ts';
import { editByRun, move, newRun, remove, write } from './setup.ts';

type Wanted = { path?: string; run?: string; user?: string; before?: number; limit?: number };

const list = async (wanted: Wanted) => {
  const { changes, more } = (await person.call(listChanges, { params, query: { limit: 50, ...wanted } })).body;
  return { numbers: changes.map(({ number }) => number), more };
};
const numbers = async (wanted: Wanted) => (await list(wanted)).numbers;

describe('the list of changes', () => {
  it('is that of a file, or of everything below a folder', async () => {
    await write('src/a.ts', '1');
    await write('src/deep/b.ts', '1');
    await write('src.ts', '1');
    await write('src/a.ts', '2');
    await remove('src/deep/b.ts');
    assert.deepEqual(await numbers({ path: 'src/a.ts' }), [4, 1]);
    assert.deepEqual(await numbers({ path: 'src' }), [5, 4, 2, 1]);
    assert.deepEqual(await numbers({ path: 'src/deep' }), [5, 2]);
    assert.deepEqual(await numbers({ path: 'sr' }), []);
    await move('src', 'lib');
    assert.deepEqual(await numbers({ path: 'src' }), [6, 5, 4, 2, 1]);
    assert.deepEqual(await numbers({ path: 'lib/a.ts' }), [6]);
  });

  it('names the former paths of a move before the new ones', async () => {
    await write('z/a', '1');
    await write('z/b', '2');
    await move('z', 'y');
    const { changes } = (await person.call(listChanges, { params, query: { limit: 1 } })).body;
    assert.deepEqual(changes[0]?.paths, ['z/a', 'z/b', 'y/a', 'y/b']);
  });

  it('has what was a file and is a folder now', async () => {
    await write('a', '1');
    await remove('a');
    await write('a/b', '1');
    assert.deepEqual(await numbers({ path: 'a' }), [3, 2, 1]);
  });

  it('is that of a run, or of a person without their runs', async () => {
    const run = await newRun();
    await write('a', '1');
    await editByRun(run, { a: '2', 'in/b': '1' });
    await editByRun(run, { 'in/b': '2' });
    await write('in/b', '3');
    const colleague = await signUp(testServer);
    const [organization] = await query<{ organization_id: string }>(
      testServer.databaseUrl,
      'select organization_id from projects where id = $1',
      [params.projectId],
    );
    await addMember(testServer, colleague, organization?.organization_id ?? '', 'member');
    await colleague.call(saveFile, { params, query: { path: 'c' }, body: '1' }, { headers: { 'if-none-match': '*' } });
    assert.deepEqual(await numbers({ run }), [3, 2]);
    assert.deepEqual(await numbers({ run, path: 'in' }), [3, 2]);
    assert.deepEqual(await numbers({ run, path: 'a' }), [2]);
    assert.deepEqual(await numbers({ user: person.id }), [4, 1]);
    assert.deepEqual(await numbers({ user: colleague.id }), [5]);
    assert.deepEqual(await numbers({ user: person.id, path: 'in' }), [4]);
    assert.deepEqual(await numbers({ user: colleague.id, path: 'in' }), []);
    assert.deepEqual(await numbers({ user: person.id, run }), []);
  });

  it('goes on before a number', async () => {
    for (let text = 1; text <= 5; text++) await write('in/a', `${text}`);
    assert.deepEqual(await list({ path: 'in', limit: 2 }), { numbers: [5, 4], more: true });
    assert.deepEqual(await list({ path: 'in', limit: 2, before: 4 }), { numbers: [3, 2], more: true });
    assert.deepEqual(await list({ path: 'in/a', limit: 2, before: 2 }), { numbers: [1], more: false });
    assert.deepEqual(await list({ user: person.id, path: 'in', limit: 3, before: 4 }), { numbers: [3, 2, 1], more: false });
  });

  it('names the first hundred paths of a large change, and counts all', async () => {
    await editByRun(await newRun(), Object.fromEntries(Array.from({ length: 150 }, (_, n) => [`f${1000 + n}`, `${n}`])));
    const [change] = (await person.call(listChanges, { params, query: {} })).body.changes;
    assert.deepEqual([change?.paths.length, change?.paths[0], change?.paths[99], change?.pathCount], [100, 'f1000', 'f1099', 150]);
  });

  it('is the same whichever index it comes from', async () => {
    // So many versions that folders and people fall on both sides of every threshold.
    await save('start', 'x');
    await seedMany();
    const all = await query<{ number: number; path: string; user_id: string | null; run_id: string | null }>(
      testServer.databaseUrl,
      `select c.number::int, v.path, c.user_id, c.run_id from changes c join versions v on v.project_id = c.project_id and v.number = c.number
       where c.project_id = $1 order by c.number desc`,
      [params.projectId],
    );
    const [rare] = await query<{ id: string }>(testServer.databaseUrl, `select id from users where email = 'rare@example.com'`);
    for (const path of [undefined, 'often', 'often/1', 'hot', 'seldom', 'early', 'nothing'])
      for (const user of [undefined, person.id, rare?.id])
        for (const before of [undefined, 9000, 20]) {
          const matching = all.filter(
            (row) =>
              (path === undefined || row.path === path || row.path.startsWith(`${path}/`)) &&
              (user === undefined || (row.user_id === user && row.run_id === null)) &&
              row.number < (before ?? Infinity),
          );
          const expected = [...new Set(matching.map(({ number }) => number))];
          const found = await list({ ...(path && { path }), ...(user && { user }), ...(before && { before }), limit: 20 });
          assert.deepEqual(found, { numbers: expected.slice(0, 20), more: expected.length > 20 }, `${path} ${user} ${before}`);
        }
  });
});

/** 14,000 changes: most below `often`, every second of `hot`, the early ones below `early`; one in a thousand by somebody else. */
async function seedMany(): Promise<void> {
  const values = [params.projectId, person.id];
  const run = (text: string, given: unknown[] = values) => query(testServer.databaseUrl, text, given);
  await run(`insert into users (id, name, email, password_hash) values (gen_random_uuid(), 'Rare', 'rare@example.com', 'x')`, []);
  await run(
    `insert into changes (id, project_id, number, kind, user_id)
     select gen_random_uuid(), $1, n, 'batch', case when n % 1000 = 7 then (select id from users where email = 'rare@example.com') else $2::uuid end
     from generate_series(2, 14000) n`,
  );
  await run(
    `insert into versions (project_id, path, number, hash)
     select $1, path, n, (select hash from blobs where project_id = $1 limit 1) from generate_series(2, 14000) n
     cross join lateral (
       select 'often/' || n % 3 || '/' || n % 50 as path where n > 6000
       union all select 'hot' where n % 2 = 0
       union all select 'early/' || n % 10 where n <= 6000
       union all select 'seldom/' || n where n % 500 = 0
     ) v`,
    [params.projectId],
  );
  await run('analyze changes, versions', []);
}
