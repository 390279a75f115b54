/** What an import writes, given what is there already. */
import type { Target } from './targets.ts';

export type ConflictChoice = 'refuse' | 'replace' | 'keep_both' | 'skip';

interface PlannedFile {
  path: string;
  version: string;
  size: number;
  /** Null keeps the mode of the file that is there. */
  executable: boolean | null;
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

export interface CurrentFile {
  version: string;
  executable: boolean;
}

interface Given {
  targets: readonly Target[];
  /** Of each target's content. */
  versionOf: (target: Target) => string;
  /** All files at the targets' paths, and at those that `keep_both` may choose. */
  current: ReadonlyMap<string, CurrentFile>;
  /** Whether a path is taken, other than by a target. */
  isTaken: (path: string) => boolean;
  choice: ConflictChoice;
}

/** With these, the mode of a file with the same content becomes that of the zip. */
const setting: ReadonlySet<ConflictChoice> = new Set(['refuse', 'replace']);

export function planImport({ targets, versionOf, current, isTaken, choice }: Given): ImportPlan {
  const plan: ImportPlan = { files: [], skipped: [], renamed: [], conflicts: [] };
  const names = new Set(targets.map(({ path }) => path));
  for (const target of targets) {
    const { path, entry } = target;
    const version = versionOf(target);
    const there = current.get(path);
    const base = there?.version ?? null;
    const file = { version, size: entry.size, executable: entry.executable };
    const isOther = base !== version;
    // A mode alone overwrites nothing that somebody would miss.
    const setsMode = there !== undefined && (entry.executable ?? there.executable) !== there.executable && setting.has(choice);
    if (!isOther && !setsMode) plan.skipped.push({ path, reason: 'same' });
    else if (base === null || !isOther || choice === 'replace') plan.files.push({ ...file, path, base });
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
