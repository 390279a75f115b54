/**
 * A backup that was never restored is a hope. Once a month, the newest one is restored into a PostgreSQL that is not the installation's: the
 * database of RESTORE_TEST_URL, or one that is started for it and deleted afterwards. The transaction is rolled back, so nothing of it stays
 * anywhere. The result is stored.
 */
import { createWriteStream } from 'node:fs';
import { mkdir, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { startEmbedded } from '#kernel/database/embedded/embedded.ts';
import type { Database } from '#kernel/database/pool.ts';
import type { Log } from '#kernel/log.ts';
import type { Destination } from './destination.ts';
import { isHere } from './place.ts';
import * as sql from './queries.ts';
import type { BackupSettings } from './settings.ts';
import { whyNoTests } from './state.ts';
import { texts } from './texts.ts';

const EVERY_DAYS = 30;
/** Of the newest backups, one that this machine can read. */
const MAX_CANDIDATES = 20;
/** An arbitrary number: the server that holds this lock tests. */
const LOCK = 7_301_050;
/** How long a shutdown waits for a test to notice that it is over. */
const CLOSE_MS = 3000;

export interface RestoreTestOptions {
  db: Database;
  databaseUrl: string;
  log: Log;
  settings: BackupSettings;
  dataDir: string;
  /** The sealed secrets that no key of this installation opens, or of the backup's. */
  findUnreadable(client: pg.ClientBase, keys: readonly string[]): Promise<string[]>;
  secrets: { encryptionKeys: string[] };
  openDestination: (to: string) => Promise<Destination>;
}

interface Target {
  url: string;
  stop(): Promise<void>;
}

export function createRestoreTests({
  db,
  databaseUrl,
  log,
  settings,
  dataDir,
  findUnreadable,
  secrets,
  openDestination,
}: RestoreTestOptions) {
  let underWay: Promise<void> | undefined;
  let target: Target | undefined;
  let closing = false;
  const folder = join(dataDir, 'restore-test');

  const whyNot = () => whyNoTests(settings);

  async function openTarget(): Promise<Target> {
    const { restoreTestUrl: url } = settings;
    if (url !== undefined) {
      const { requireForTest } = await import('./restore.ts');
      await requireForTest(url, databaseUrl);
      return { url, stop: async () => undefined };
    }
    await requireRoom();
    const embedded = await startEmbedded({ dataDir: join(folder, 'database'), log, durable: false });
    let stopped: Promise<void> | undefined;
    // A shutdown stops it, and so does the end of the test.
    const stop = () => {
      stopped ??= embedded.stop();
      return stopped;
    };
    return { url: embedded.url, stop };
  }

  /** The installation's own database may be on the same disk. @throws Error with a sentence for people */
  async function requireRoom(): Promise<void> {
    const [size] = await sql.selectDatabaseSize(db);
    const { bavail, bsize } = await statfs(folder);
    const needed = (size?.bytes ?? 0) * 1.5;
    if (bavail * bsize < needed) throw new Error(texts.noTests.noRoom(folder, needed));
  }

  /** @returns rows restored @throws if it cannot be restored */
  async function restoreElsewhere(row: sql.BackupRow, name: string): Promise<number> {
    const { explainDisk, restore } = await import('./engine.ts');
    const path = join(folder, name);
    const { chunks } = await (await openDestination(row.location)).read(name);
    await pipeline(chunks, createWriteStream(path, { mode: 0o600 })).catch(explainDisk(folder));
    if (closing) throw new Error('the server stops');
    target = await openTarget();
    const { rows } = await restore({
      url: target.url,
      path,
      passphrase: settings.passphrase,
      saveRestorePoint: () => Promise.reject(new Error('the database of a restore test is empty')),
      keepSecrets: async () => undefined,
      findUnreadable: (client, theirs) => findUnreadable(client, [...secrets.encryptionKeys, ...(theirs?.encryptionKeys ?? [])]),
      withoutSecrets: false,
      test: true,
    });
    return rows;
  }

  async function test(row: sql.BackupRow, name: string): Promise<void> {
    const begun = performance.now();
    const kind = settings.restoreTestUrl === undefined ? 'temporary' : 'url';
    const store = (passed: boolean, rows: number | null, failure: string | null) =>
      sql.insertTest(db, { backupName: name, passed, seconds: Math.ceil((performance.now() - begun) / 1000), rows, target: kind, failure });
    try {
      await makeFolder();
      const rows = await restoreElsewhere(row, name);
      await store(true, rows, null);
      log.info({ backup: name, rows }, 'a backup was restored as a test');
    } catch (error) {
      // Another server starts it again.
      if (closing) return;
      log.error({ err: error, backup: name }, 'a backup could not be restored as a test');
      await store(false, null, error instanceof Error ? error.message : String(error));
    } finally {
      await target?.stop();
      target = undefined;
      await removeFolder();
    }
  }

  /** What is there is of a server that was killed during a test: only the one that has the lock tests. */
  async function makeFolder(): Promise<void> {
    const { explainDisk } = await import('./engine.ts');
    await removeFolder();
    await mkdir(folder, { recursive: true, mode: 0o700 }).catch(explainDisk(folder));
  }

  const removeFolder = () => rm(folder, { recursive: true, force: true, maxRetries: 5 });

  async function testOnce(): Promise<void> {
    const { connectForCopy } = await import('./snapshot.ts');
    const client = await connectForCopy(databaseUrl, 'restore test of guildhall');
    try {
      const { rows } = await client.query<{ mine: boolean }>(`select pg_try_advisory_lock(${LOCK}) as mine`);
      if (!rows[0]?.mine) return;
      const [due] = await sql.selectTestDue(db, { days: EVERY_DAYS });
      if (!due?.due) return;
      for (const row of await sql.selectDone(db, { limit: MAX_CANDIDATES }))
        if (row.name !== null && (await isHere(row))) return await test(row, row.name);
    } finally {
      await client.end();
    }
  }

  return {
    /** Why there are no tests; null if there are. */
    whyNot,
    /** Starts one in the background if the last is a month old. */
    async runIfDue(): Promise<void> {
      if (underWay || (await whyNot()) !== null) return;
      const [due] = await sql.selectTestDue(db, { days: EVERY_DAYS });
      if (!due?.due) return;
      underWay = testOnce()
        .catch((error: unknown) => log.error({ err: error }, 'a restore test could not be done'))
        .finally(() => {
          underWay = undefined;
        });
    },
    /** Breaks off a test that is going on. */
    async close(): Promise<void> {
      closing = true;
      await target?.stop();
      await Promise.race([underWay, sleep(CLOSE_MS, undefined, { ref: false })]);
    },
  };
}
