/** Rows as PostgreSQL's COPY reads them. */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { bind } from '#kernel/database/named-parameters.ts';

/** Bytes are given as `hex(…)`, JSON as an object. */
type Value = string | number | boolean | null | object;
type Rows = Iterable<readonly Value[]>;

export interface Table {
  name: string;
  columns: readonly string[];
  rows: () => Rows;
}

const CHUNK = 256 * 1024;

/** The value of a `bytea` column. */
export const hex = (bytes: string): string => `\\x${bytes}`;

const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };
const escapeText = (text: string): string =>
  /[\\\t\n\r]/.test(text) ? text.replace(/[\\\t\n\r]/g, (found) => escapes[found] ?? found) : text;

function format(value: Value): string {
  if (value === null) return '\\N';
  if (typeof value === 'string') return escapeText(value);
  return typeof value === 'object' ? escapeText(JSON.stringify(value)) : String(value);
}

function* chunksOf(rows: Rows): Generator<string> {
  let chunk = '';
  for (const row of rows) {
    for (let place = 0; place < row.length; place++) chunk += `${place > 0 ? '\t' : ''}${format(row[place] ?? null)}`;
    chunk += '\n';
    if (chunk.length < CHUNK) continue;
    yield chunk;
    chunk = '';
  }
  if (chunk) yield chunk;
}

/** Without the columns that the table does not have: a comparison with the last release fills a database of that release too. */
async function asItIs(client: pg.ClientBase, { name, columns, rows }: Table): Promise<Table> {
  const { rows: found } = await client.query<{ name: string }>(
    bind('select attname as name from pg_attribute where attrelid = $table::regclass and attnum > 0 and not attisdropped', { table: name }),
  );
  const existing = new Set(found.map((column) => column.name));
  if (columns.every((column) => existing.has(column))) return { name, columns, rows };
  const places = columns.flatMap((column, place) => (existing.has(column) ? [place] : []));
  const only = <T>(values: readonly T[]) => places.map((place) => values[place] as T);
  return {
    name,
    columns: only(columns),
    *rows() {
      for (const row of rows()) yield only(row);
    },
  };
}

/** @returns how many rows were stored */
export async function copyRows(client: pg.ClientBase, table: Table): Promise<number> {
  const { name, columns, rows } = await asItIs(client, table);
  const list = columns.map(pg.escapeIdentifier).join(', ');
  const stream = client.query(copyFrom(`copy ${pg.escapeIdentifier(name)} (${list}) from stdin`));
  await pipeline(Readable.from(chunksOf(rows())), stream);
  return stream.rowCount;
}
