/** The line-by-line differences of two texts. */
import { diffArrays } from 'diff';

/** Lines `[start, end)` of one text that replace lines `[start, end)` of the other, counted from 0. */
export interface LineChange {
  before: { start: number; end: number };
  after: { start: number; end: number };
}

/**
 * For the search of the shortest edit script, whose time grows with the square of the differences. The low-priority thread may have to wait
 * for the processor.
 */
const TIMEOUT_MS = 200;

/** @returns the lines, each with its line feed; joined, they are the text again */
export const linesOf = (text: string): string[] => (text === '' ? [] : text.split(/(?<=\n)/));

/** @returns in order, never adjacent. On a timeout, one change from the first line that differs to the last: also correct, but coarser */
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
