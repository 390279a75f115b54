/**
 * Fills an empty installation with as much as a large one has after half a year, to measure on. Rows are copied table by table without
 * foreign keys, indexes and triggers, and these are added again, which checks every row; all in one transaction, so an interrupted
 * command leaves nothing.
 */
import { randomBytes } from 'node:crypto';
import { hash } from '@node-rs/bcrypt';
import pg from 'pg';
import { suspendRules } from '#kernel/database/suspend-rules.ts';
import { auditTables } from './audit.ts';
import { copyRows, type Table } from './copy.ts';
import { filesTables } from './files.ts';
import { emailOf, peopleTables } from './people.ts';
import { createPlan } from './plan.ts';
import { runTables } from './runs.ts';

interface Options {
  databaseUrl: string;
  /** 1: 20,000 people, 1 million files, 5 million events. */
  scale: number;
  /** Of `bcrypt`. */
  rounds: number;
  onProgress: (what: string) => void;
}

export interface SeededLarge {
  /** Owner of the first organization, and an operator. */
  email: string;
  /** Of everybody. */
  password: string;
  rows: Record<string, number>;
  bytes: number;
  seconds: number;
}

/** For indexes; a small machine has this much to spare while nothing else runs. */
const INDEX_MEMORY = '256MB';

/** @throws Error if there are accounts already */
export async function seedLarge({ databaseUrl, scale, rounds, onProgress }: Options): Promise<SeededLarge> {
  const begun = performance.now();
  const password = randomBytes(12).toString('base64url');
  const plan = createPlan(scale, Date.now());
  const tables = [
    ...peopleTables(plan, await hash(password, { cost: rounds })),
    ...filesTables(plan),
    ...runTables(plan),
    ...auditTables(plan),
  ];
  const client = new pg.Client({ connectionString: databaseUrl, application_name: 'guildhall seed' });
  await client.connect();
  try {
    await client.query('begin');
    await requireEmpty(client);
    const rows = await fill(client, tables, onProgress);
    await client.query('commit');
    onProgress('statistics');
    await client.query('vacuum analyze');
    const bytes = await sizeOf(client);
    return { email: emailOf(0), password, rows, bytes, seconds: (performance.now() - begun) / 1000 };
  } finally {
    await client.end();
  }
}

/** Nobody signs up meanwhile. */
async function requireEmpty(client: pg.Client): Promise<void> {
  await client.query('lock table users in access exclusive mode');
  const { rowCount } = await client.query('select from users limit 1');
  if (rowCount !== 0) throw new Error('There are accounts here already. A large installation is made in an empty database only.');
}

async function fill(client: pg.Client, tables: readonly Table[], onProgress: (what: string) => void): Promise<Record<string, number>> {
  await client.query(`set local maintenance_work_mem = '${INDEX_MEMORY}'; set local statement_timeout = 0; set local lock_timeout = '10s'`);
  const restoreRules = await suspendRules(client);
  const rows: Record<string, number> = {};
  for (const table of tables) {
    onProgress(table.name);
    rows[table.name] = await copyRows(client, table);
  }
  onProgress('indexes and constraints');
  await restoreRules();
  return rows;
}

async function sizeOf(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ bytes: string }>('select pg_database_size(current_database()) as bytes');
  return Number(rows[0]?.bytes);
}
