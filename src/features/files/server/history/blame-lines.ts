/** Follows the lines of a text back through its earlier versions. Runs in the thread of comparisons. */
import { lineChanges, linesOf } from '#features/files/line-changes.ts';

export interface Traced {
  /** Pairs: a line of the newest text, counted from 0, and the index of the text that it was first in. */
  found: Int32Array<ArrayBuffer>;
  /** For each line of the oldest text read, the line of the newest that it is; -1: none. */
  open: Int32Array<ArrayBuffer>;
  /** Index of the oldest text read. */
  last: number;
}

/**
 * @param texts newest first; undefined for content that is not text, where every line is new
 * @param open as returned for the texts before, of which the last is the first now; null at the start
 * @param isOver whether to read no further text
 */
export function traceLines(
  texts: readonly (string | undefined)[],
  open: Int32Array<ArrayBuffer> | null,
  isOver: () => boolean = () => false,
): Traced {
  let newer = linesOf(texts[0] ?? '');
  let lines = open ?? Int32Array.from(newer, (_, line) => line);
  const found: number[] = [];
  let last = 0;
  while (last + 1 < texts.length && !isOver() && lines.some((line) => line >= 0)) {
    const older = linesOf(texts[last + 1] ?? '');
    lines = stepBack(older, newer, lines, (line) => found.push(line, last));
    newer = older;
    last++;
  }
  return { found: Int32Array.from(found), open: lines, last };
}

function stepBack(
  older: readonly string[],
  newer: readonly string[],
  lines: Int32Array<ArrayBuffer>,
  onNew: (line: number) => void,
): Int32Array<ArrayBuffer> {
  const earlier = new Int32Array(older.length).fill(-1);
  let [there, here] = [0, 0];
  const keep = (end: number) => {
    for (; here < end; here++, there++) earlier[there] = lines[here] ?? -1;
  };
  for (const { before, after } of lineChanges(older, newer)) {
    keep(after.start);
    for (; here < after.end; here++) {
      const line = lines[here] ?? -1;
      if (line >= 0) onNew(line);
    }
    there = before.end;
  }
  keep(newer.length);
  return earlier;
}
