import type { Change } from '#features/files/contract.ts';
import { markPath } from '#wire/hidden-characters.ts';
import { titleOf } from '../text.ts';
import { parentOf } from '../tree/paths.ts';
import { texts } from './texts.ts';

/** What a change did, in a few words. */
export function describeChange({ kind, paths, pathCount }: Pick<Change, 'kind' | 'paths' | 'pathCount'>): string {
  const [first = '', second = ''] = paths.map(markPath);
  if (kind === 'move' && pathCount === 2) {
    const name = titleOf(first);
    return name === titleOf(second) ? texts.moved(name, parentOf(second)) : texts.renamed(first, second);
  }
  const count = kind === 'move' ? pathCount / 2 : pathCount;
  return count === 1 ? texts.did[kind].one(first) : texts.did[kind].many(count);
}
