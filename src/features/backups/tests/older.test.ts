/** A backup of an older schema is restored as it was, and then migrated. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { hash } from '@node-rs/bcrypt';
import pg from 'pg';
import { login } from '#features/accounts/contract.ts';
import { readFile } from '#features/files/contract.ts';
import { listProjects } from '#features/projects/contract.ts';
import { applyOnce, createMigrations, migrate, readMigrations } from '#kernel/database/migrate.ts';
import { runCommand } from '../../../../test/harness/backup-commands.ts';
import { createBrowser, startTestServer } from '../../../../test/harness/test-server.ts';
import { createEmptyDatabase, structureOf } from './setup.ts';

/** The last migration of commit 2893f5a. */
const OLD = 21;
const EMAIL = 'ada@example.com';
const PASSWORD = 'correct horse battery';
const CONTENT = Buffer.from('tab\there, back\\slash\n');
const [userId, organizationId, projectId, changeId] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()];

/** As that commit left a database that people had used. */
async function createOldDatabase(): Promise<string> {
  const url = await createEmptyDatabase();
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(createMigrations);
  for (const migration of await readMigrations()) if (migration.number <= OLD) await applyOnce(client, migration);
  const insert = (text: string, ...values: unknown[]) => client.query(text, values);
  await insert(
    'insert into users (id, name, email, password_hash) values ($1, $2, $3, $4)',
    userId,
    'Ada',
    EMAIL,
    await hash(PASSWORD, { cost: 4 }),
  );
  await insert('insert into organizations (id, name) values ($1, $2)', organizationId, 'Analysts');
  await insert(`insert into members (organization_id, user_id, role) values ($1, $2, 'owner')`, organizationId, userId);
  await insert('insert into projects (id, organization_id, name, head) values ($1, $2, $3, 1)', projectId, organizationId, 'Engine');
  await insert(`insert into changes (id, project_id, number, kind, user_id) values ($1, $2, 1, 'create', $3)`, changeId, projectId, userId);
  await insert('insert into blobs (project_id, hash, size, content) values ($1, sha256($2), $3, $2)', projectId, CONTENT, CONTENT.length);
  await insert('insert into versions (project_id, path, number, hash) values ($1, $2, 1, sha256($3))', projectId, 'notes.md', CONTENT);
  const file = 'insert into files (project_id, path, number, hash, size) values ($1, $2, 1, sha256($3), $4)';
  await insert(file, projectId, 'notes.md', CONTENT, CONTENT.length);
  const entry = 'insert into audit_entries (organization_id, user_id, user_name, by_run, action) values ($1, $2, $3, false, $4)';
  await insert(entry, organizationId, userId, 'Ada', 'session.begin');
  await client.end();
  return url;
}

describe('a backup of a database as commit 2893f5a made it', () => {
  let folder: string;
  let url: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'guildhall-older-test-'));
    url = await createEmptyDatabase();
    const made = await runCommand('backup', ['--to', folder, '--json'], { DATABASE_URL: await createOldDatabase(), DATA_DIR: folder });
    assert.equal(made.code, 0, made.stderr);
    const restored = await runCommand('restore', [JSON.parse(made.stdout).file, '--yes', '--json'], {
      DATABASE_URL: url,
      DATA_DIR: folder,
    });
    assert.equal(restored.code, 0, restored.stderr);
    const later = (await readMigrations()).filter(({ number }) => number > OLD);
    assert.deepEqual(
      JSON.parse(restored.stdout).migrated,
      later.map(({ name }) => name),
    );
  });
  after(() => rm(folder, { recursive: true }));

  it('has the same structure as a new one', async () => {
    const fresh = await createEmptyDatabase();
    await migrate(fresh);
    assert.deepEqual(await structureOf(url), await structureOf(fresh));
    assert.deepEqual(await migrate(url), [], 'a server has nothing left to apply');
  });

  it('still has its people and their files', async () => {
    const testServer = await startTestServer({ databaseUrl: url });
    try {
      const { call } = createBrowser(testServer.origin);
      await call(login, { body: { email: EMAIL, password: PASSWORD } });
      assert.deepEqual(
        (await call(listProjects, {})).body.projects.map(({ name }) => name),
        ['Engine'],
      );
      const { body } = await call(readFile, { params: { projectId }, query: { path: 'notes.md' } });
      assert.deepEqual(Buffer.from(body), CONTENT);
    } finally {
      await testServer.close();
    }
  });
});
