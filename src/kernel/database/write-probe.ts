/** A small write every ten seconds, which detects without a request that writes fail, and that they work again. */
import { HttpProblem } from '#kernel/errors.ts';
import type { Database } from './pool.ts';
import { statement } from './statement.ts';
import { isWriteRejection, type Writability } from './writability.ts';

const PROBE_EVERY_MS = 10_000;
const MAX_PROBE_BYTES = 2 * 1024 * 1024;

/** A full page of 8 kB. */
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
      // An unreachable or busy database says nothing about its disk.
      if (error instanceof HttpProblem && isWriteRejection(error.code)) writability.note(error.code);
    }
  }

  /** Skipped while a reader such as a backup is active: the next probe tries again. */
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
