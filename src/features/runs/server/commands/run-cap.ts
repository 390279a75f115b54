/** Limits the unfinished runs of one person: queued, running or waiting. */
import type { Run } from '#features/runs/contract.ts';
import type { Transaction } from '#kernel/database/pool.ts';
import type { Queryable } from '#kernel/database/statement.ts';
import { conflict } from '#kernel/errors.ts';
import { lockAnyRun } from '../log/queries.ts';
import { texts } from '../texts/problems.ts';
import * as sql from './queries.ts';

export type RunCap = ReturnType<typeof createRunCap>;

/** This close to the cap, starts for one person are serialized; more than all servers start concurrently for one person. */
const NEARLY_REACHED = 50;

export function createRunCap(max: number) {
  const count = async (db: Queryable, userId: string, except: string | null): Promise<number> =>
    (await sql.countUnfinished(db, { userId, limit: max, except }))[0]?.unfinished ?? 0;

  /** Counts this run too, whether or not it is already stored. @throws 409 `run_limit_reached` */
  async function require(tx: Transaction, userId: string | null, runId: string): Promise<void> {
    if (userId === null || (await count(tx, userId, runId)) < max - NEARLY_REACHED) return;
    const [, others] = await Promise.all([sql.lockStarts(tx, { userId }), count(tx, userId, runId)]);
    if (others >= max) throw tooMany(max);
  }

  return {
    /** An early check before the transaction that counts exactly. @throws 409 `run_limit_reached` */
    async check(db: Queryable, userId: string): Promise<void> {
      if ((await count(db, userId, null)) >= max) throw tooMany(max);
    },
    require,
    /** For a run that continues: an ended one becomes unfinished again. @throws 409 `run_limit_reached` */
    async requireToGoOn(tx: Transaction, { id, startedBy }: Run): Promise<void> {
      const [row] = await lockAnyRun(tx, { id });
      if (row && !unfinished.has(row.status)) await require(tx, startedBy.id, id);
    },
  };
}

const unfinished: ReadonlySet<Run['status']> = new Set(['queued', 'running', 'waiting']);

const tooMany = (max: number) => conflict('run_limit_reached', texts.start.tooMany(max), { limit: max });
