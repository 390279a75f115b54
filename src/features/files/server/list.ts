/** Lists files and folders: one folder step by step, or everything below one at once. */
import * as z from 'zod';
import type { TreeEntry } from '#features/files/contract.ts';
import { MAX_TREE_ENTRIES } from '#features/files/contract.ts';
import { nameWarnings } from '#features/files/name-warnings.ts';
import { MAX_PATH_BYTES } from '#features/files/path.ts';
import { readCursor, writeCursor } from '#kernel/cursor.ts';
import type { Database } from '#kernel/database/pool.ts';
import { noFileAt } from '#kernel/errors.ts';
import { describeAuthor, describeFile } from './describe.ts';
import * as folders from './folder-queries.ts';
import { selectChildren } from './list-queries.ts';
import * as sql from './queries.ts';
import { buildTree, directory, foldersOf } from './tree.ts';

interface Listing {
  entries: TreeEntry[];
  /** There are more entries. */
  truncated: boolean;
  /** For those. */
  nextCursor?: string;
}

/** What is listed: by default, everything at once. */
export interface Listed {
  depth?: number | undefined;
  limit?: number | undefined;
  cursor?: string | undefined;
}

/** A page of one folder, or of everything below it. */
interface Place {
  projectId: string;
  /** Of the folder; '' for the project. */
  path: string;
  /** Most files, and in one folder also most entries. */
  limit: number;
  /** The first path that an entry may have. Undefined for the first page. */
  start?: string | undefined;
}

interface Page {
  entries: TreeEntry[];
  /** Where the next page starts, if there are more entries. */
  next?: string | undefined;
}

/** A cursor: the first path of its page. */
const page = z.tuple([z.string().refine((path) => path.isWellFormed() && !path.includes('\0'))]);

/** After all paths: none is as long. */
const END = '\u{10ffff}'.repeat(MAX_PATH_BYTES / 4 + 1);

/** @param path of a folder; '' for the project. @throws 404 if nothing exists at the path, 422 for an unknown cursor */
export async function listEntries(
  db: Database,
  projectId: string,
  path: string,
  { depth, limit = MAX_TREE_ENTRIES, cursor }: Listed = {},
): Promise<Listing> {
  const [start] = cursor === undefined ? [] : readCursor(cursor, page);
  const place = { projectId, path, limit, start };
  const { entries, next } = await (depth === 1 ? listFolder(db, place) : listAll(db, place, depth));
  if (path !== '' && start === undefined && entries.length === 0 && !(await exists(db, projectId, path))) throw noFileAt(path);
  return { entries: withWarnings(entries), truncated: next !== undefined, ...(next !== undefined && { nextCursor: writeCursor([next]) }) };
}

/** @returns files alone, at most as many as in a listing @throws 404 if nothing exists at the path */
export async function listPaths(
  db: Database,
  projectId: string,
  path: string,
): Promise<{ files: { path: string; version: string }[]; truncated: boolean }> {
  const files = await sql.selectPathsBelow(db, { projectId, path, limit: MAX_TREE_ENTRIES + 1 });
  if (path !== '' && files.length === 0 && !(await exists(db, projectId, path))) throw noFileAt(path);
  return { files: files.slice(0, MAX_TREE_ENTRIES), truncated: files.length > MAX_TREE_ENTRIES };
}

/** Whether there is a file or folder at a path. */
export async function exists(db: Database, projectId: string, path: string): Promise<boolean> {
  const [[folder], [file]] = await Promise.all([
    folders.selectFolders(db, { projectId, path, limit: 1 }),
    sql.selectPathsBelow(db, { projectId, path, limit: 1 }),
  ]);
  return folder !== undefined || file !== undefined;
}

