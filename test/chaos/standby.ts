/** A standby of a test's PostgreSQL: its files come over the replication protocol, and from then on it replays what the primary writes. */
import { appendFile, chown, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { copyCluster } from '../harness/base-backup.ts';
import { query } from '../harness/database.ts';
import { eventually } from '../harness/eventually.ts';
import { describePostgres, type Postgres } from '../harness/postgres.ts';

const NAME = 'standby';

/**
 * Starts a standby. From then on, the primary confirms a commit once the standby has stored it too.
 * @param folder an empty one
 */
export async function openStandby(primary: Postgres, folder: string, settings: Record<string, string> = {}): Promise<Postgres> {
  const standby = await describePostgres(folder, settings);
  await query(primary.url, `select pg_create_physical_replication_slot('${NAME}', true)`);
  await copyCluster(primary.url, standby.cluster);
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
