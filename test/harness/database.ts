/** A separate database for each test file, cloned from the migrated template. */
import { randomUUID } from 'node:crypto';
import pg from 'pg';

export async function createDatabaseFrom(adminUrl: string, template: string, name: string): Promise<string> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  await client.query(`create database ${name} template ${template}`);
  await client.end();
  const url = new URL(adminUrl);
  url.pathname = `/${name}`;
  return url.href;
}

/** @returns the URL of a fresh, migrated database */
export function createTestDatabase(): Promise<string> {
  const adminUrl = process.env['TEST_DATABASE_URL'];
  if (!adminUrl) throw new Error('Run tests with npm test: it starts the database they need.');
  return createDatabaseFrom(adminUrl, 'guildhall_template', `test_${randomUUID().replaceAll('-', '')}`);
}

/** Takes locks in a separate transaction. @returns a function that releases them */
export async function hold(url: string, statement: string): Promise<() => Promise<void>> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(`begin; ${statement}`);
  return async () => {
    await client.query('rollback');
    await client.end();
  };
}

/** Runs one statement outside any server, like an operator. */
export async function query<Row extends pg.QueryResultRow>(url: string, text: string, values: unknown[] = []): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(text, values)).rows;
  } finally {
    await client.end();
  }
}
