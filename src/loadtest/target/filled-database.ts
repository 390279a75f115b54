/** A scratch database as full as that of a large installation: a test on an empty one says little about a real one. */
import pg from 'pg';
import { migrate } from '#kernel/database/migrate.ts';
import { print } from '../print.ts';

/** Nobody signs in with these passwords. */
const ROUNDS = 4;
/** Tables that a report names. */
const NAMED = 5;

/**
 * @param scale 1 for 20,000 people, 1 million files and 5 million events
 * @param migrateIt creates the tables; that of another release makes them as they were then
 */
export async function fill(url: string, scale: number, migrateIt: (url: string) => Promise<unknown> = migrate): Promise<void> {
  // Only here: its texts take time to make.
  const { seedLarge } = await import('#app/seed/large/large.ts');
  print(`Filling the database, at ${scale} of a large installation…`);
  await migrateIt(url);
  const { bytes, seconds } = await seedLarge({ databaseUrl: url, scale, rounds: ROUNDS, onProgress: () => undefined });
  print(`  ${(bytes / 1e9).toFixed(2)} GB in ${Math.round(seconds)} s`);
}

/** @returns the rows of the largest tables, for a report */
export async function describeRows(url: string): Promise<string> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ name: string; rows: string }>(
      `select relname as name, reltuples::bigint as rows from pg_class
       where relnamespace = current_schema()::regnamespace and relkind = 'r' and reltuples > 1000 order by reltuples desc limit ${NAMED}`,
    );
    if (rows.length === 0) return 'empty database';
    return `filled database: ${rows.map(({ name, rows }) => `${name} ${Number(rows).toLocaleString('en')} rows`).join(', ')}`;
  } finally {
    await client.end();
  }
}
