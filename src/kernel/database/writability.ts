/**
 * Does the database take writes? Told by what PostgreSQL refuses, and found out by a small write every ten seconds, which is also how
 * it is noticed that writes work again. Health and metrics read what was found, and write nothing themselves.
 */
import { Refusal } from '#kernel/errors.ts';
import type { Log } from '#kernel/log.ts';
import type { Database } from './pool.ts';
import { statement } from './statement.ts';

const PROBE_EVERY_MS = 10_000;
const MAX_PROBE_BYTES = 2 * 1024 * 1024;

export const refusals = {
  storage_full: 'The disk of the database is full: nothing can be saved, only read. Make room on it.',
  database_read_only:
    'The database takes no changes, only reads. Check whether it is a standby, or default_transaction_read_only is set for it or its user.',
} as const;
export type RefusalOfWrites = keyof typeof refusals;

export const isRefusalOfWrites = (code: string): code is RefusalOfWrites => Object.hasOwn(refusals, code);

export type Writability = ReturnType<typeof createWritability>;

export function createWritability({ log }: { log: Log }) {
  let refused: RefusalOfWrites | undefined;
  return {
    /** Why the last write was refused; undefined while writes work. */
    refused: () => refused,
    note(now: RefusalOfWrites | undefined): void {
      if (now === refused) return;
      refused = now;
      if (now) log.error({ code: now }, `writes are refused. ${refusals[now]}`);
      else log.info('the database takes writes again');
    },
  };
}

/** A page of 8 kB, filled. */
const insertProbe = statement<{ bytes: number }>(
  'write-probe.insert',
  `insert into write_probes (filler) values (decode(repeat('00', 8000), 'hex')) returning pg_relation_size('write_probes') as bytes`,
);
const lockProbes = statement<never>('write-probe.lock', 'lock table write_probes in access exclusive mode nowait');
const emptyProbes = statement<never>('write-probe.empty', 'truncate write_probes');

export function createWriteProbe({ db, writability }: { db: Database; writability: Writability }) {
  let timer: NodeJS.Timeout | undefined;
  let probing: Promise<void> | undefined;

  async function probe(): Promise<void> {
    try {
      const [row] = await insertProbe(db);
      writability.note(undefined);
      if (row && row.bytes > MAX_PROBE_BYTES) await empty();
    } catch (error) {
      // A database that is away, or busy, says nothing of its disk.
      if (error instanceof Refusal && isRefusalOfWrites(error.code)) writability.note(error.code);
    }
  }

  /** Not while somebody reads it, such as a backup: the next one tries again. */
  async function empty(): Promise<void> {
    const emptied = db.transaction(async (tx) => {
      await lockProbes(tx);
      await emptyProbes(tx);
    });
    await emptied.catch(() => undefined);
  }

  function start(): void {
    probing ??= probe().finally(() => {
      probing = undefined;
    });
  }

  return {
    start(): void {
      start();
      timer = setInterval(start, PROBE_EVERY_MS);
    },
    async close(): Promise<void> {
      clearInterval(timer);
      await probing;
    },
  };
}
