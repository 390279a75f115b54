/**
 * Storage limits per organization. Each project's row counts its bytes, in the transaction that stores them: contents of files with their
 * history, contents of unused approvals, and long tool results. Each change of files locks and writes that row anyway, so counting needs no
 * extra lock; deleting a project frees what it stored.
 */
import type { Transaction } from '#kernel/database/pool.ts';
import { statement } from '#kernel/database/statement.ts';
import { conflict } from '#kernel/errors.ts';
import { texts } from './texts.ts';

export type Storage = ReturnType<typeof createStorage>;

/**
 * With less than this left, transactions that add bytes to an organization are serialized, so that together they stay below the limit. It
 * is more than all concurrent ones can add: 50 MB in each of 20 connections of four processes.
 */
const NEARLY_FULL = 4e9;

interface Content {
  /** SHA-256 in hex. */
  version: string;
  bytes: number;
}

/** What a transaction would add, and what the project's organization stores before it. */
interface StorageDelta {
  organizationId: string;
  stored: number;
  bytes: number;
}

const selectStored = statement<{ organization_id: string; stored: number; known: string[] }, { projectId: string; versions: string[] }>(
  'files.select-stored',
  `select p.organization_id,
     (select sum(o.stored_bytes) from projects o where o.organization_id = p.organization_id)::bigint as stored,
     array(
       select encode(b.hash, 'hex') from unnest($versions::text[]) as v (version)
       join blobs b on b.project_id = p.id and b.hash = decode(v.version, 'hex')
     ) as known
   from projects p where p.id = $projectId`,
  { timeout: 15_000 },
);

const lockStorage = statement<never, { organizationId: string }>(
  'files.lock-storage',
  `select pg_advisory_xact_lock(hashtextextended('storage of ' || $organizationId::uuid, 0))`,
  { timeout: 15_000 },
);

const sumStored = statement<{ stored: number }, { organizationId: string }>(
  'files.sum-stored',
  'select coalesce(sum(stored_bytes), 0)::bigint as stored from projects where organization_id = $organizationId',
);

/** The bytes dropped now may have been stored by an older version that did not count them. */
const addStored = statement<never, { projectId: string; bytes: number }>(
  'files.add-stored',
  'update projects set stored_bytes = greatest(0, stored_bytes + $bytes) where id = $projectId',
  { timeout: 15_000 },
);

/** @param max bytes per organization */
export function createStorage(max: number) {
  /**
   * Sent together with the lock of the project, after it.
   * @returns undefined if the project is gone
   */
  async function measure(tx: Transaction, projectId: string, contents: readonly Content[]): Promise<StorageDelta | undefined> {
    const sizes = new Map(contents.map(({ version, bytes }) => [version, bytes]));
    const [row] = await selectStored(tx, { projectId, versions: [...sizes.keys()] });
    if (!row) return undefined;
    // A project stores each content once.
    for (const version of row.known) sizes.delete(version);
    const bytes = [...sizes.values()].reduce((sum, size) => sum + size, 0);
    return { organizationId: row.organization_id, stored: row.stored, bytes };
  }

  /** @returns the bytes added. @throws 409 `storage_limit_reached` */
  async function requireSpace(tx: Transaction, delta: StorageDelta | undefined): Promise<number> {
    if (!delta || delta.bytes === 0) return 0;
    const { organizationId, bytes } = delta;
    if (delta.stored + bytes <= max - NEARLY_FULL) return bytes;
    const [, [now]] = await Promise.all([lockStorage(tx, { organizationId }), sumStored(tx, { organizationId })]);
    const stored = now?.stored ?? 0;
    if (stored + bytes > max) throw full(stored, bytes, max);
    return bytes;
  }

  return {
    measure,
    requireSpace,

    /** Counts what is stored in addition to files. The caller holds the project’s lock. @throws 409 `storage_limit_reached` */
    async add(tx: Transaction, projectId: string, bytes: number): Promise<void> {
      const delta = bytes > 0 ? await measure(tx, projectId, []) : undefined;
      if (!delta) return;
      await requireSpace(tx, { ...delta, bytes });
      tx.withCommit(addStored(tx, { projectId, bytes }));
    },

    /** Subtracts what is no longer stored in addition to files. The caller holds the project’s lock. */
    subtract(tx: Transaction, projectId: string, bytes: number): void {
      if (bytes > 0) tx.withCommit(addStored(tx, { projectId, bytes: -bytes }));
    },
  };
}

function full(stored: number, bytes: number, max: number) {
  return conflict('storage_limit_reached', texts.problems.full(stored, max, bytes), { stored, limit: max });
}
