import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import pg from 'pg';
import { createLog } from '#kernel/log.ts';
import { createDatabaseFrom, createTestDatabase, query } from '../../../test/harness/database.ts';
import { openPooler, pgBouncer } from '../../../test/harness/pooler.ts';
import { startEmbedded } from './embedded/embedded.ts';
import { migrate } from './migrate.ts';
import { requireSuitable } from './requirements.ts';

const adminUrl = process.env['TEST_DATABASE_URL'] ?? '';

describe('a supported PostgreSQL', () => {
  it('is recent enough, a primary, and gives us dedicated connections', async () => {
    await requireSuitable(await createTestDatabase());
  });

  it('is not too old', async () => {
    await assert.rejects(requireSuitable(await createTestDatabase(), { minVersion: 99 }), {
      message: /^The database at DATABASE_URL is PostgreSQL \d+\S*\. Guildhall needs 99 or newer: upgrade it\.$/,
    });
  });

  it('uses UTF-8', async () => {
    const name = `test_${randomUUID().replaceAll('-', '')}`;
    await query(adminUrl, `create database ${name} template template0 encoding 'SQL_ASCII' locale_provider libc locale 'C'`);
    const url = new URL(adminUrl);
    url.pathname = `/${name}`;
    await assert.rejects(requireSuitable(url.href), { message: new RegExp(`^The database ${name} is encoded in SQL_ASCII\\. `) });
  });

  it('is not a standby', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'guildhall-standby-'));
    const start = async () => startEmbedded({ dataDir, durable: false, log: await createLog({ level: 'silent', readable: true }) });
    try {
      await (await start()).stop();
      await writeFile(join(dataDir, 'postgres', 'standby.signal'), '');
      const standby = await start();
      await assert.rejects(requireSuitable(standby.url), {
        message: /is a standby, which takes no changes\. Set DATABASE_URL to its primary\.$/,
      });
      await standby.stop();
    } finally {
      await rm(dataDir, { recursive: true, force: true });
    }
  });

  for (const mode of ['transaction', 'statement', 'session'] as const) {
    const suits = mode === 'session';
    it(`is ${suits ? '' : 'not '}PgBouncer in ${mode} mode`, { skip: pgBouncer ? false : 'pgbouncer not found' }, async () => {
      const pooler = await openPooler(await createTestDatabase(), mode);
      try {
        // Earlier users of the pooler determine which connections it has available.
        for (let turn = 0; turn < 10; turn++) {
          if (suits) await requireSuitable(pooler.url);
          else if (mode === 'transaction')
            await assert.rejects(requireSuitable(pooler.url), {
              message: /^The address in DATABASE_URL is that of a connection pooler in transaction mode[^\n]+session mode\.$/,
            });
          else await assert.rejects(requireSuitable(pooler.url));
        }
      } finally {
        await pooler.close();
      }
    });
  }
});

describe('a migration', () => {
  it('needs no write permission when there is nothing to do', async () => {
    const url = await createTestDatabase();
    await query(adminUrl, `alter database ${new URL(url).pathname.slice(1)} set default_transaction_read_only = on`);
    assert.deepEqual(await migrate(url), []);
  });

  it('yields to others on a locked table, and finishes once the table is free', async () => {
    const url = await createDatabaseFrom(adminUrl, 'guildhall_template', `test_${randomUUID().replaceAll('-', '')}`);
    await query(url, `delete from migrations where number = 36; drop table write_probes; create table write_probes ()`);
    await assert.rejects(migrate(url), { code: '42P07' });
    await query(url, 'drop table write_probes');
    const holder = new pg.Client({ connectionString: url });
    await holder.connect();
    // Creating a table waits for the lock on the list of schemas.
    await holder.query('begin; lock table pg_namespace in exclusive mode');
    const migrated = migrate(url);
    await new Promise((resolve) => setTimeout(resolve, 2500));
    await holder.query('rollback');
    await holder.end();
    assert.deepEqual(await migrated, ['0036_write_probes.sql']);
  });
});
