/** Many files in one change, all of them or none. */
import type { Change } from '#features/files/contract.ts';
import { newPathProblem, pathProblem } from '#features/files/path.ts';
import type { Transaction } from '#kernel/database/pool.ts';
import { conflict, HttpProblem } from '#kernel/errors.ts';
import { hashContents, versionOfContent } from './content-hash.ts';
import { MAX_PATHS } from './describe.ts';
import * as sql from './queries.ts';
import { type ChangeAuthor, type NoteInstructions, record } from './record.ts';
import type { Storage } from './storage.ts';
import { foldersOf } from './tree.ts';

export interface Edit {
  /** As `filePath` gives it. */
  path: string;
  /** The version that is expected there; null: no file. */
  base: string | null;
  /** Null takes the file away; a version is one that the project has already, as when a file is moved. */
  content: Buffer | { version: string } | null;
}

export interface EditsInput {
  projectId: string;
  by: ChangeAuthor;
  kind?: Change['kind'];
  edits: readonly Edit[];
}

const MAX_EDITS = 5000;
/** Of all contents together. */
const MAX_EDIT_BYTES = 50 * 1024 * 1024;

/** A file as a change leaves it. */
export interface NewVersion {
  path: string;
  /** SHA-256 as hex; null: gone. */
  version: string | null;
  /** Left out where the project has this content already. */
  content?: Buffer;
}

interface Applying {
  tx: Transaction;
  storage: Storage;
  maxFileBytes: number;
  note: NoteInstructions;
}

/**
 * Each path at most once.
 * @returns null when all of it is there already
 * @throws 412 with the paths that are not as expected, 409 where a folder or a file is in the way, 409 `storage_limit_reached`, 413, 422
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

/** The contents that come with versions; those without one are there already. */
export const contentsOf = (versions: readonly NewVersion[]) =>
  versions.flatMap(({ version, content }) => (version !== null && content ? [{ version, bytes: content.length }] : []));

/** @throws 413, 422 for what cannot be applied whatever stands there */
export function requireBounds(edits: readonly Edit[], maxFileBytes: number): void {
  if (edits.length > MAX_EDITS) throw new HttpProblem(422, 'too_many_files', `More than ${MAX_EDITS} files at once. Change fewer files.`);
  const gone = edits.filter(({ content }) => content === null).map(({ path }) => path);
  let total = 0;
  for (const { path, base, content } of edits) {
    const problem = pathProblem(path);
    if (problem) throw new HttpProblem(422, 'invalid_path', `${JSON.stringify(path.slice(0, 200))}: ${problem}`);
    // What was moved keeps its name.
    const unreadable = base === null && content !== null ? newPathProblem(path, gone) : undefined;
    if (unreadable) throw new HttpProblem(422, 'invalid_path', unreadable);
    const size = content instanceof Buffer ? content.length : 0;
    if (size > maxFileBytes) throw new HttpProblem(413, 'too_large', `${path} is larger than ${maxFileBytes / 1024 / 1024} MB. Split it.`);
    total += size;
  }
  if (total > MAX_EDIT_BYTES)
    throw new HttpProblem(
      413,
      'too_large',
      `Together, the files are larger than ${MAX_EDIT_BYTES / 1024 / 1024} MB. Change fewer at once.`,
    );
}

function toVersion({ path, content }: Edit): NewVersion {
  return { path, version: versionOf(content), ...(content instanceof Buffer && { content }) };
}

/** Bytes of the contents that come with edits. */
export const bytesOf = (edits: readonly Edit[]): number =>
  edits.reduce((sum, { content }) => sum + (content instanceof Buffer ? content.length : 0), 0);

/** Before the versions of edits are asked for: large contents are hashed off the event loop. */
export const hashEdits = (edits: readonly Edit[]): Promise<void> => hashContents(edits.map(({ content }) => content));

/** The version that an edit leaves; null where it takes the file away. */
export function versionOf(content: Edit['content']): string | null {
  if (content === null) return null;
  return 'version' in content ? content.version : versionOfContent(content);
}

function changedMeanwhile(paths: string[]): HttpProblem {
  const others = paths.length > 1 ? ` and ${paths.length - 1} more` : '';
  const detail = `Someone changed ${paths[0]}${others} in the meantime. Nothing was changed. Read the current version, then retry.`;
  return new HttpProblem(412, 'changed_meanwhile', detail, { members: { paths: paths.slice(0, MAX_PATHS) } });
}

interface Obstacle {
  /** The file that was to be. */
  path: string;
  /** What keeps it from being. */
  taken: string;
}

const describeObstacle = ({ path, taken }: Obstacle): string =>
  `${path} cannot be a file: ${taken} is ${taken.startsWith(`${path}/`) ? 'a file below it' : 'a file, not a folder'}.`;

/** Files that stand where one of these needs a folder, or the other way round, once they are all as they are to be. */
export async function selectObstacles(tx: Transaction, projectId: string, versions: readonly NewVersion[]): Promise<Obstacle[]> {
  const there = versions.filter(({ version }) => version !== null).map(({ path }) => path);
  if (there.length === 0) return [];
  const among = new Set(there);
  const folders = there.flatMap((path) => foldersOf(path).map((folder) => ({ path, folder })));
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

/** Sends what leaves the files so: the contents as one value, since an array of them would be sent as text of twice the size. */
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
      contents: Buffer.concat(contents),
    }),
  ];
}
