/** Paths of files and folders, as the tree needs them. The project's root is the empty path. */
import { extensionOf } from '#features/files/path.ts';
import { isWithin, nameOf } from '../text.ts';

export const parentOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));
export const joinPath = (folder: string, name: string): string => (folder === '' ? name : `${folder}/${name}`);

/** `a/b/c.ts` to `['a', 'a/b']`. */
export const ancestorsOf = (path: string): string[] =>
  path
    .split('/')
    .slice(0, -1)
    .map((_, index, parts) => parts.slice(0, index + 1).join('/'));

/** Without those that are inside another one: what happens to a folder happens to everything in it. */
export function topmost(paths: readonly string[]): string[] {
  const all = new Set(paths);
  return paths.filter((path) => !ancestorsOf(path).some((folder) => all.has(folder)));
}

/** Whether something may be moved into a folder: not into itself, and not to where it is. */
export const canMoveInto = (path: string, folder: string): boolean =>
  parentOf(path) !== folder && (folder === '' || !isWithin(folder, path));

/**
 * The name of a copy in the same folder: `notes copy.md`, `notes copy 2.md`.
 * @param taken names in the folder
 */
export function copyName(path: string, taken: ReadonlySet<string>): string {
  const name = nameOf(path);
  const extension = extensionOf(name);
  // A dot at the start is no extension.
  const at = extension === '' || name.length === extension.length + 1 ? name.length : name.length - extension.length - 1;
  const [stem, rest] = [name.slice(0, at), name.slice(at)];
  for (let count = 1; ; count++) {
    const copy = `${stem} copy${count > 1 ? ` ${count}` : ''}${rest}`;
    if (!taken.has(copy)) return copy;
  }
}
