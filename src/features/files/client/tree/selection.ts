/** Which rows are selected, as in a file manager. Every function returns a new state. */
import type { EntryRow, TreeRow } from './rows.ts';

export interface Selection {
  readonly paths: ReadonlySet<string>;
  /** Where a range starts. */
  readonly anchor: string | undefined;
  /** The row with the keyboard focus. */
  readonly focused: string | undefined;
}

export const nothingSelected: Selection = { paths: new Set(), anchor: undefined, focused: undefined };

export const selectOne = (path: string): Selection => ({ paths: new Set([path]), anchor: path, focused: path });

export function toggleOne({ paths }: Selection, path: string): Selection {
  const next = new Set(paths);
  if (!next.delete(path)) next.add(path);
  return { paths: next, anchor: path, focused: path };
}

const isEntry = (row: TreeRow): row is EntryRow => row.kind === 'entry';

/** From the anchor to a row, both included. */
export function extendTo(selection: Selection, rows: readonly TreeRow[], path: string): Selection {
  const shown = rows.filter(isEntry);
  const anchor = selection.anchor ?? selection.focused ?? path;
  const [from, to] = [anchor, path].map((each) => shown.findIndex((row) => row.path === each)) as [number, number];
  if (from < 0 || to < 0) return selectOne(path);
  const range = shown.slice(Math.min(from, to), Math.max(from, to) + 1);
  return { paths: new Set(range.map((row) => row.path)), anchor, focused: path };
}

export const selectAll = (selection: Selection, rows: readonly TreeRow[]): Selection => ({
  ...selection,
  paths: new Set(rows.filter(isEntry).map(({ path }) => path)),
});

/** What an action on a row is for: all selected rows if it is one of them, otherwise the row alone. */
export const targetsOf = ({ paths }: Selection, path: string): readonly string[] => (paths.has(path) ? [...paths] : [path]);

/** What still exists stays selected, under its new name. @param rename undefined for what is gone */
export function mapSelection({ paths, anchor, focused }: Selection, rename: (path: string) => string | undefined): Selection {
  const next = [...paths].flatMap((path) => rename(path) ?? []);
  return { paths: new Set(next), anchor: anchor && rename(anchor), focused: focused && rename(focused) };
}
