/** What an import writes, given what is there already. */
import type { Target } from './targets.ts';

export type ConflictChoice = 'refuse' | 'replace' | 'keep_both' | 'skip';

interface PlannedFile {
  path: string;
  version: string;
  size: number;
  executable: boolean;
  /** The version there now; null: no file. */
  base: string | null;
}

export interface ImportPlan {
  files: PlannedFile[];
  skipped: { path: string; reason: 'exists' | 'same' }[];
  /** Written beside the file that is there. */
  renamed: { from: string; to: string }[];
  /** Paths of files that exist with other content, if that is refused. */
  conflicts: string[];
}

interface Given {
  targets: readonly Target[];
  /** Of each target's content. */
  versionOf: (target: Target) => string;
  /** The versions of all files at the targets' paths, and at those that `keep_both` may choose. */
  current: ReadonlyMap<string, string>;
  /** Whether a path is taken, other than by a target. */
  isTaken: (path: string) => boolean;
  choice: ConflictChoice;
}

export function planImport({ targets, versionOf, current, isTaken, choice }: Given): ImportPlan {
  const plan: ImportPlan = { files: [], skipped: [], renamed: [], conflicts: [] };
  const names = new Set(targets.map(({ path }) => path));
  for (const target of targets) {
    const { path, entry } = target;
    const version = versionOf(target);
    const base = current.get(path) ?? null;
    const file = { version, size: entry.size, executable: entry.executable };
    if (base === version) plan.skipped.push({ path, reason: 'same' });
    else if (base === null || choice === 'replace') plan.files.push({ ...file, path, base });
    else if (choice === 'refuse') plan.conflicts.push(path);
    else if (choice === 'skip') plan.skipped.push({ path, reason: 'exists' });
    else {
      const free = freeName(path, (candidate) => names.has(candidate) || current.has(candidate) || isTaken(candidate));
      names.add(free);
      plan.renamed.push({ from: path, to: free });
      plan.files.push({ ...file, path: free, base: null });
    }
  }
  return plan;
}

/** `notes.txt` to `notes (2).txt`, or the first number that is free. */
function freeName(path: string, isTaken: (path: string) => boolean): string {
  const name = path.lastIndexOf('/') + 1;
  const dot = path.lastIndexOf('.');
  const end = dot > name ? dot : path.length;
  for (let number = 2; ; number++) {
    const candidate = `${path.slice(0, end)} (${number})${path.slice(end)}`;
    if (!isTaken(candidate)) return candidate;
  }
}
