/**
 * Restores a backup into a database that no server uses. What is there is first saved as a backup of its own, the restore point. Then one
 * transaction drops it, creates the tables as they were when the backup was made, fills them, applies later migrations and checks the
 * result. PostgreSQL makes that one step: if anything fails, or the process or the machine dies, the database is as it was.
 */
import { basename } from 'node:path';
import pg from 'pg';
import { applyOnce, MIGRATION_LOCK, type Migration, readMigrations } from '#kernel/database/migrate.ts';
import { bind } from '#kernel/database/named-parameters.ts';
import { actAsOwner } from '#kernel/database/owner.ts';
import { livenessLocks } from '#kernel/server-liveness.ts';
import { openBackup, verifyBackup } from './backup-file.ts';
import { recordByCommand } from './by-command.ts';
import { BackupError, type Header, type Secrets } from './format.ts';
import { keepLists } from './kept-lists.ts';
import { dropEverything, isEmpty, load, requireSequences, splitMigrations } from './load.ts';
import { hasTables, requireOnlyOurs } from './others-tables.ts';
import { connectForCopy, type Progress } from './snapshot.ts';
import { texts } from './texts.ts';

/** Nobody else should use the database, so a connection that holds a lock is named rather than waited for. */
const LOCK_MS = 10_000;

export interface RestoreOptions {
  url: string;
  /** Of the backup. */
  path: string;
  passphrase: string | undefined;
  /** Saves what is there. Not called for an empty database. @returns the path of the restore point */
  saveRestorePoint(): Promise<string>;
  /** Called with the secrets of an encrypted backup before anything is committed that needs them. */
  keepSecrets(secrets: Secrets): Promise<void>;
  /**
   * Called at the end of the transaction. @returns the sealed secrets that no key opens, each as people know it
   */
  findUnreadable(client: pg.ClientBase, secrets: Secrets | undefined): Promise<string[]>;
  /** Restore although there are unreadable secrets. */
  withoutSecrets: boolean;
  /** For a restore test: rolled back at the end. */
  test?: boolean;
  onStep?: (step: RestoreStep) => void;
  onProgress?: (progress: Progress) => void;
}

export type RestoreStep = 'verify' | 'restorePoint' | 'load' | 'migrate' | 'check' | 'commit' | 'committed';

export interface Restored {
  header: Header;
  rows: number;
  /** The names of the migrations that the backup did not have. */
  migrated: string[];
  restorePoint: string | undefined;
  /** Secrets that must be entered again. */
  unreadable: string[];
  /** Tables of the backup that are not Guildhall's: somebody had added them to its database. */
  skipped: string[];
}

/** @throws BackupError or Error with one sentence for the operator; then the database is as it was */
export async function restore(options: RestoreOptions): Promise<Restored> {
  const { url, path, passphrase, saveRestorePoint, onStep = () => undefined } = options;
  onStep('verify');
  const { header, end } = await verifyBackup(path, passphrase);
  const known = await readMigrations();
  const migrations = splitMigrations(header, known);
  const client = await connectForCopy(url, 'restore of guildhall');
  try {
    await client.query(`set lock_timeout = ${LOCK_MS}`);
    await requireNoServers(client);
    await requireOnlyOurs(client, known);
    let restorePoint: string | undefined;
    if (!(await isEmpty(client))) {
      onStep('restorePoint');
      restorePoint = await saveRestorePoint();
    }
    const replaced = await replace(client, header, migrations, { ...options, onStep });
    // Statistics help the first requests; without them everything works as well.
    await client.query('analyze').catch(() => undefined);
    return { header, rows: end.rows, migrated: migrations.missing.map(({ name }) => name), restorePoint, ...replaced };
  } finally {
    await client.end();
  }
}

