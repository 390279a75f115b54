import type { ApprovalCounts } from '#features/inbox/contract.ts';

/** Counts what waits for a person, out of everything waiting in their organizations. */
export function countFor(
  userId: string,
  waiting: readonly { user_id: string | null; pending: number }[],
  instructions: readonly { waiting: number }[],
): ApprovalCounts {
  const sum = (rows: typeof waiting) => rows.reduce((total, row) => total + row.pending, 0);
  const mine = sum(waiting.filter((row) => row.user_id === userId));
  const count = instructions.reduce((total, row) => total + row.waiting, 0);
  return { pending: sum(waiting), mine, ...(count > 0 && { instructions: count }) };
}
