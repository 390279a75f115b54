/** Where two texts differ, line by line. */
import { diffArrays } from 'diff';

/** Lines `[start, end)` of one text that stand for lines `[start, end)` of the other, counted from 0. */
export interface LineChange {
  before: { start: number; end: number };
  after: { start: number; end: number };
}

/**
 * For the search of the shortest way from one text to the other; it grows with the square of what differs. The thread that does it may
 * have to wait for those that answer people.
 */
const TIMEOUT_MS = 200;

/**
 * @returns in order, never touching each other. When it would take too long, one change from the first line that differs to the
 *   last: true as well, only coarser
 */
export function lineChanges(before: readonly string[], after: readonly string[], timeoutMs = TIMEOUT_MS): LineChange[] {
  const shorter = Math.min(before.length, after.length);
  let head = 0;
  while (head < shorter && before[head] === after[head]) head++;
  let tail = 0;
  while (tail < shorter - head && before.at(-1 - tail) === after.at(-1 - tail)) tail++;
  const whole = { before: { start: head, end: before.length - tail }, after: { start: head, end: after.length - tail } };
  if (isEmpty(whole.before) && isEmpty(whole.after)) return [];
  if (isEmpty(whole.before) || isEmpty(whole.after)) return [whole];

  const parts = diffArrays(before.slice(head, whole.before.end), after.slice(head, whole.after.end), { timeout: timeoutMs });
  if (!parts) return [whole];
  const changes: LineChange[] = [];
  let open: LineChange | undefined;
  let [here, there] = [head, head];
  for (const { added, removed, count } of parts) {
    if (!added && !removed) {
      open = undefined;
      here += count;
      there += count;
      continue;
    }
    if (!open) {
      open = { before: { start: here, end: here }, after: { start: there, end: there } };
      changes.push(open);
    }
    if (removed) {
      here += count;
      open.before.end = here;
    } else {
      there += count;
      open.after.end = there;
    }
  }
  return changes;
}

const isEmpty = ({ start, end }: { start: number; end: number }) => start === end;
