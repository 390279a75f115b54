/** The rows of the tree: of the root, and of each open folder below its own row. */
import type { TreeEntry } from '#features/files/contract.ts';
import { nameOf } from '../text.ts';
import type { Listing } from './listing.ts';
import { parentOf } from './paths.ts';

export interface EntryRow {
  kind: 'entry';
  path: string;
  name: string;
  type: TreeEntry['type'];
  /** 1 at the top of the project. */
  level: number;
  /** Among the entries of its folder, from 1. */
  position: number;
  siblings: number;
  /** Unknown for a row of search results. */
  entry: TreeEntry | undefined;
}

/** Where the name of a new file or folder is typed. */
interface NewRow {
  kind: 'new';
  type: TreeEntry['type'];
  parent: string;
  level: number;
}

/** Says that a listing is too long to be shown whole. */
interface CutRow {
  kind: 'cut';
  parent: string;
  level: number;
}

export type TreeRow = EntryRow | NewRow | CutRow;

interface RowsOptions {
  listingOf: (folder: string) => Listing | undefined;
  isOpen: (folder: string) => boolean;
  naming?: { parent: string; type: TreeEntry['type'] } | undefined;
}

export function rowsOf({ listingOf, isOpen, naming }: RowsOptions): readonly TreeRow[] {
  const rows: TreeRow[] = [];
  const walk = (folder: string, level: number) => {
    if (naming?.parent === folder) rows.push({ kind: 'new', type: naming.type, parent: folder, level });
    const listing = listingOf(folder);
    const siblings = listing?.entries.length ?? 0;
    for (const [index, entry] of listing?.entries.entries() ?? []) {
      const { path, type } = entry;
      rows.push({ kind: 'entry', path, name: nameOf(path), type, level, position: index + 1, siblings, entry });
      if (type === 'directory' && isOpen(path)) walk(path, level + 1);
    }
    if (listing?.truncated) rows.push({ kind: 'cut', parent: folder, level });
  };
  walk('', 1);
  return rows;
}

/** Search results, as a flat list. */
export const resultRows = (paths: readonly string[]): readonly EntryRow[] =>
  paths.map((path, index) => ({
    kind: 'entry',
    path,
    name: nameOf(path),
    type: 'file',
    level: 1,
    position: index + 1,
    siblings: paths.length,
    entry: undefined,
  }));

/** The folder in which "here" is, for a row: a folder itself, otherwise the one that the file is in. */
export const folderOf = (row: Pick<EntryRow, 'path' | 'type'>): string => (row.type === 'directory' ? row.path : parentOf(row.path));

/** The index of a path's row; -1 if it is not shown. */
export const indexOfPath = (rows: readonly TreeRow[], path: string | undefined): number =>
  path === undefined ? -1 : rows.findIndex((row) => row.kind === 'entry' && row.path === path);

/** Full steps for the first levels, small ones for some more: deep rows keep room for their names. @returns pixels */
export const indentOf = (level: number): number => 8 + Math.min(level - 1, 5) * 16 + Math.min(Math.max(level - 6, 0), 8) * 4;
