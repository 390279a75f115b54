import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import pg from 'pg';
import { createAuditLog } from '#features/audit-log/server/audit-log.ts';
import { createDatabase } from '#kernel/database/pool.ts';
import { createLog } from '#kernel/log.ts';
import { createTestDatabase } from '../../../test/harness/database.ts';

describe('the audit log in the database', () => {
  const organizationId = randomUUID();
  const ada = { userId: randomUUID(), name: 'Ada' };
  let client: pg.Client;
  let db: ReturnType<typeof createDatabase>;
  let auditLog: ReturnType<typeof createAuditLog>;
  before(async () => {
    const url = await createTestDatabase();
    db = createDatabase({ url, max: 2, log: await createLog({ level: 'silent', readable: true }) });
    auditLog = createAuditLog({ db });
    await auditLog.record(db, { organizationId, actor: ada, action: 'autonomy.off' });
    client = new pg.Client({ connectionString: url });
    await client.connect();
  });
  after(async () => {
    await client.end();
    await db.close();
  });

  const entries = async () => (await client.query('select * from audit_entries order by id')).rows;

  it('has a table that belongs to the user of these tests', async () => {
    const { rows } = await client.query("select tableowner = current_user as owner from pg_tables where tablename = 'audit_entries'");
    assert.deepEqual(rows, [{ owner: true }]);
  });

  const attempts = {
    update: "update audit_entries set user_name = 'Eve'",
    'update of nothing': "update audit_entries set user_name = 'Eve' where false",
    delete: 'delete from audit_entries',
    truncate: 'truncate audit_entries',
    'update by a merge': `merge into audit_entries e using (select 1) one on true when matched then update set user_name = 'Eve'`,
    'delete by a merge': 'merge into audit_entries e using (select 1) one on true when matched then delete',
    'update behind an insert': `insert into audit_entries (id, organization_id, user_name, by_run, action) overriding system value
      select id, organization_id, 'Eve', false, 'autonomy.on' from audit_entries on conflict (organization_id, id) do update set user_name = 'Eve'`,
  };
  for (const [name, text] of Object.entries(attempts)) {
    it(`refuses ${name} to the owner of the table, also in a transaction and without triggers`, async () => {
      const before = await entries();
      const refusal = { code: '42501', message: /only grows/ };
      await assert.rejects(client.query(text), refusal);
      for (const first of ['begin', 'begin; set local session_replication_role = replica']) {
        await client.query(first);
        await assert.rejects(client.query(text), refusal);
        await client.query('commit');
      }
      assert.deepEqual(await entries(), before);
      assert.equal(before.length, 1);
    });
  }

  it('keeps an entry exactly if the transaction of what is recorded commits', async () => {
    await assert.rejects(
      db.transaction(async (tx) => {
        await auditLog.record(tx, { organizationId, actor: ada, action: 'autonomy.on' });
        throw new Error('something else went wrong');
      }),
    );
    assert.deepEqual(
      (await entries()).map(({ action }) => action),
      ['autonomy.off'],
    );
  });

  it('keeps whatever a model calls things, as far as PostgreSQL can', async () => {
    const strange = `a\0b\ud800${'x'.repeat(5000)}`;
    const subject = { kind: 'approval', id: randomUUID(), name: strange };
    await auditLog.record(db, { organizationId, actor: ada, action: 'approval.ask', subject, detail: { path: strange } });
    const kept = (await entries()).at(-1);
    assert.match(kept.subject.name, /^a\ufffdb\ufffdx+…$/);
    assert.deepEqual([kept.subject.name.length, kept.detail.path.length], [301, 2001]);
  });
});
