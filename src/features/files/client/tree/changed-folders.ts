import type { Change } from '#features/files/contract.ts';
import { ancestorsOf, parentOf } from './paths.ts';

/**
 * The folders whose listing may differ after some changes. A file that is written changes its own row; one that comes or goes may bring or
 * take folders along, on every level above it.
 * @returns undefined for any folder: a change does not name all of its paths
 */
export function changedFolders(changes: readonly Pick<Change, 'kind' | 'paths' | 'pathCount'>[]): ReadonlySet<string> | undefined {
  const folders = new Set<string>();
  for (const { kind, paths, pathCount } of changes) {
    if (pathCount > paths.length) return undefined;
    for (const path of paths) {
      folders.add(parentOf(path));
      if (kind !== 'write') for (const folder of ['', ...ancestorsOf(path)]) folders.add(folder);
    }
  }
  return folders;
}
