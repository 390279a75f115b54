import type { BlameLine } from '#features/files/history-contract.ts';
import { lineChanges, linesOf } from '#features/files/line-changes.ts';

/**
 * @param lines of `base`, as saved
 * @returns the same by line of `text`, which may have been edited since: undefined for lines that were
 */
export function alignBlame(base: string, text: string, lines: readonly BlameLine[]): (BlameLine | undefined)[] {
  const [old, now] = [linesOf(base), linesOf(text)];
  const aligned: (BlameLine | undefined)[] = [];
  let next = 0;
  for (const { before, after } of [...lineChanges(old, now), { before: { start: old.length, end: 0 }, after: { start: 0, end: 0 } }]) {
    for (; next < before.start; next++) aligned.push(lines[next]);
    for (let added = after.start; added < after.end; added++) aligned.push(undefined);
    next = Math.max(next, before.end);
  }
  return aligned;
}
