/** Lists files and folders: one folder step by step, or everything below one at once. */
import type { TreeEntry } from '#features/files/contract.ts';
import { MAX_TREE_ENTRIES } from '#features/files/contract.ts';
import { nameWarnings } from '#features/files/name-warnings.ts';
import type { Database } from '#kernel/database/pool.ts';
import { noFileAt } from '#kernel/errors.ts';
import { describeAuthor, describeFile } from './describe.ts';
import * as folders from './folder-queries.ts';
import { selectChildren } from './list-queries.ts';
import * as sql from './queries.ts';
import { buildTree, directory, foldersOf } from './tree.ts';

interface Listing {
  entries: TreeEntry[];
  truncated: boolean;
}

/** @param path of a folder; '' for the project. @throws 404 if nothing exists at the path */
export async function listEntries(db: Database, projectId: string, path: string, depth?: number): Promise<Listing> {
  const listing = depth === 1 ? await listFolder(db, projectId, path) : await listAll(db, projectId, path, depth);
  if (path !== '' && listing.entries.length === 0 && !(await exists(db, projectId, path))) throw noFileAt(path);
  return { ...listing, entries: withWarnings(listing.entries) };
}

async function exists(db: Database, projectId: string, path: string): Promise<boolean> {
  const [[folder], [file]] = await Promise.all([
    folders.selectFolders(db, { projectId, path, limit: 1 }),
    sql.selectFiles(db, { projectId, path, limit: 1 }),
  ]);
  return folder !== undefined || file !== undefined;
}

async function listFolder(db: Database, projectId: string, path: string): Promise<Listing> {
  const inside = path === '' ? { prefix: '', end: null } : { prefix: `${path}/`, end: `${path}0` };
  const [rows, empty, [file]] = await Promise.all([
    selectChildren(db, { projectId, ...inside, limit: MAX_TREE_ENTRIES + 1 }),
    folders.selectFolders(db, { projectId, path, limit: MAX_TREE_ENTRIES + 1 }),
    // A path may name a file.
    path === '' ? [] : sql.selectFile(db, { projectId, path }),
  ]);
  const entries = new Map<string, TreeEntry>();
  if (file) entries.set(path, { ...describeFile(file), type: 'file' });
  for (const row of rows.slice(0, MAX_TREE_ENTRIES)) entries.set(row.path, row.is_folder ? directory(row.path) : describeEntry(row));
  const known = entries.size;
  for (const folder of empty) {
    const child = inside.prefix + (folder.path.slice(inside.prefix.length).split('/')[0] ?? '');
    if (folder.path !== path && !entries.has(child)) entries.set(child, directory(child));
  }
  const listed = [...entries.values()];
  return { entries: known === entries.size ? listed : listed.sort(byPath), truncated: rows.length > MAX_TREE_ENTRIES };
}

function describeEntry(row: Awaited<ReturnType<typeof selectChildren>>[number]): TreeEntry {
  const { path, size, version, changed_at: changedAt, executable } = row;
  return { path, type: 'file', size, version, changedAt, changedBy: describeAuthor(row), ...(executable && { executable }) };
}

async function listAll(db: Database, projectId: string, path: string, depth?: number): Promise<Listing> {
  const [rows, empty] = await Promise.all([
    sql.selectFiles(db, { projectId, path, limit: MAX_TREE_ENTRIES + 1 }),
    folders.selectFolders(db, { projectId, path, limit: MAX_TREE_ENTRIES }),
  ]);
  const files = rows.slice(0, MAX_TREE_ENTRIES).map((row): TreeEntry => ({ ...describeFile(row), type: 'file' }));
  const entries = buildTree(files, path, depth);
  return {
    entries: withFolders(
      entries,
      empty.map((folder) => folder.path),
      path,
      depth,
    ),
    truncated: rows.length > MAX_TREE_ENTRIES,
  };
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
function byPath(a: TreeEntry, b: TreeEntry): number {
  return Buffer.compare(positionOf(a), positionOf(b));
}

const positionOf = ({ path, type }: TreeEntry) => Buffer.from(type === 'directory' ? `${path}/` : path);

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