async function replace(
  client: pg.Client,
  header: Header,
  { had, missing }: { had: Migration[]; missing: Migration[] },
  options: RestoreOptions & { onStep: (step: RestoreStep) => void },
): Promise<Pick<Restored, 'unreadable' | 'skipped'>> {
  const { path, passphrase, test = false, onStep, onProgress = () => undefined } = options;
  await client.query('begin');
  try {
    // A server that starts now waits for the outcome.
    await client.query(`select pg_advisory_xact_lock(${MIGRATION_LOCK})`);
    await actAsOwner(client, 'transaction');
    const putBack = await keepLists(client);
    await dropEverything(client);
    onStep('load');
    const { secrets, skipped } = await load(client, await openBackup(path, passphrase), had, onProgress);
    onStep('migrate');
    for (const migration of missing) {
      await applyOnce(client, migration);
      // The next one may alter a table only if no check of its rows is outstanding.
      await client.query('set constraints all immediate');
    }
    onStep('check');
    await putBack();
    await requireSequences(client);
    if (!test) await recordRestore(client, header, path);
    const unreadable = await requireReadable(client, secrets, options);
    await requireNoServers(client);
    await client.query('set constraints all immediate');
    if (secrets) await options.keepSecrets(secrets);
    onStep('commit');
    await client.query(test ? 'rollback' : 'commit');
    onStep('committed');
    return { unreadable, skipped };
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw explain(error);
  }
}

/** From this row on, nothing goes out; see kernel/outgoing.ts. Writing it also proves that the database takes writes. */
async function recordRestore(client: pg.Client, { madeAt, version }: Header, path: string): Promise<void> {
  await client.query(bind('insert into restores (backup_made_at, backup_version) values ($madeAt, $version)', { madeAt, version }));
  await recordByCommand(client, 'backup.restore', basename(path));
}

async function requireReadable(
  client: pg.Client,
  secrets: Secrets | undefined,
  { findUnreadable, withoutSecrets }: RestoreOptions,
): Promise<string[]> {
  const unreadable = await findUnreadable(client, secrets);
  if (unreadable.length === 0 || withoutSecrets) return unreadable;
  throw new BackupError(
    `No key in ENCRYPTION_KEY opens these secrets of the backup:\n${unreadable.map((each) => `  - ${each}`).join('\n')}\n` +
      'Add the key that sealed them to ENCRYPTION_KEY and restore again; or add --without-secrets, and enter them again afterwards.',
  );
}

/** DATABASE_URL may give servers another name; each holds a lock as well. @throws BackupError that names them */
export async function requireNoServers(client: pg.ClientBase): Promise<void> {
  const { rows } = await client.query<{ name: string; address: string | null; count: number }>(
    `select application_name as name, host(client_addr) as address, count(*)::int as count from pg_stat_activity
     where datname = current_database() and pid <> pg_backend_pid()
       and (application_name like 'guildhall%' or pid in (select pid from (${livenessLocks}) l))
     group by 1, 2 order by 1, 2`,
  );
  if (rows.length === 0) return;
  const list = rows.map(({ name, address, count }) => `  - ${name}${address ? ` from ${address}` : ' on this machine'}: ${count}`);
  throw new BackupError(`Servers are connected to this database. Stop them all, then restore. Their connections:\n${list.join('\n')}`);
}

function explain(error: unknown): Error {
  if (error instanceof pg.DatabaseError && error.code === '55P03')
    return new BackupError(
      'This database is being backed up, restored or migrated, or another connection keeps one of its tables locked. Wait for it, or end it; then restore again.',
      { cause: error },
    );
  return error instanceof Error ? error : new Error(String(error));
}

/** @throws BackupError unless this is an empty database on another server than the installation's */
export async function requireForTest(url: string, ownUrl: string): Promise<void> {
  const [started, ownStarted] = await Promise.all([url, ownUrl].map((each) => withClient(each, startOf)));
  if (started === ownStarted) throw new BackupError(texts.noTests.sameServer);
  if (await withClient(url, hasTables)) throw new BackupError(texts.noTests.notEmpty);
}

/** Exact to a microsecond, so no two servers have the same. */
async function startOf(client: pg.ClientBase): Promise<string> {
  const { rows } = await client.query<{ at: string }>('select pg_postmaster_start_time()::text as at');
  return rows[0]?.at ?? '';
}

async function withClient<T>(url: string, work: (client: pg.ClientBase) => Promise<T>): Promise<T> {
  const client = await connectForCopy(url, 'restore test of guildhall');
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
