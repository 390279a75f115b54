/** What changes did to a project: which files, folders, histories and runs they touched. */
import type { Change } from '#features/files/contract.ts';
import type { Touch } from '../reconcile.ts';
import { isWithin } from '../text.ts';
import { parentOf } from '../tree/paths.ts';

export interface Touched {
  /** Of the newest change. */
  number: number;
  /** More has changed than is listed in `paths`. */
  all: boolean;
  /** The newest change of each path. */
  paths: ReadonlyMap<string, Touch>;
  /** Those that may have come or gone, and with them the folders they are in. */
  cameOrWent: ReadonlySet<string>;
  /** Files that others have created, as far as is known, and what agents have touched. */
  appeared: ReadonlySet<string>;
  runs: ReadonlySet<string>;
  /** Changes were undone, by whichever run they were made. */
  undid: boolean;
}

/** @param changes newest first @param complete false if there were more */
export function readTouched(changes: readonly Change[], complete: boolean): Touched {
  const paths = new Map<string, Touch>();
  const runs = new Set<string>();
  const cameOrWent = new Set<string>();
  const appeared = new Set<string>();
  for (const change of changes) {
    const { number, by, run, kind, paths: listed } = change;
    if (run !== null) runs.add(run);
    for (const path of listed) if (!paths.has(path)) paths.set(path, { number, by });
    if (kind !== 'write') for (const path of listed) cameOrWent.add(path);
    for (const path of appearedIn(change)) appeared.add(path);
  }
  return {
    number: changes[0]?.number ?? 0,
    all: !complete || changes.some(({ paths: listed, pathCount }) => pathCount > listed.length),
    paths,
    cameOrWent,
    appeared,
    runs,
    undid: changes.some(({ kind }) => kind === 'revert'),
  };
}

function appearedIn({ kind, paths, pathCount, by }: Change): readonly string[] {
  if (kind === 'create') return paths;
  // The new paths follow the old ones.
  if (kind === 'move') return paths.slice(pathCount / 2);
  return kind !== 'write' && kind !== 'delete' && by.kind === 'run' ? paths : [];
}

/** @param folder '' for the project */
function holdsTouched({ all, paths }: Touched, folder: string): boolean {
  if (all) return true;
  for (const path of paths.keys()) if (folder === '' || isWithin(path, folder)) return true;
  return false;
}

/** Whether the listing of a folder may differ: a file that was only written changes nothing above its own folder. */
function isListedAnew({ all, paths, cameOrWent }: Touched, folder: string): boolean {
  if (all) return true;
  for (const path of paths.keys()) if (parentOf(path) === folder) return true;
  for (const path of cameOrWent) if (folder === '' || isWithin(path, folder)) return true;
  return false;
}

/**
 * @param queryKey of files: `['files', projectId, kind, subject]`
 * @returns whether what it loaded may be outdated
 */
export function isOutdated(touched: Touched, queryKey: readonly unknown[]): boolean {
  const [, , kind, subject] = queryKey;
  if (kind === 'run-changes') return touched.all || touched.undid || touched.runs.has(String(subject));
  if (kind === 'folder') return isListedAnew(touched, String(subject));
  if (kind === 'history' || kind === 'blame') return holdsTouched(touched, typeof subject === 'string' ? subject : '');
  return true;
}
