/** How many runs of one person may be unfinished at a time: queued, at work or waiting. */
import type { Run } from '#features/runs/contract.ts';
import type { Transaction } from '#kernel/database/pool.ts';
import type { Queryable } from '#kernel/database/statement.ts';
import { conflict } from '#kernel/errors.ts';
import * as sql from './queries.ts';

export type RunCap = ReturnType<typeof createRunCap>;

export function createRunCap(max: number) {
  /** Before the transaction that counts exactly, where a refusal has to be known early. @throws 409 `run_limit_reached` */
  async function check(db: Queryable, userId: string): Promise<void> {
    const [row] = await sql.countUnfinished(db, userId, max);
    if ((row?.unfinished ?? 0) >= max) throw tooMany(max);
  }

  /** Others that start a run for this person wait until the transaction ends. @throws 409 `run_limit_reached` */
  async function require(tx: Transaction, userId: string | null): Promise<void> {
    if (userId !== null) await Promise.all([sql.lockStarts(tx, userId), check(tx, userId)]);
  }

  return {
    check,
    require,
    /** For a run that goes on: one that had ended becomes unfinished again. @throws 409 `run_limit_reached` */
    async requireToGoOn(tx: Transaction, { id, startedBy }: Run): Promise<void> {
      const [row] = await sql.lockAnyRun(tx, id);
      if (row && !unfinished.has(row.status)) await require(tx, startedBy.id);
    },
  };
}

const unfinished: ReadonlySet<Run['status']> = new Set(['queued', 'running', 'waiting']);

const tooMany = (max: number) =>
  conflict(
    'run_limit_reached',
    `This person has ${max.toLocaleString('en')} unfinished runs, the limit. Stop some or answer what they ask, then try again.`,
    { limit: max },
  );
