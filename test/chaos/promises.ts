/** What docs/reliability.md promises for each fault: its tables are the only place where the limits stand. */
import { readFile } from 'node:fs/promises';

export interface Limits {
  /** Seconds for which no read, and no write, may succeed. */
  reads: number;
  writes: number;
}

/** A row begins with the fault's name as code; the third and fourth columns are the limits. */
const row = /^\| `([a-z-]+)` +\|[^|]*\| *(\d+) s *\| *(\d+) s *\|/gm;

/** @param heading of the section with the table @returns limits by name of the fault */
export async function readPromises(heading: string): Promise<Map<string, Limits>> {
  const text = await readFile(new URL('../../docs/reliability.md', import.meta.url), 'utf8');
  const section = text.split(/^##+ /m).find((part) => part.startsWith(`${heading}\n`)) ?? '';
  return new Map(
    [...section.matchAll(row)].map(([, name = '', reads, writes]) => [name, { reads: Number(reads), writes: Number(writes) }]),
  );
}
