/** PostgreSQL's description of a prepared statement: its parameters and columns, and where the columns come from. */
import type pg from 'pg';
import { valueTypes } from '#kernel/database/value-types.ts';

export interface DescribedColumn {
  name: string;
  /** A PostgreSQL type, such as `text` or `uuid[]`. */
  type: string;
  /** Its TypeScript type after the pool's parsers: as `DeclaredValue.kinds`, or `json` for anything; undefined if unknown. */
  read: string | undefined;
  /** Undefined for an expression. */
  origin?: Origin;
}

interface Origin {
  table: string;
  column: string;
  notNull: boolean;
  /** All values its CHECK constraint allows, if the constraint lists strings. */
  allowed?: string[];
}

export interface DescribedStatement {
  /** By number, starting with $1. */
  parameters: string[];
  columns: DescribedColumn[];
}

interface Catalog {
  types: Map<number, string>;
  origins: Map<string, Origin>;
}

/** @returns a function that describes a statement, and throws PostgreSQL's error if the statement is invalid */
export async function createDescriber(client: pg.Client): Promise<(text: string) => Promise<DescribedStatement>> {
  const { types, origins } = await readCatalog(client);
  const nameOf = (oid: number) => types.get(oid) ?? `type ${oid}`;
  return async (text) => {
    const { parameters, fields } = await describe(client, text);
    return {
      parameters: parameters.map(nameOf),
      columns: fields.map(({ name, dataTypeID, tableID, columnID }) => {
        const origin = origins.get(`${tableID} ${columnID}`);
        const type = nameOf(dataTypeID);
        return { name, type, read: readAs(type, dataTypeID), ...(origin && { origin }) };
      }),
    };
  };
}

async function readCatalog(client: pg.Client): Promise<Catalog> {
  const types = await client.query<{ oid: number; name: string }>(
    `select t.oid, coalesce(e.typname || '[]', t.typname) as name from pg_type t left join pg_type e on e.typarray = t.oid`,
  );
  const columns = await client.query<{ key: string; table: string; column: string; not_null: boolean; check: string | null }>(`
    select a.attrelid || ' ' || a.attnum as key, c.relname as table, a.attname as column, a.attnotnull as not_null,
      (select pg_get_constraintdef(k.oid) from pg_constraint k
       where k.conrelid = c.oid and k.contype = 'c' and k.conkey = array[a.attnum] and pg_get_constraintdef(k.oid) like '% = ANY (ARRAY[%' limit 1) as check
    from pg_attribute a join pg_class c on c.oid = a.attrelid where c.relkind = 'r' and a.attnum > 0 and not a.attisdropped`);
  return {
    types: new Map(types.rows.map(({ oid, name }) => [oid, name])),
    origins: new Map(
      columns.rows.map(({ key, table, column, not_null: notNull, check }) => {
        const allowed = check === null ? undefined : readAllowed(check);
        return [key, { table, column, notNull, ...(allowed && { allowed }) }];
      }),
    ),
  };
}

/** `CHECK ((kind = ANY (ARRAY['a'::text, 'b'::text])))`; undefined if the constraint also checks anything else. */
export function readAllowed(check: string): string[] | undefined {
  const list = /^CHECK \(\(\w+ = ANY \(ARRAY\[((?:'\w+'::text(?:, )?)+)\]\)\)\)$/.exec(check)?.[1];
  return list === undefined ? undefined : [...list.matchAll(/'(\w+)'/g)].map(([, value = '']) => value).sort();
}

interface Field {
  name: string;
  dataTypeID: number;
  tableID: number;
  columnID: number;
}

/** Parse and Describe, without Execute. */
function describe(client: pg.Client, text: string): Promise<{ parameters: number[]; fields: Field[] }> {
  const { connection } = client as unknown as { connection: pg.Connection };
  return new Promise((resolve, reject) => {
    let parameters: number[] = [];
    let fields: Field[] = [];
    const note = (message: { dataTypeIDs: number[] }) => {
      parameters = message.dataTypeIDs;
    };
    connection.once('parameterDescription', note);
    client.query({
      submit(to: pg.Connection): void {
        to.parse({ name: '', text, types: [] } as never, true);
        to.describe({ type: 'S', name: '' }, true);
        to.sync();
      },
      handleRowDescription(message: { fields: Field[] }): void {
        fields = message.fields;
      },
      handleError(error: Error): void {
        connection.off('parameterDescription', note);
        reject(error);
      },
      handleReadyForQuery: () => resolve({ parameters, fields }),
    } as never);
  });
}

/** A value of each type as PostgreSQL sends it; the pool's parsers show what it becomes. */
const samples: Record<string, string> = {
  bool: 't',
  bytea: '\\x00',
  date: '2026-11-30',
  float8: '1.5',
  int2: '1',
  int4: '1',
  int8: '1',
  numeric: '1',
  oid: '1',
  text: 'a',
  timestamptz: '2026-11-30 12:00:00+00',
  uuid: '00000000-0000-0000-0000-000000000000',
  void: '',
};

function readAs(type: string, oid: number): string | undefined {
  if (type === 'json' || type === 'jsonb') return 'json';
  const isArray = type.endsWith('[]');
  const sample = samples[isArray ? type.slice(0, -2) : type];
  if (sample === undefined) return undefined;
  const value = valueTypes.getTypeParser(oid, 'text')(isArray ? `{${sample}}` : sample) as unknown;
  return Array.isArray(value) ? `${kindOf(value[0])}[]` : kindOf(value);
}

function kindOf(value: unknown): string {
  if (Buffer.isBuffer(value)) return 'Buffer';
  return value instanceof Date ? 'Date' : typeof value;
}
