/** Whether a request changed anything. */
import pg from 'pg';
import { eventually } from './eventually.ts';

/** Written by servers on their own: counts, heartbeats, probes and what was last received from elsewhere. */
const OF_SERVERS = [
  'backups',
  'limit_windows',
  'monitor_samples',
  'recurring_jobs',
  'servers',
  'sign_in_tries',
  'tool_server_listings',
  'trigger_strangers',
  'write_probes',
];

/** Columns that change by themselves: when something was last seen, and what the index for searches has dealt with. */
const BY_THEMSELVES: Readonly<Record<string, string>> = {
  sessions: 'seen_at',
  tokens: 'last_used_at',
  files: 'indexed_hash',
};

/** What identifies a row that is too large for that. */
const IDENTITY: Readonly<Record<string, string>> = { blobs: "project_id::text || encode(hash, 'hex')" };

const AT_WORK = 'at work';

/** Used often, so each database has one open connection, which does not keep the process alive. */
const asking = new Map<string, Promise<() => Promise<Digests>>>();

type Digests = Record<string, string>;

async function prepare(databaseUrl: string): Promise<() => Promise<Digests>> {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 1, allowExitOnIdle: true });
  const { rows: tables } = await pool.query<{ name: string }>(
    `select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'
       and relname not in (${OF_SERVERS.map((name) => `'${name}'`).join()}) order by 1`,
  );
  // Recording that something was denied is not a change.
  const but = (name: string) => (name === 'audit_entries' ? `where action not in ('access.refuse', 'session.refuse')` : '');
  const row = (name: string) =>
    IDENTITY[name] ?? (BY_THEMSELVES[name] ? `(to_jsonb(${name}) - '${BY_THEMSELVES[name]}')::text` : 'ctid::text || xmin::text');
  const digests = tables.map(
    ({ name }) => `(select count(*) || ' ' || coalesce(sum(hashtextextended(${row(name)}, 0)), 0) from ${name} ${but(name)}) as ${name}`,
  );
  const atWork = `((select count(*) from runs where status in ('queued', 'running')) + (select count(*) from outbox))::text as "${AT_WORK}"`;
  const text = `select ${[...digests, atWork].join(', ')}`;
  return async () => (await pool.query<Digests>({ name: 'fingerprint', text })).rows[0] ?? {};
}

/**
 * A digest of every row of our tables, by table: of its location and of the transaction that wrote it, which is several times faster than
 * of its content. Limits and webhooks count rejected requests too. Taken once no run is at work and every event of the outbox has become
 * notifications, because work started by an accepted sample continues to write.
 */
export async function fingerprint(databaseUrl: string): Promise<Digests> {
  const found = asking.get(databaseUrl) ?? prepare(databaseUrl);
  asking.set(databaseUrl, found);
  return eventually('nothing is at work', await found, (digests) => digests[AT_WORK] === '0');
}
