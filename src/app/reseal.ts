/**
 * Reseals every secret in the database with the first key of ENCRYPTION_KEY, so the later keys can be removed. Each row is a separate
 * statement that changes only the value it read: it does not block running servers, and an interrupted run can be repeated.
 */
import type { QueryResult, QueryResultRow } from 'pg';
import { bind } from '#kernel/database/named-parameters.ts';
import { createVault, type Vault } from '#kernel/vault.ts';

interface SealedColumn {
  table: string;
  column: string;
  /** The id the secret is sealed under; a uuid. */
  id: string;
  /** Tells people which secret to enter again. */
  what: string;
  /** SQL expression for its name. */
  name: string;
}

export const sealedColumns: readonly SealedColumn[] = [
  { table: 'model_providers', column: 'sealed_key', id: 'id', what: 'the key of the model provider', name: 'name' },
  { table: 'tool_servers', column: 'token', id: 'id', what: 'the token of the tool server', name: 'name' },
  { table: 'tool_servers', column: 'headers', id: 'id', what: 'the headers of the tool server', name: 'name' },
  { table: 'tool_servers', column: 'query', id: 'id', what: 'the parameters in the address of the tool server', name: 'name' },
  { table: 'triggers', column: 'secret', id: 'id', what: 'the secret of the trigger', name: 'name' },
  { table: 'triggers', column: 'old_secret', id: 'id', what: 'the former secret of the trigger', name: 'name' },
  {
    table: 'notification_settings',
    column: 'webhook_secret',
    id: 'user_id',
    what: 'the webhook secret of',
    name: '(select email from users u where u.id = user_id)',
  },
];

/** A client, or the pool. */
interface Client {
  query<Row extends QueryResultRow>(config: { text: string; values: unknown[] }): Promise<Pick<QueryResult<Row>, 'rows' | 'rowCount'>>;
}

export interface Resealed {
  /** Number of secrets. */
  total: number;
  /** Resealed by this run. */
  resealed: number;
  /** Still sealed with an older key: because `change` is false, or a server without the newer key sealed them during the run. */
  old: number;
  /** Secrets that none of the keys opens. */
  unreadable: { what: string; name: string; id: string }[];
}

const PAGE = 200;

/** @param keys the first one seals @param change false only counts */
export async function reseal(client: Client, keys: readonly string[], { change = true } = {}): Promise<Resealed> {
  const vault = createVault(keys);
  const result: Resealed = { total: 0, resealed: 0, old: 0, unreadable: [] };
  for (const column of sealedColumns)
    for await (const row of readRows(client, column)) {
      result.total++;
      const outcome = await resealRow(client, vault, column, row, change);
      if (outcome === 'unreadable') result.unreadable.push({ what: column.what, name: row.name ?? row.id, id: row.id });
      else if (outcome !== 'current') result[outcome]++;
    }
  return result;
}

interface Row {
  id: string;
  name: string | null;
  sealed: Buffer;
}

async function* readRows(client: Client, { table, column, id, name }: SealedColumn): AsyncGenerator<Row> {
  const page = `select ${id} as id, ${name} as name, ${column} as sealed from ${table}
    where ${column} is not null and ${id} > $after order by ${id} limit $limit`;
  for (let after = '00000000-0000-0000-0000-000000000000'; ; ) {
    const { rows } = await client.query<Row>(bind(page, { after, limit: PAGE }));
    yield* rows;
    if (rows.length < PAGE) return;
    after = rows.at(-1)?.id ?? after;
  }
}

async function resealRow(client: Client, vault: Vault, { table, column, id }: SealedColumn, row: Row, change: boolean) {
  if (vault.isCurrent(row.sealed, row.id)) return 'current';
  const secret = vault.open(row.sealed, row.id);
  if (secret === undefined) return 'unreadable';
  if (!change) return 'old';
  const update = `update ${table} set ${column} = $sealed where ${id} = $id and ${column} = $was`;
  const { rowCount } = await client.query(bind(update, { id: row.id, sealed: vault.seal(secret, row.id), was: row.sealed }));
  if (rowCount === 1) return 'resealed';
  // The secret was replaced or deleted after it was read.
  const select = bind(`select ${column} as sealed from ${table} where ${id} = $id`, { id: row.id });
  const { rows } = await client.query<{ sealed: Buffer | null }>(select);
  const sealed = rows[0]?.sealed;
  return !sealed || vault.isCurrent(sealed, row.id) ? 'current' : 'old';
}

/** @returns the secrets that none of the keys opens, each as people know it */
export async function findUnreadable(client: Client, keys: readonly string[]): Promise<string[]> {
  const { unreadable } = await reseal(client, keys, { change: false });
  return unreadable.map(({ what, name }) => `${what} ${name}`);
}
