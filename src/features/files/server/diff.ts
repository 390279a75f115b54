/** The unified diff of two contents. */
import { type LineChange, lineChanges, linesOf } from '../line-changes.ts';
import { readText } from './text.ts';

/** Larger contents are not compared. */
export const MAX_DIFF_BYTES = 1_000_000;
const CONTEXT = 3;

export type TextDiff =
  | { diff: string; added: number; removed: number }
  /** Cannot be shown line by line. */
  | { reason: 'binary' | 'too_large' };

/** @param before null: no file. Hunks only, without file names; '' if no line differs */
export function diffText(before: Buffer | null, after: Buffer | null): TextDiff {
  if ([before, after].some((content) => content && content.length > MAX_DIFF_BYTES)) return { reason: 'too_large' };
  const texts = [before, after].map((content) => (content ? readText(content) : ''));
  const [from, to] = texts;
  if (from === undefined || to === undefined) return { reason: 'binary' };
  const [old, now] = [linesOf(from), linesOf(to)];
  const changes = lineChanges(old, now);
  const count = (side: 'before' | 'after') => changes.reduce((sum, change) => sum + change[side].end - change[side].start, 0);
  const hunks = groupHunks(changes).map((group) => writeHunk(group, old, now));
  return { diff: hunks.join(''), added: count('after'), removed: count('before') };
}

/** Changes with overlapping context share a hunk. */
function groupHunks(changes: readonly LineChange[]): LineChange[][] {
  const groups: LineChange[][] = [];
  for (const change of changes) {
    const last = groups.at(-1)?.at(-1);
    if (last && change.before.start - last.before.end <= 2 * CONTEXT) groups.at(-1)?.push(change);
    else groups.push([change]);
  }
  return groups;
}

function writeHunk(changes: readonly LineChange[], old: readonly string[], now: readonly string[]): string {
  const [first, last] = [changes[0], changes.at(-1)];
  if (!first || !last) return '';
  const lead = Math.min(CONTEXT, first.before.start);
  const trail = Math.min(CONTEXT, old.length - last.before.end);
  const before = { start: first.before.start - lead, end: last.before.end + trail };
  const after = { start: first.after.start - lead, end: last.after.end + trail };
  const lines = [`@@ -${range(before)} +${range(after)} @@\n`];
  let next = before.start;
  for (const change of changes) {
    for (const line of old.slice(next, change.before.start)) lines.push(write(' ', line));
    for (const line of old.slice(change.before.start, change.before.end)) lines.push(write('-', line));
    for (const line of now.slice(change.after.start, change.after.end)) lines.push(write('+', line));
    next = change.before.end;
  }
  for (const line of old.slice(next, before.end)) lines.push(write(' ', line));
  return lines.join('');
}

/** An empty side is numbered by the line before it. */
const range = ({ start, end }: { start: number; end: number }) => `${end > start ? start + 1 : start},${end - start}`;

const write = (sign: string, line: string) => sign + (line.endsWith('\n') ? line : `${line}\n\\ No newline at end of file\n`);
