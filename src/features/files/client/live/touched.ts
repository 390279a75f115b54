/** What changes did to a project: which files, folders, histories and runs they touched. */
import type { Change } from '#features/files/contract.ts';
import type { Touch } from '../reconcile.ts';
import { isWithin } from '../text.ts';

export interface Touched {
  /** Of the newest change. */
  number: number;
  /** More has changed than is listed in `paths`. */
  all: boolean;
  /** The newest change of each path. */
  paths: ReadonlyMap<string, Touch>;
  runs: ReadonlySet<string>;
}

/** @param changes newest first @param complete false if there were more */
export function readTouched(changes: readonly Change[], complete: boolean): Touched {
  const paths = new Map<string, Touch>();
  const runs = new Set<string>();
  for (const { number, by, run, paths: listed } of changes) {
    if (run !== null) runs.add(run);
    for (const path of listed) if (!paths.has(path)) paths.set(path, { number, by });
  }
  return {
    number: changes[0]?.number ?? 0,
    all: !complete || changes.some(({ paths: listed, pathCount }) => pathCount > listed.length),
    paths,
    runs,
  };
}

/** @param folder '' for the project */
function holdsTouched({ all, paths }: Touched, folder: string): boolean {
  if (all) return true;
  for (const path of paths.keys()) if (folder === '' || isWithin(path, folder)) return true;
  return false;
}

/**
 * @param queryKey of files: `['files', projectId, kind, subject]`
 * @returns whether what it loaded may be outdated
 */
export function isOutdated(touched: Touched, queryKey: readonly unknown[]): boolean {
  const [, , kind, subject] = queryKey;
  if (kind === 'run-changes') return touched.all || touched.runs.has(String(subject));
  if (kind === 'folder' || kind === 'history' || kind === 'blame') return holdsTouched(touched, typeof subject === 'string' ? subject : '');
  return true;
}
