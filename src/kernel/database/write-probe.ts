/** A small write every ten seconds: how it is noticed, without a request, that writes are refused, and that they work again. */
import { HttpProblem } from '#kernel/errors.ts';
import type { Database } from './pool.ts';
import { statement } from './statement.ts';
import { isWriteRejection, type Writability } from './writability.ts';

const PROBE_EVERY_MS = 10_000;
const MAX_PROBE_BYTES = 2 * 1024 * 1024;

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
      if (error instanceof HttpProblem && isWriteRejection(error.code)) writability.note(error.code);
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
