/** Many files in one change, all or none. */
import type { Change } from '#features/files/contract.ts';
import { newPathProblem, pathProblem } from '#features/files/path.ts';
import type { Transaction } from '#kernel/database/pool.ts';
import { conflict, HttpProblem } from '#kernel/errors.ts';
import { hashContents, versionOfContent } from './content-hash.ts';
import { MAX_PATHS } from './describe.ts';
import * as sql from './queries.ts';
import { type ChangeAuthor, type ChangeListeners, record } from './record.ts';
import type { Storage } from './storage.ts';
import { texts } from './texts.ts';
import { foldersOf } from './tree.ts';

export interface Edit {
  /** As parsed by `filePath`. */
  path: string;
  /** The version expected there; null: no file. */
  base: string | null;
  /** Null deletes the file; a version is one that the project already has, as when a file is moved. */
  content: Buffer | { version: string } | null;
}

export interface EditsInput {
  projectId: string;
  by: ChangeAuthor;
  kind?: Change['kind'];
  edits: readonly Edit[];
}

const MAX_EDITS = 5000;
/** For all contents together. */
const MAX_EDIT_BYTES = 50 * 1024 * 1024;

/** A file after a change. */
export interface NewVersion {
  path: string;
  /** SHA-256 in hex; null: deleted. */
  version: string | null;
  /** Omitted if the project already has this content. */
  content?: Buffer;
  /** Git's mode; omitted to keep that of the file. */
  executable?: boolean;
}

interface Applying {
  tx: Transaction;
  storage: Storage;
  maxFileBytes: number;
  note: ChangeListeners;
}

/**
 * Each path at most once.
 * @returns null if nothing would change
 * @throws 412 with the paths whose versions differ, 409 if a folder or a file is in the way, 409 `storage_limit_reached`, 413, 422
 */
export function applyEdits({ tx, storage, maxFileBytes, note }: Applying, input: EditsInput): Promise<Change | null> {
  const { projectId, kind = 'batch', edits } = input;
  requireBounds(edits, maxFileBytes);
  const paths = edits.map((edit) => edit.path);
  const versions = edits.map(toVersion).filter(({ version }, index) => version !== edits[index]?.base);
  const readCurrent = () =>
    Promise.all([
      sql.selectVersions(tx, { projectId, paths }),
      selectObstacles(tx, projectId, versions),
      storage.measure(tx, projectId, contentsOf(versions)),
    ]);
  return record(tx, { ...input, note }, readCurrent, async ([found, [obstacle], delta]) => {
    const current = new Map(found.map((row) => [row.path, row.version]));
    const changed = edits.filter(({ path, base }) => (current.get(path) ?? null) !== base).map(({ path }) => path);
    if (changed.length > 0) throw changedMeanwhile(changed);
    if (obstacle) throw conflict('path_taken', describeObstacle(obstacle), { path: obstacle.path });
    if (versions.length === 0) return null;
    const added = await storage.requireSpace(tx, delta);
    return { kind, paths: versions.map(({ path }) => path), added, apply: (number) => putVersions(tx, projectId, number, versions) };
  });
}

/** The contents to store; versions without one are already stored. */
export const contentsOf = (versions: readonly NewVersion[]) =>
  versions.flatMap(({ version, content }) => (version !== null && content ? [{ version, bytes: content.length }] : []));

/** @throws 413, 422 for edits that are invalid regardless of the current files */
export function requireBounds(edits: readonly Edit[], maxFileBytes: number): void {
  if (edits.length > MAX_EDITS) throw new HttpProblem(422, 'too_many_files', texts.problems.tooManyFiles(MAX_EDITS));
  const gone = edits.filter(({ content }) => content === null).map(({ path }) => path);
  let total = 0;
  for (const { path, base, content } of edits) {
    const problem = pathProblem(path);
    if (problem) throw new HttpProblem(422, 'invalid_path', texts.problems.path(JSON.stringify(path.slice(0, 200)), problem));
    // A moved file keeps its name.
    const unreadable = base === null && content !== null ? newPathProblem(path, gone) : undefined;
    if (unreadable) throw new HttpProblem(422, 'invalid_path', unreadable);
    const size = content instanceof Buffer ? content.length : 0;
    if (size > maxFileBytes) throw new HttpProblem(413, 'too_large', texts.problems.tooLarge(path, maxFileBytes));
    total += size;
  }
  if (total > MAX_EDIT_BYTES) throw new HttpProblem(413, 'too_large', texts.problems.tooLargeTogether(MAX_EDIT_BYTES));
}

