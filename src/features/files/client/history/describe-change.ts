import type { Change } from '#features/files/contract.ts';
import { markPath } from '#wire/hidden-characters.ts';
import { texts } from './texts.ts';

/** What a change did, in a few words. */
export function describeChange({ kind, paths, pathCount }: Pick<Change, 'kind' | 'paths' | 'pathCount'>): string {
  const [first = '', second = ''] = paths.map(markPath);
  // A moved file has two paths: the old one, and the new one.
  if (kind === 'move' && pathCount === 2) return texts.movedTo(first, second);
  const count = kind === 'move' ? pathCount / 2 : pathCount;
  return count === 1 ? texts.did[kind].one(first) : texts.did[kind].many(count);
}

/** @param paths of the change @returns the files of it below a path, to show them first */
export const isBelow = (path: string, folder: string | undefined): boolean =>
  folder === undefined || path === folder || path.startsWith(`${folder}/`);
