/**
 * A backup that was never restored is a hope. Once a month, the newest one is restored into a PostgreSQL that is not the installation's: the
 * database of RESTORE_TEST_URL, or one that is started for it and deleted afterwards. The result is stored.
 */
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type pg from 'pg';
import { startEmbedded } from '#kernel/database/embedded/embedded.ts';
import type { Database } from '#kernel/database/pool.ts';
import type { Log } from '#kernel/log.ts';
import type { Destination } from './destination.ts';
import { isHere } from './place.ts';
import * as sql from './queries.ts';
import type { BackupSettings } from './settings.ts';
import { whyNoTests } from './state.ts';

const EVERY_DAYS = 30;
/** Of the newest backups, one that this machine can read. */
const MAX_CANDIDATES = 20;
/** An arbitrary number: the server that holds this lock tests. */
const LOCK = 7_301_050;

export interface RestoreTestOptions {
  db: Database;
  databaseUrl: string;
  log: Log;
  settings: BackupSettings;
  /** The sealed secrets that no key of this installation opens, or of the backup's. */
  findUnreadable(client: pg.ClientBase, keys: readonly string[]): Promise<string[]>;
  secrets: { encryptionKeys: string[] };
  openDestination: (to: string) => Promise<Destination>;
}

interface Target {
  url: string;
  kind: 'temporary' | 'url';
  remove(): Promise<void>;
}

export function createRestoreTests({ db, databaseUrl, log, settings, findUnreadable, secrets, openDestination }: RestoreTestOptions) {
  let underWay: Promise<void> | undefined;
  let target: Target | undefined;

  const whyNot = () => whyNoTests(settings);

  async function openTarget(folder: string): Promise<Target> {
    const { restoreTestUrl: url } = settings;
    if (url !== undefined) {
      const { emptyDatabase, requireForTest } = await import('./restore.ts');
      // Before it counts as ours: what is ours is emptied at the end, whatever happens.
      await requireForTest(url, databaseUrl);
      return { url, kind: 'url', remove: () => emptyDatabase(url) };
    }
    const embedded = await startEmbedded({ dataDir: folder, log, durable: false });
    return { url: embedded.url, kind: 'temporary', remove: embedded.stop };
  }

  /** @returns rows restored @throws if it cannot be restored */
  async function restoreElsewhere(row: sql.BackupRow, name: string, folder: string): Promise<number> {
    const { restore } = await import('./restore.ts');
    const path = join(folder, name);
    const { chunks } = await (await openDestination(row.location)).read(name);
    await pipeline(chunks, createWriteStream(path, { mode: 0o600 }));
    target = await openTarget(join(folder, 'database'));
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
    const folder = await mkdtemp(join(tmpdir(), 'guildhall-restore-test-'));
    const kind = settings.restoreTestUrl === undefined ? 'temporary' : 'url';
    const store = (passed: boolean, rows: number | null, failure: string | null) =>
      sql.insertTest(db, { backupName: name, passed, seconds: Math.ceil((performance.now() - begun) / 1000), rows, target: kind, failure });
    try {
      const rows = await restoreElsewhere(row, name, folder);
      await store(true, rows, null);
      log.info({ backup: name, rows }, 'a backup was restored as a test');
    } catch (error) {
      log.error({ err: error, backup: name }, 'a backup could not be restored as a test');
      await store(false, null, error instanceof Error ? error.message : String(error));
    } finally {
      await target?.remove().catch((error: unknown) => log.warn({ err: error }, 'the database of a restore test could not be emptied'));
      target = undefined;
      await rm(folder, { recursive: true, force: true });
    }
  }

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
    /** A test that is going on fails. */
    async close(): Promise<void> {
      if (target?.kind === 'temporary') await target.remove();
    },
  };
}
