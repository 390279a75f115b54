/** The listing as rows of a tree. */
import type { TreeEntry } from '#features/files/contract.ts';
import { nameOf } from './text.ts';

export interface TreeRow {
  entry: TreeEntry;
  name: string;
  /** 1 at the top of the project. */
  level: number;
}

const parentOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));
export const ancestorsOf = (path: string): string[] =>
  path
    .split('/')
    .slice(0, -1)
    .map((_, index, parts) => parts.slice(0, index + 1).join('/'));

const collator = new Intl.Collator('en', { numeric: true });

/** The visible rows: folders first, each followed by its content if it is open. */
export function rowsOf(entries: readonly TreeEntry[], isOpen: (path: string) => boolean): readonly TreeRow[] {
  const children = new Map<string, TreeEntry[]>();
  for (const entry of entries) {
    const parent = parentOf(entry.path);
    const siblings = children.get(parent);
    if (siblings) siblings.push(entry);
    else children.set(parent, [entry]);
  }
  const rows: TreeRow[] = [];
  const walk = (parent: string, level: number) => {
    const siblings = children.get(parent) ?? [];
    siblings.sort((a, b) => a.type.localeCompare(b.type) || collator.compare(a.path, b.path));
    for (const entry of siblings) {
      rows.push({ entry, name: nameOf(entry.path), level });
      if (entry.type === 'directory' && isOpen(entry.path)) walk(entry.path, level + 1);
    }
  };
  walk('', 1);
  return rows;
}
