import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createTestDatabase, query } from '../../../test/harness/database.ts';
import { inspectMigrations, migrate } from './migrate.ts';

const db = fileURLToPath(new URL('../../../db/', import.meta.url));
const read = async (name: string) => (await readFile(db + name, 'utf8')).trim();

/** As a version that came later would leave it. */
async function migrateFurther(worksFrom: number | null): Promise<string> {
  const url = await createTestDatabase();
  await query(url, `insert into migrations (number, name, checksum, works_from) values (9001, '9001_later.sql', 'x', $1)`, [worksFrom]);
  return url;
}

describe('migrating', () => {
  it('lists what is missing, and then applies it', async () => {
    const url = await createTestDatabase();
    assert.deepEqual((await inspectMigrations(url)).missing, []);
    await query(url, 'delete from migrations where number = 36; drop table write_probes');
    const state = await inspectMigrations(url);
    assert.deepEqual(state.missing, ['0036_write_probes.sql']);
    assert.equal(state.previousWorks, true);
    assert.deepEqual(await migrate(url), ['0036_write_probes.sql']);
    assert.deepEqual(await inspectMigrations(url), { applied: state.applied + 1, missing: [], previousWorks: true, previousStarts: true });
  });

  it('records since which migration programs keep working, on databases of versions that did not', async () => {
    const url = await createTestDatabase();
    await query(url, 'delete from migrations where number = 36; drop table write_probes; alter table migrations drop column works_from');
    await migrate(url);
    const rows = await query(url, 'select number, works_from from migrations where number in (35, 36) order by number');
    assert.deepEqual(rows, [
      { number: 35, works_from: null },
      { number: 36, works_from: Number(await read('works-from')) },
    ]);
  });

  it('says whether the servers that run now would keep working', async () => {
    const url = await createTestDatabase();
    await query(url, 'delete from migrations where number >= $1', [Number(await read('works-from'))]);
    assert.equal((await inspectMigrations(url)).previousWorks, false);
  });

  it('says whether they would start again, which versions do not that had not promised it yet', async () => {
    const url = await createTestDatabase();
    await query(url, 'delete from migrations where number = 52');
    assert.equal((await inspectMigrations(url)).previousStarts, true);
    await query(url, 'update migrations set works_from = null');
    const { previousWorks, previousStarts } = await inspectMigrations(url);
    assert.deepEqual([previousWorks, previousStarts], [true, false]);
  });
});

describe('a database of a later version', () => {
  it('takes the release before it, which an upgrade runs beside it and a rollback starts again', async () => {
    const url = await migrateFurther(Number(await read('works-from')));
    assert.deepEqual(await migrate(url), []);
  });

  it('refuses a release that does not work with it', async () => {
    for (const worksFrom of [9000, null])
      await assert.rejects(migrate(await migrateFurther(worksFrom)), {
        message: 'The database has migration 9001, with which this version does not work. Start a newer version.',
      });
  });
});

describe('db/works-from', () => {
  it('is the newest migration of the release in db/previous-release', async (t) => {
    const list = ['ls-tree', '--name-only', await read('previous-release'), 'db/migrations/'];
    const listed = await promisify(execFile)('git', list, { cwd: fileURLToPath(new URL('../', `file://${db}`)) }).catch(() => undefined);
    if (!listed) return t.skip('skipped: git, or the commit, not found');
    const newest = listed.stdout.trim().split('\n').at(-1) ?? '';
    assert.equal(Number(/\/(\d{4})_/.exec(newest)?.[1]), Number(await read('works-from')));
  });
});
