/**
 * Seals every secret in the database anew with the first key of ENCRYPTION_KEY, so that the keys after it can be taken away. Each row
 * is a statement of its own that changes only what was read: running servers are not held up, and a run that was cut off is
 * finished by the next.
 */
import type pg from 'pg';
import { bind } from '#kernel/database/named-parameters.ts';
import { createVault, type Vault } from '#kernel/vault.ts';

interface SealedColumn {
  table: string;
  column: string;
  /** What the secret is sealed under; a uuid. */
  id: string;
  /** For whoever has to enter it again. */
  what: string;
  /** Expression for its name. */
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

export interface Resealed {
  /** Secrets there are. */
  total: number;
  /** Sealed anew by this run. */
  resealed: number;
  /** Still sealed with an older key: without `change`, or since a server that knows no newer one sealed them meanwhile. */
  old: number;
  /** What none of the keys opens. */
  unreadable: { what: string; name: string; id: string }[];
}

const PAGE = 200;

/** @param keys the first seals @param change false only counts */
export async function reseal(client: pg.ClientBase, keys: readonly string[], { change = true } = {}): Promise<Resealed> {
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

async function* readRows(client: pg.ClientBase, { table, column, id, name }: SealedColumn): AsyncGenerator<Row> {
  const page = `select ${id} as id, ${name} as name, ${column} as sealed from ${table}
    where ${column} is not null and ${id} > $after order by ${id} limit $limit`;
  for (let after = '00000000-0000-0000-0000-000000000000'; ; ) {
    const { rows } = await client.query<Row>(bind(page, { after, limit: PAGE }));
    yield* rows;
    if (rows.length < PAGE) return;
    after = rows.at(-1)?.id ?? after;
  }
}

async function resealRow(client: pg.ClientBase, vault: Vault, { table, column, id }: SealedColumn, row: Row, change: boolean) {
  if (vault.isCurrent(row.sealed, row.id)) return 'current';
  const secret = vault.open(row.sealed, row.id);
  if (secret === undefined) return 'unreadable';
  if (!change) return 'old';
  const update = `update ${table} set ${column} = $sealed where ${id} = $id and ${column} = $was`;
  const { rowCount } = await client.query(bind(update, { id: row.id, sealed: vault.seal(secret, row.id), was: row.sealed }));
  if (rowCount === 1) return 'resealed';
  // Somebody entered another one, or deleted it, since it was read.
  const select = bind(`select ${column} as sealed from ${table} where ${id} = $id`, { id: row.id });
  const { rows } = await client.query<{ sealed: Buffer | null }>(select);
  const sealed = rows[0]?.sealed;
  return !sealed || vault.isCurrent(sealed, row.id) ? 'current' : 'old';
}