async function listFolder(db: Database, { projectId, path, limit, start }: Place): Promise<Page> {
  const prefix = path === '' ? '' : `${path}/`;
  const first = start !== undefined && isBefore(prefix, start) ? start : prefix;
  const [rows, empty, [file]] = await Promise.all([
    selectChildren(db, { projectId, prefix, start: first, end: path === '' ? END : `${path}0`, limit: limit + 1 }),
    folders.selectFolders(db, { projectId, path, limit: MAX_TREE_ENTRIES + 1 }),
    // A path may name a file.
    path === '' || start !== undefined ? [] : sql.selectFile(db, { projectId, path }),
  ]);
  if (file) return { entries: [{ ...describeFile(file), type: 'file' }] };
  const children = new Map(rows.map((row) => [row.path, row.is_folder ? directory(row.path) : describeEntry(row)]));
  for (const folder of empty) {
    const child = prefix + (folder.path.slice(prefix.length).split('/')[0] ?? '');
    if (folder.path !== path && !children.has(child) && !isBefore(`${child}/`, first)) children.set(child, directory(child));
  }
  const found = [...children.values()];
  if (found.length > rows.length) found.sort(byPath);
  const entries = found.slice(0, limit);
  const last = entries.at(-1);
  return { entries, next: last && found.length > limit ? after(last) : undefined };
}

/** The first path that may follow: no path contains a character below U+0020, and `0` is the character after `/`. */
const after = ({ path, type }: Pick<TreeEntry, 'path' | 'type'>): string => (type === 'directory' ? `${path}0` : `${path}\u0001`);

function describeEntry(row: Awaited<ReturnType<typeof selectChildren>>[number]): TreeEntry {
  const { path, size, version, changed_at: changedAt, executable } = row;
  return { path, type: 'file', size, version, changedAt, changedBy: describeAuthor(row), ...(executable && { executable }) };
}

async function listAll(db: Database, { projectId, path, limit, start = '' }: Place, depth?: number): Promise<Page> {
  const [rows, empty] = await Promise.all([
    sql.selectFiles(db, { projectId, path, start, limit: limit + 1 }),
    folders.selectFolders(db, { projectId, path, limit: MAX_TREE_ENTRIES }),
  ]);
  const files = rows.slice(0, limit).map((row): TreeEntry => ({ ...describeFile(row), type: 'file' }));
  const last = files.at(-1);
  const next = last && rows.length > limit ? after(last) : undefined;
  const isHere = (folder: string) => !isBefore(`${folder}/`, start) && (next === undefined || isBefore(`${folder}/`, next));
  const created = empty.map((folder) => folder.path).filter(isHere);
  const entries = withFolders(buildTree(files, path, depth), created, path, depth);
  // Folders of the last file of the page before were on it.
  const listed = new Set(foldersOf(start));
  return { entries: listed.size === 0 ? entries : entries.filter((entry) => !listed.has(entry.path)), next };
}

/** Adds folders that were created by themselves, each before its content. A file of the same name weighs more. */
function withFolders(entries: TreeEntry[], paths: readonly string[], base: string, depth = Number.POSITIVE_INFINITY): TreeEntry[] {
  const known = new Map(entries.map((entry) => [entry.path, entry.type]));
  const baseDepth = base === '' ? 0 : base.split('/').length;
  const added: TreeEntry[] = [];
  for (const path of paths) {
    const folders = [...foldersOf(path), path];
    if (folders.some((folder) => known.get(folder) === 'file')) continue;
    for (const folder of folders) {
      const level = folder.split('/').length - baseDepth;
      if (level < 1 || level > depth || known.has(folder)) continue;
      known.set(folder, 'directory');
      added.push(directory(folder));
    }
  }
  return added.length === 0 ? entries : [...entries, ...added].sort(byPath);
}

/** In the order of paths, a folder where its content is. */
const byPath = (a: TreeEntry, b: TreeEntry): number => compare(positionOf(a), positionOf(b));
const positionOf = ({ path, type }: TreeEntry) => (type === 'directory' ? `${path}/` : path);
/** As PostgreSQL does: by bytes. */
const compare = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));
const isBefore = (a: string, b: string): boolean => compare(a, b) < 0;

function withWarnings(entries: TreeEntry[]): TreeEntry[] {
  const bySiblings = Map.groupBy(entries, ({ path }) => path.slice(0, path.lastIndexOf('/') + 1));
  const warned = new Map<string, TreeEntry['warning']>();
  for (const [folder, siblings] of bySiblings)
    for (const [name, warning] of nameWarnings(siblings.map(({ path }) => path.slice(folder.length)))) warned.set(folder + name, warning);
  if (warned.size === 0) return entries;
  return entries.map((entry) => {
    const warning = warned.get(entry.path);
    return warning ? { ...entry, warning } : entry;
  });
}
