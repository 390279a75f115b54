/** Migrations expand first: servers of the release before run on their result, beside this version in an upgrade and after a rollback. */
import assert from 'node:assert/strict';
import { glob, readFile as readSource } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import pg from 'pg';
import { currentUser, logout } from '#features/accounts/contract.ts';
import { readFile, saveFile } from '#features/files/contract.ts';
import { listChanges } from '#features/files/history-contract.ts';
import { getRun, startRun } from '#features/runs/contract.ts';
import { definedStatements } from '#kernel/database/statement.ts';
import { createDescriber, type DescribedStatement } from '../scripts/sql/described.ts';
import { createTestDatabase, query } from './harness/database.ts';
import { seed } from './harness/fixture.ts';
import { endProcesses, openProcess, quick, type ServerProcess } from './harness/process.ts';
import { checkOutPrevious, type Release } from './harness/release.ts';
import { isWhole, readRun } from './harness/run-stream.ts';
import { sampleOf } from './harness/samples.ts';
import { readAnswer, send } from './harness/send.ts';
import { newProject, signedInOn, signUp, startTestServer, type TestServer } from './harness/test-server.ts';

const secrets = { SESSION_SECRET: 'kQ7w-ZxR2mT9vB4nL6pY8sD1fG3hJ5aUcEiOqWtXzMbVnPrLkHgSdFjYuTeRwQa1' };

type Statements = typeof definedStatements;

/** @returns the statements of a checkout, by name: all that the modules of its servers define */
async function readStatements(folder: string): Promise<Statements> {
  for await (const path of glob('src/**/*.ts', { cwd: folder })) {
    if (/\.test\.ts$|\/client\//.test(path)) continue;
    const file = join(folder, path);
    if (/\bstatement[<(]/.test(await readSource(file, 'utf8'))) await import(file);
  }
  return ((await import(join(folder, 'src/kernel/database/statement.ts'))) as { definedStatements: Statements }).definedStatements;
}

/** @returns what PostgreSQL says of each statement, or why it refuses it */
async function describeAll(databaseUrl: string, statements: Statements): Promise<Map<string, DescribedStatement | string>> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const described = await createDescriber(client);
    const all = new Map<string, DescribedStatement | string>();
    for (const [name, { text }] of statements) all.set(name, await described(text).catch((error: Error) => error.message));
    return all;
  } finally {
    await client.end();
  }
}

const found = await checkOutPrevious();
const release = typeof found === 'string' ? undefined : found;

describe('the release before, on the schema of this one', { skip: typeof found === 'string' && found }, () => {
  let databaseUrl: string;
  let server: ServerProcess;
  let current: TestServer | undefined;
  before(async () => {
    databaseUrl = await createTestDatabase();
    // Production logs JSON, in which errors can be found.
    const env = { ...quick, ...secrets, NODE_ENV: 'production', SIGNUP: 'open', DATABASE_URL: databaseUrl };
    server = await openProcess({ env, folder: (release as Release).folder });
  });
  after(async () => {
    await current?.close();
    await endProcesses();
  });

  it('has no statement that PostgreSQL refuses', async (t) => {
    const statements = await readStatements((release as Release).folder);
    const refused = [...(await describeAll(databaseUrl, statements))].filter(([, said]) => typeof said === 'string');
    t.diagnostic(`${statements.size} statements`);
    assert.ok(statements.size > 0);
    assert.deepEqual(refused, []);
  });

  it('lets a person sign up, save, have an agent work, and sign out', async () => {
    const person = await signUp(server);
    const params = { projectId: (await newProject(person)).id };
    const file = { params, query: { path: 'notes.md' } };
    await person.call(saveFile, { ...file, body: 'One\n' }, { headers: { 'if-none-match': '*' } });
    assert.equal(Buffer.from((await person.call(readFile, file)).body).toString(), 'One\n');

    const work = { message: 'list the files, then write report.md: done', model: 'practice', level: 'autonomous' } as const;
    const { run } = (await person.call(startRun, { params, body: work })).body;
    const events = await readRun(person, run.id);
    assert.ok(isWhole(events), 'the stream has gaps, or no end');
    const stored = (await person.call(getRun, { params: { runId: run.id } })).body;
    assert.equal(stored.run.status, 'done');
    assert.deepEqual(stored.events, events);
    const { changes } = (await person.call(listChanges, { params })).body;
    assert.deepEqual(
      changes.map(({ number, paths }) => [number, ...paths]),
      [
        [2, 'report.md'],
        [1, 'notes.md'],
      ],
    );

    await person.call(logout, {});
    await assert.rejects(person.call(currentUser, {}), { status: 401 });
  });

  it('reads everything that this version has written', async (t) => {
    current = await startTestServer({ databaseUrl, env: secrets });
    const fixture = await seed(current);
    const { browser } = signedInOn(fixture.owner, server);
    const statuses: Record<number, number> = {};
    const failed: string[] = [];
    for (const { contract } of current.features.routes) {
      if (contract.method !== 'GET') continue;
      const response = await send(browser, contract, sampleOf(contract, fixture));
      const text = await readAnswer(contract, response);
      statuses[response.status] = (statuses[response.status] ?? 0) + 1;
      if (response.status >= 500) failed.push(`${contract.name}: ${response.status} ${text}`);
    }
    t.diagnostic(`statuses: ${JSON.stringify(statuses)}`);
    assert.deepEqual(failed, []);
    assert.ok((statuses[200] ?? 0) > 0);
  });

  it('has logged no error, and stops in order', async () => {
    assert.equal(await server.stop(), 0);
    const errors = server
      .output()
      .split('\n')
      .filter((line) => /"level":(?:50|60)/.test(line));
    assert.deepEqual(errors, []);
  });
});

const addToEveryTable = `do $$ declare name text; begin
  for name in select tablename from pg_tables where schemaname = 'public' loop
    execute format('alter table %I add column of_next text not null default %L', name, '');
  end loop;
end $$`;

describe('a migration that adds a column to every table', () => {
  // Servers prepare a statement once for each connection, and PostgreSQL refuses to execute it once its result has other columns.
  it('changes the result of no statement', async () => {
    const databaseUrl = await createTestDatabase();
    const before = await describeAll(databaseUrl, definedStatements);
    await query(databaseUrl, addToEveryTable);
    const after = await describeAll(databaseUrl, definedStatements);
    assert.ok(before.size > 0);
    assert.deepEqual(
      [...before].filter(([name, said]) => JSON.stringify(said) !== JSON.stringify(after.get(name))),
      [],
    );
  });
});
