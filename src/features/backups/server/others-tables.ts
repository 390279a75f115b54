/** A restore replaces everything in its database. Tables that are not Guildhall's would be lost with it. */
import pg from 'pg';
import type { Migration } from '#kernel/database/migrate.ts';
import { tablesOf } from '#kernel/database/suspend-rules.ts';
import { BackupError } from './format.ts';
import { texts } from './texts.ts';

const namesOf = async (client: pg.ClientBase): Promise<string[]> =>
  (await client.query<{ name: string }>(tablesOf)).rows.map(({ name }) => name);

export const hasTables = async (client: pg.ClientBase): Promise<boolean> => (await namesOf(client)).length > 0;

/** Every table that one of these migrations creates, also those that a later one drops. */
export const tablesCreatedBy = (migrations: readonly Migration[]): Set<string> =>
  new Set([
    'migrations',
    ...migrations.flatMap(({ sql }) => [...sql.matchAll(/^create (?:unlogged )?table (\w+)/gm)].map(([, name = '']) => name)),
  ]);

/** @throws BackupError if this is the database of another program, or has tables that were added to Guildhall's */
export async function requireOnlyOurs(client: pg.ClientBase, known: readonly Migration[]): Promise<void> {
  const names = await namesOf(client);
  if (names.length === 0) return;
  const applied = await readNumbers(client);
  if (!applied) throw new BackupError(texts.otherProgram(names.slice(0, MAX_NAMED).join(', ')));
  const numbers = new Set(known.map(({ number }) => number));
  // A newer version may have migrated it, with tables that this one does not know: going back to this one is what the restore is for.
  if (applied.some((number) => !numbers.has(number))) return;
  const created = tablesCreatedBy(known);
  const others = names.filter((name) => !created.has(name));
  if (others.length > 0)
    throw new BackupError(texts.othersTables(others.slice(0, MAX_NAMED).join(', '), pg.escapeIdentifier(others[0] ?? '')));
}

const MAX_NAMED = 10;

/** @returns the numbers of the applied migrations; undefined if the database has none of Guildhall */
async function readNumbers(client: pg.ClientBase): Promise<number[] | undefined> {
  const { rows: columns } = await client.query<{ name: string }>(
    `select attname::text as name from pg_attribute where attrelid = to_regclass('migrations') and attnum > 0 and not attisdropped`,
  );
  const names = columns.map(({ name }) => name);
  // Other programs have a table of this name, too.
  if (!['number', 'name', 'checksum', 'applied_at'].every((name) => names.includes(name))) return undefined;
  const { rows } = await client.query<{ number: number }>('select number from migrations');
  return rows.map(({ number }) => number);
}
