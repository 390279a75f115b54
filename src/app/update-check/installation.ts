/**
 * What an upgrade meets in an installation of an earlier version. Its tables may be those of any version, so the statements here ask first
 * what there is, and are not among those that are checked against the schema.
 */
import { existsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import pg from 'pg';
import { connectForStart } from '#kernel/database/start-connection.ts';
import { livenessLocks } from '#kernel/server-liveness.ts';

export interface Installation {
  databaseBytes: number;
  /** Free on the disk of the database; undefined if it is on another machine. */
  freeBytes: number | undefined;
  /** When the last good backup ended; null if there is none, undefined if this version keeps no list. */
  lastBackup: string | null | undefined;
  /** Servers that run now, by version; undefined for versions that do not say. */
  servers: { version: string | undefined; count: number }[];
}

/** Seconds without a heartbeat after which a server does not count as running. */
const GONE_SECONDS = 10;

/** @param dataDir of the embedded database; undefined if the database is elsewhere */
export async function inspectInstallation(url: string, dataDir: string | undefined): Promise<Installation> {
  const client = await connectForStart(url, 'guildhall update check', 60_000);
  try {
    const [size] = await rows<{ bytes: string }>(client, 'select pg_database_size(current_database())::text as bytes');
    return {
      databaseBytes: Number(size?.bytes),
      freeBytes: await freeBytes(client, dataDir),
      lastBackup: await lastBackup(client),
      servers: await runningServers(client),
    };
  } finally {
    await client.end();
  }
}

const rows = async <Row extends pg.QueryResultRow>(client: pg.Client, text: string): Promise<Row[]> => (await client.query<Row>(text)).rows;

async function hasTable(client: pg.Client, name: string): Promise<boolean> {
  return (await rows(client, `select from pg_class where oid = to_regclass('${name}')`)).length > 0;
}

/** A folder of PostgreSQL that does not exist here is on another machine. */
async function freeBytes(client: pg.Client, dataDir: string | undefined): Promise<number | undefined> {
  const folder = dataDir ?? (await dataDirectory(client));
  if (folder === undefined || !existsSync(folder)) return undefined;
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

async function dataDirectory(client: pg.Client): Promise<string | undefined> {
  if (!isLocal(client)) return undefined;
  // Only some users may read it.
  const [row] = await rows<{ folder: string }>(client, `select current_setting('data_directory') as folder`).catch((error: unknown) => {
    if (error instanceof pg.DatabaseError) return [];
    throw error;
  });
  return row?.folder;
}

const isLocal = ({ host }: pg.Client): boolean => host.startsWith('/') || ['localhost', '127.0.0.1', '::1'].includes(host);

async function lastBackup(client: pg.Client): Promise<string | null | undefined> {
  if (!(await hasTable(client, 'backups'))) return undefined;
  const [row] = await rows<{ at: Date | null }>(client, `select max(ended_at) as at from backups where status = 'done'`);
  return row?.at?.toISOString() ?? null;
}

/** Each server holds a lock; whether it also has a row with its version depends on that version. */
async function runningServers(client: pg.Client): Promise<Installation['servers']> {
  const [locks] = await rows<{ count: number }>(client, `select count(*)::int as count from (${livenessLocks}) l`);
  const found = (await hasTable(client, 'servers')) ? await serversByVersion(client) : [];
  const silent = (locks?.count ?? 0) - found.reduce((sum, { count }) => sum + count, 0);
  return silent > 0 ? [...found, { version: undefined, count: silent }] : found;
}

async function serversByVersion(client: pg.Client): Promise<Installation['servers']> {
  const found = await rows<{ version: string | null; count: number }>(
    client,
    `select to_jsonb(s) ->> 'version' as version, count(*)::int as count from servers s
     where beat_at > now() - interval '${GONE_SECONDS} seconds' group by 1 order by 1`,
  );
  return found.map(({ version, count }) => ({ version: version ?? undefined, count }));
}
