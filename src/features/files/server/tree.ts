/** Folders are implied by paths: they exist while there is a file below them. */
import type { TreeEntry } from '#features/files/contract.ts';

/** `a/b/c.ts` to `['a', 'a/b']`. */
export function foldersOf(path: string): string[] {
  const segments = path.split('/');
  return segments.slice(1).map((_, index) => segments.slice(0, index + 1).join('/'));
}

/**
 * @param files sorted by path
 * @param base path that the depth counts from; '' for the project
 * @param depth 1 for direct children
 * @returns files and folders, each folder before its content
 */
export function buildTree(files: TreeEntry[], base: string, depth = Number.POSITIVE_INFINITY): TreeEntry[] {
  const baseDepth = base === '' ? 0 : base.split('/').length;
  const entries = new Map<string, TreeEntry>();
  for (const file of files) {
    for (const folder of foldersOf(file.path)) {
      const level = folder.split('/').length - baseDepth;
      if (level >= 1 && level <= depth && !entries.has(folder)) entries.set(folder, directory(folder));
    }
    if (file.path.split('/').length - baseDepth <= depth) entries.set(file.path, file);
  }
  return [...entries.values()];
}

/** A folder, as an entry. */
export function directory(path: string): TreeEntry {
  return { path, type: 'directory', size: null, version: null, changedAt: null, changedBy: null };
}
