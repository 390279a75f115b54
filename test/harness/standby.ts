/** A standby of a test's PostgreSQL: its files come over the replication protocol, and from then on it replays what the primary writes. */
import { once } from 'node:events';
import { appendFile, chown, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import pg from 'pg';
import { query } from './database.ts';
import { eventually } from './eventually.ts';
import { describePostgres, type Postgres } from './postgres.ts';

const NAME = 'standby';

/**
 * Starts a standby. From then on, the primary confirms a commit once the standby has stored it too.
 * @param folder an empty one
 */
export async function openStandby(primary: Postgres, folder: string, settings: Record<string, string> = {}): Promise<Postgres> {
  const standby = await describePostgres(folder, settings);
  await query(primary.url, `select pg_create_physical_replication_slot('${NAME}', true)`);
  await copyFiles(primary, standby);
  const own = (name: string) => join(standby.cluster, name);
  const { port } = new URL(primary.url);
  const source = `host=127.0.0.1 port=${port} user=guildhall application_name=${NAME}`;
  await appendFile(own('postgresql.auto.conf'), `primary_conninfo = '${source}'\nprimary_slot_name = '${NAME}'\n`);
  await writeFile(own('standby.signal'), '');
  const { owner } = standby.runner;
  if (owner) await chown(own('standby.signal'), owner.uid, owner.gid);
  await standby.start();
  await query(primary.url, `alter system set synchronous_standby_names = '${NAME}'`);
  await query(primary.url, 'select pg_reload_conf()');
  const state = async () => (await query<{ sync_state: string }>(primary.url, 'select sync_state from pg_stat_replication'))[0]?.sync_state;
  await eventually('the standby confirms what is written', state, 'sync');
  return standby;
}

/** Makes a standby the primary; the one before must have ended. */
export async function promote(standby: Postgres): Promise<void> {
  await query(standby.url, 'select pg_promote(true, 60)');
}

/** One archive per tablespace, of which there is one, followed by a manifest that a start does not need. */
async function copyFiles(primary: Postgres, standby: Postgres): Promise<void> {
  const unpack = standby.runner.spawn('tar', ['-x', '-C', standby.cluster], { stdio: ['pipe', 'ignore', 'inherit'] });
  const client = new pg.Client({ connectionString: primary.url, replication: 'true' } as pg.ClientConfig);
  await client.connect();
  const unpacked = once(unpack, 'exit');
  try {
    await readBackup(client, unpack.stdin as Writable);
  } finally {
    unpack.stdin?.end();
    await client.end();
  }
  const [code] = await unpacked;
  if (code !== 0) throw new Error(`tar ended with ${code}`);
}

/** Writes the archive of a base backup. */
function readBackup(client: pg.Client, archive: Writable): Promise<void> {
  let isArchive = false;
  return new Promise((resolve, reject) => {
    const ignore = () => undefined;
    client.query({
      submit: (connection: { query(text: string): void }) => {
        connection.query("BASE_BACKUP (LABEL 'test', CHECKPOINT 'fast', WAL true)");
      },
      handleCopyData({ chunk }: { chunk: Buffer }) {
        const kind = String.fromCharCode(chunk[0] ?? 0);
        if (kind === 'n' || kind === 'm') isArchive = kind === 'n';
        // The chunk is part of a buffer that is used again. These databases are small enough to wait in memory.
        else if (kind === 'd' && isArchive) archive.write(Buffer.from(chunk.subarray(1)));
      },
      handleError: reject,
      handleReadyForQuery: () => resolve(),
      handleRowDescription: ignore,
      handleDataRow: ignore,
      handleCommandComplete: ignore,
      handleCopyDone: ignore,
      handleCopyOutResponse: ignore,
    } as unknown as pg.QueryConfig);
  });
}
