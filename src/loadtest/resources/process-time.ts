/** CPU time of processes on this machine, as reported by Linux; and which of them is PostgreSQL. */
import { readdirSync, readFileSync } from 'node:fs';

/** Linux counts CPU time in hundredths of a second, on every machine that Node supports. */
const TICKS_A_SECOND = 100;

/**
 * @param backend process id that PostgreSQL reports for a connection
 * @param database of this connection; PostgreSQL writes its name into the process title
 * @returns the process id of the postmaster; undefined if it does not run on this machine
 */
export function findPostmaster(backend: number, database: string): number | undefined {
  const title = read(`/proc/${backend}/cmdline`);
  if (!title?.startsWith('postgres') || !title.includes(database)) return undefined;
  return statOf(backend)?.parent;
}

/**
 * CPU time of a process, its children, and their children that have ended: for PostgreSQL, given its postmaster. Never decreases.
 * @returns seconds; null if it has ended
 */
export function processorTimeOf(pid: number): number | null {
  const own = statOf(pid);
  if (!own) return null;
  const ticks = childrenOf(pid).reduce((total, child) => total + (statOf(child)?.ticks ?? 0), own.ticks + own.endedChildren);
  return ticks / TICKS_A_SECOND;
}

function childrenOf(pid: number): number[] {
  const listed = read(`/proc/${pid}/task/${pid}/children`);
  if (listed !== undefined) return listed.trim().split(' ').filter(Boolean).map(Number);
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.map(Number).filter((child) => statOf(child)?.parent === pid);
}

function statOf(pid: number): { parent: number; ticks: number; endedChildren: number } | undefined {
  const stat = read(`/proc/${pid}/stat`);
  if (stat === undefined) return undefined;
  // The name in parentheses may contain anything; proc(5) numbers the fields from 1, and the one after the name is field 3.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const at = (number: number) => Number(fields[number - 3]);
  return { parent: at(4), ticks: at(14) + at(15), endedChildren: at(16) + at(17) };
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
