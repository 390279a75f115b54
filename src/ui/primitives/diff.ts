/** Parses a unified diff of one file. */

export interface DiffLine {
  /** `remark`: the diff's remark about the line before, such as a missing line feed. */
  kind: 'added' | 'removed' | 'same' | 'remark';
  /** Line number before and after, from 1; for an added line, `before` is the line it follows, and vice versa. */
  before: number;
  after: number;
  text: string;
}

export interface Hunk {
  header: string;
  lines: DiffLine[];
}

/** Whether some lines end with CRLF and others with LF. A last line without any end counts as neither. */
export function mixesLineEnds(hunks: readonly Hunk[]): boolean {
  const ends = new Set<boolean>();
  for (const { lines } of hunks) {
    for (const [at, { kind, text }] of lines.entries())
      if (kind !== 'remark' && lines[at + 1]?.kind !== 'remark') ends.add(text.endsWith('\r'));
  }
  return ends.size > 1;
}

const kinds: Record<string, DiffLine['kind']> = { '+': 'added', '-': 'removed', '\\': 'remark' };

export function parseDiff(diff: string): Hunk[] {
  const hunks: Hunk[] = [];
  let hunk: Hunk | undefined;
  let before = 0;
  let after = 0;
  const lines = diff.split('\n');
  if (lines.at(-1) === '') lines.pop();
  for (const line of lines) {
    const header = /^@@ -(\d+)(,0)?(?:,\d+)? \+(\d+)(,0)?(?:,\d+)? @@/.exec(line);
    if (header) {
      // For a side without lines, the header has the number of the line before it.
      before = Number(header[1]) - (header[2] ? 0 : 1);
      after = Number(header[3]) - (header[4] ? 0 : 1);
      hunk = { header: line, lines: [] };
      hunks.push(hunk);
      continue;
    }
    if (!hunk) continue;
    const kind = kinds[line.charAt(0)] ?? 'same';
    if (kind === 'removed' || kind === 'same') before++;
    if (kind === 'added' || kind === 'same') after++;
    hunk.lines.push({ kind, before, after, text: kind === 'remark' ? line.slice(2) : line.slice(1) });
  }
  return hunks;
}