function toVersion({ path, content }: Edit): NewVersion {
  return { path, version: versionOf(content), ...(content instanceof Buffer && { content }) };
}

/** Total bytes of the contents in the edits. */
export const bytesOf = (edits: readonly Edit[]): number =>
  edits.reduce((sum, { content }) => sum + (content instanceof Buffer ? content.length : 0), 0);

/** Call before asking for the versions of edits: large contents are hashed off the event loop. */
export const hashEdits = (edits: readonly Edit[]): Promise<void> => hashContents(edits.map(({ content }) => content));

/** The version after an edit; null if it deletes the file. */
export function versionOf(content: Edit['content']): string | null {
  if (content === null) return null;
  return 'version' in content ? content.version : versionOfContent(content);
}

function changedMeanwhile(paths: string[]): HttpProblem {
  const detail = texts.problems.changed(paths[0], paths.length);
  return new HttpProblem(412, 'changed_meanwhile', detail, { members: { paths: paths.slice(0, MAX_PATHS) } });
}

interface Obstacle {
  /** The file to be created. */
  path: string;
  /** The existing path that prevents it. */
  taken: string;
}

const describeObstacle = ({ path, taken }: Obstacle): string =>
  texts.problems[taken.startsWith(`${path}/`) ? 'fileBelow' : 'noFolder'](path, taken);

/** Files that would be where one of these paths needs a folder, or the other way round, after the change. */
export async function selectObstacles(
  tx: Transaction,
  projectId: string,
  versions: readonly Pick<NewVersion, 'path' | 'version'>[],
): Promise<Obstacle[]> {
  const there = versions.filter(({ version }) => version !== null).map(({ path }) => path);
  if (there.length === 0) return [];
  const among = new Set(there);
  // Each folder once, with the first path that needs it: thousands of files share few folders.
  const needed = new Map<string, string>();
  for (const path of there) for (const folder of foldersOf(path)) if (!needed.has(folder)) needed.set(folder, path);
  const folders = [...needed].map(([folder, path]) => ({ path, folder }));
  const own = folders.filter(({ folder }) => among.has(folder)).map(({ path, folder }) => ({ path, taken: folder }));
  if (own.length > 0) return own;
  return sql.selectObstacles(tx, {
    projectId,
    paths: there,
    pathOfFolder: folders.map(({ path }) => path),
    folders: folders.map(({ folder }) => folder),
    gone: versions.filter(({ version }) => version === null).map(({ path }) => path),
  });
}

/** Stores the versions: the contents as one value, since an array of them would be sent as text of twice the size. */
export function putVersions(tx: Transaction, projectId: string, number: number, versions: readonly NewVersion[]): Promise<unknown>[] {
  const starts = new Map<string, number>();
  const contents: Buffer[] = [];
  let end = 0;
  for (const { version, content } of versions) {
    if (version === null || !content || starts.has(version)) continue;
    starts.set(version, end);
    contents.push(content);
    end += content.length;
  }
  return [
    sql.putFiles(tx, {
      projectId,
      number,
      paths: versions.map(({ path }) => path),
      hashes: versions.map(({ version }) => version),
      starts: versions.map(({ version }) => (version === null ? null : (starts.get(version) ?? null))),
      sizes: versions.map(({ content }) => content?.length ?? null),
      executables: versions.map(({ executable }) => executable ?? null),
      contents: Buffer.concat(contents),
    }),
  ];
}
