export interface Match {
  path: string;
  /** From 1. */
  line: number;
  column: number;
  text: string;
}

const MAX_MATCHES = 200;
const MAX_LINE = 300;

/** @returns the lines that contain a text, whatever the case, in order */
export function findLines(files: { path: string; content: Buffer }[], wanted: string): { matches: Match[]; truncated: boolean } {
  const matches: Match[] = [];
  const needle = wanted.toLowerCase();
  for (const { path, content } of files) {
    const lines = content.toString('utf8').split('\n');
    for (const [index, text] of lines.entries()) {
      const column = text.toLowerCase().indexOf(needle);
      if (column < 0) continue;
      if (matches.length === MAX_MATCHES) return { matches, truncated: true };
      matches.push({ path, line: index + 1, column: column + 1, text: text.slice(0, MAX_LINE) });
    }
  }
  return { matches, truncated: false };
}
