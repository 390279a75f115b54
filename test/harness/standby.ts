/** A PostgreSQL with streaming replicas, all of them real, on the embedded binaries. */
import { appendFile, chmod, chown, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EmbeddedDatabase, startEmbedded } from '#kernel/database/embedded/embedded.ts';
import { findRunner } from '#kernel/database/embedded/runner.ts';
import { createLog } from '#kernel/log.ts';
import { copyCluster } from './base-backup.ts';
import { query } from './database.ts';
import { eventually } from './eventually.ts';
import { postmasterOf } from './process.ts';

export interface Cluster {
  /** Of its database `postgres`. */
  url: string;
  folder: string;
  /** Process id of its postmaster, which changes when it has died. */
  pid(): Promise<number | undefined>;
  /** Sends a signal to each of its processes, none of which is in a group with the others. */
  signal(name: NodeJS.Signals): Promise<void>;
  /** Ends its postmaster, by a fast shutdown or as if it had crashed. It starts again by itself; resolves once it accepts connections. */
  restart(by: 'SIGINT' | 'SIGKILL'): Promise<void>;
  /** A base backup. @returns its folder */
  copy(): Promise<string>;
  /** Stops it and deletes its data. */
  remove(): Promise<void>;
}

const quiet = () => createLog({ level: 'silent', readable: false });

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'guildhall-cluster-'));
  // PostgreSQL may run as another user.
  await chmod(folder, 0o755);
  return folder;
}

function clusterOf(folder: string, database: EmbeddedDatabase): Cluster {
  return {
    url: database.url,
    folder,
    pid: () => postmasterOf(folder),
    async signal(name: NodeJS.Signals): Promise<void> {
      for (const pid of await processesOf(folder)) process.kill(pid, name);
    },
    async restart(by): Promise<void> {
      const before = await postmasterOf(folder);
      process.kill(before ?? 0, by);
      const accepts = () => query(database.url, 'select 1').then(Boolean, () => false);
      await eventually('another process serves it', async () => (await postmasterOf(folder)) !== before && accepts());
    },
    async copy(): Promise<string> {
      const target = await newFolder();
      await copyCluster(database.url, join(target, 'postgres'));
      return target;
    },
    async remove(): Promise<void> {
      await database.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Process ids of a cluster: the postmaster, and those that it started. */
async function processesOf(folder: string): Promise<number[]> {
  const postmaster = await postmasterOf(folder);
  const found: number[] = [];
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '');
    const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
    if (postmaster !== undefined && (Number(name) === postmaster || parent === postmaster)) found.push(Number(name));
  }
  return found;
}

/** Of the kernel's clock for processes. */
const TICK_MS = 10;

/** Processor time that a cluster's processes have used, in ms, including those that have ended. */
export async function cpuTimeOf({ folder }: Cluster): Promise<number> {
  let ticks = 0;
  for (const pid of await processesOf(folder)) {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // Its own, in user and system mode, and that of its children that have ended.
    for (const field of fields.slice(11, 15)) ticks += Number(field);
  }
  return ticks * TICK_MS;
}

const archiveOf = (folder: string) => join(folder, 'archive');

/** A new PostgreSQL, empty. @param archive it keeps its log, for recoveries to a point in time */
export async function startPrimary({ archive = false } = {}): Promise<Cluster> {
  const folder = await newFolder();
  const start = async () => startEmbedded({ dataDir: folder, log: await quiet() });
  const database = await start();
  if (!archive) return clusterOf(folder, database);
  await database.stop();
  const { owner } = await findRunner('/bin/sh', folder);
  await mkdir(archiveOf(folder));
  if (owner) await chown(archiveOf(folder), owner.uid, owner.gid);
  const settings = ['archive_mode = on', `archive_command = 'cp %p ${archiveOf(folder)}/%f'`];
  await appendFile(join(folder, 'postgres', 'postgresql.conf'), `${settings.join('\n')}\n`);
  return clusterOf(folder, await start());
}

/** A base backup, brought to a point in time with the log that its origin has archived. @param time as PostgreSQL writes it */
export async function startRecovered(folder: string, origin: Cluster, time: string): Promise<Cluster> {
  const [last] = await query<{ file: string }>(origin.url, 'select pg_walfile_name(pg_switch_wal()) as file');
  const archived = async () => (await readdir(archiveOf(origin.folder))).some((file) => file >= (last?.file ?? ''));
  await eventually('the log is archived', archived);
  const settings = [
    `restore_command = 'cp ${archiveOf(origin.folder)}/%f %p'`,
    `recovery_target_time = '${time}'`,
    `recovery_target_action = 'promote'`,
  ];
  await appendFile(join(folder, 'postgres', 'postgresql.auto.conf'), `${settings.join('\n')}\n`);
  await writeFile(join(folder, 'postgres', 'recovery.signal'), '');
  const cluster = clusterOf(folder, await startEmbedded({ dataDir: folder, log: await quiet() }));
  const isOver = async () => (await query<{ over: boolean }>(cluster.url, 'select not pg_is_in_recovery() as over'))[0]?.over ?? false;
  await eventually('the recovery is over', isOver);
  return cluster;
}

/** A copy of a PostgreSQL that follows it. @param name of its replication slot: lower-case letters */
export async function startStandby(primary: { url: string }, name: string): Promise<Cluster> {
  const folder = await newFolder();
  const sockets = new URL(primary.url).searchParams.get('host') ?? '';
  await query(primary.url, 'select pg_create_physical_replication_slot($1, true)', [name]);
  await copyCluster(primary.url, join(folder, 'postgres'));
  const settings = [
    `primary_conninfo = 'host=${sockets} user=guildhall application_name=${name}'`,
    `primary_slot_name = '${name}'`,
    // Hides no conflict with what is replayed.
    'max_standby_streaming_delay = 1s',
    'wal_receiver_status_interval = 1s',
    'wal_retrieve_retry_interval = 200ms',
  ];
  await writeFile(join(folder, 'postgres', 'postgresql.auto.conf'), `${settings.join('\n')}\n`);
  await writeFile(join(folder, 'postgres', 'standby.signal'), '');
  const standby = clusterOf(folder, await startEmbedded({ dataDir: folder, log: await quiet() }));
  await eventually(`${name} follows`, async () => (await lagOf(primary, name)) !== undefined);
  return standby;
}

/** Bytes of the primary's log that a standby has not replayed; undefined if it is not connected. */
export async function lagOf(primary: { url: string }, name: string): Promise<number | undefined> {
  const lag =
    'select pg_wal_lsn_diff(pg_current_wal_flush_lsn(), replay_lsn)::float8 as bytes from pg_stat_replication where application_name = $1';
  return (await query<{ bytes: number }>(primary.url, lag, [name]))[0]?.bytes;
}
