/** A person's changes of one file or folder: each is one transaction and one change. */
import type { Change, File } from '#features/files/contract.ts';
import { MAX_TREE_ENTRIES } from '#features/files/contract.ts';
import { MAX_PATH_BYTES, pathProblem } from '#features/files/path.ts';
import type { Database, Transaction } from '#kernel/database/pool.ts';
import { conflict, HttpProblem, noFileAt, notFound, tooLarge } from '#kernel/errors.ts';
import { type Condition, holds, isRepeated, preconditionProblem } from './condition.ts';
import { hashContents, versionOfContent } from './content-hash.ts';
import { describeFile } from './describe.ts';
import * as folders from './folder-queries.ts';
import * as sql from './queries.ts';
import { type ChangeAuthor, type ChangeDraft, type ChangeListeners, record } from './record.ts';
import { requireReadable } from './require-readable.ts';
import type { Storage } from './storage.ts';
import { texts } from './texts.ts';
import { foldersOf } from './tree.ts';

interface Options {
  db: Database;
  storage: Storage;
  maxFileBytes: number;
  note: ChangeListeners;
}

interface Writing {
  projectId: string;
  path: string;
  content: Uint8Array;
  condition: Condition;
  by: ChangeAuthor;
}

function requireSome<Row>(rows: Row[], path: string): Row[] {
  if (rows.length === 0) throw noFileAt(path);
  if (rows.length > MAX_TREE_ENTRIES) throw new HttpProblem(422, 'too_many_files', texts.problems.tooManyInFolder(MAX_TREE_ENTRIES));
  return rows;
}

export function createSaving({ db, storage, maxFileBytes, note }: Options) {
  async function requireRoom(tx: Transaction, projectId: string, path: string): Promise<void> {
    const [obstacle] = await sql.selectObstacle(tx, { projectId, folders: foldersOf(path), path });
    if (!obstacle) return;
    const text = texts.problems[obstacle.path.startsWith(`${path}/`) ? 'fileBelow' : 'noFolder'];
    throw conflict('path_taken', text(path, obstacle.path));
  }

  return {
    /** Creates an empty folder; nothing happens if it exists. @throws 404, 409 if a file is there or above, 422 */
    createFolder: (projectId: string, path: string): Promise<void> =>
      db.transaction(async (tx) => {
        requireReadable('path', path);
        const [[project], [file], [obstacle]] = await Promise.all([
          sql.lockProject(tx, { projectId, userId: null }),
          sql.selectFile(tx, { projectId, path }),
          sql.selectObstacle(tx, { projectId, folders: foldersOf(path), path: '' }),
        ]);
        if (!project) throw notFound('project');
        const taken = file ?? obstacle;
        if (taken) throw conflict('path_taken', texts.problems.notAFolder(path, taken.path));
        tx.withCommit(folders.insertFolder(tx, { projectId, path }));
      }),

    /**
     * Saves in the caller's transaction, so that a run's event commits with it.
     * @returns the file and its change; no change if the content is the same
     * @throws 412 with the current version, 428 without a condition on an existing file, 409 if a folder is in the way, 409
     * `storage_limit_reached`, 413, 422
     */
    write: (input: Writing): Promise<{ file: File; change: Change | null; created: boolean }> =>
      db.transaction(async (tx) => {
        const { projectId, path, content, condition } = input;
        if (content.byteLength > maxFileBytes) throw tooLarge(maxFileBytes);
        await hashContents([content]);
        const version = versionOfContent(content);
        const hash = Buffer.from(version, 'hex');
        let current: sql.FileRow | undefined;

        const contents = [{ version, bytes: content.byteLength }];
        const look = () => Promise.all([sql.selectFile(tx, { projectId, path }), storage.measure(tx, projectId, contents)]);
        const change = await record(tx, { ...input, note }, look, async ([found, addition]): Promise<ChangeDraft | null> => {
          [current] = found;
          if (current?.version === version && (holds(condition, version) || isRepeated(input, current))) return null;
          if (!holds(condition, current?.version)) throw preconditionProblem(condition, current);
          if (!current) {
            requireReadable('path', path);
            await requireRoom(tx, projectId, path);
          }
          const apply = (number: number) => [sql.putFile(tx, { projectId, path, number, hash, content })];
          return { kind: current ? 'write' : 'create', paths: [path], added: await storage.requireSpace(tx, addition), apply };
        });

        if (change)
          return {
            file: { path, size: content.byteLength, version, changedAt: change.at, changedBy: change.by },
            change,
            created: !current,
          };
        if (!current) throw new Error('a save without a change found no file');
        return { file: describeFile(current), change: null, created: false };
      }),

    /** Deletes a file, or a folder with its content. @returns null for an empty folder, which has no history. @throws 404, 412 */
    remove: (input: { projectId: string; path: string; condition: Condition; by: ChangeAuthor }): Promise<Change | null> =>
      db.transaction(async (tx) => {
        const { projectId, path, condition } = input;
        const look = () =>
          Promise.all([
            sql.selectFiles(tx, { projectId, path, start: '', limit: MAX_TREE_ENTRIES + 1 }),
            folders.deleteFolders(tx, { projectId, path }),
          ]);
        return record(tx, { ...input, note }, look, ([found, [emptied]]): ChangeDraft | null => {
          if (found.length === 0 && emptied) return null;
          const rows = requireSome(found, path);
          const current = rows.find((row) => row.path === path);
          if (condition.kind !== 'none' && !holds(condition, current?.version)) throw preconditionProblem(condition, current);
          const paths = rows.map((row) => row.path);
          return { kind: 'delete', paths, added: 0, apply: (number) => [sql.removeFiles(tx, { projectId, paths, number })] };
        });
      }),

    /** Moves a file, or a folder with its content. @returns null for an empty folder. @throws 404, 409 if the target exists, 422 for an invalid path */
    move: (input: { projectId: string; from: string; to: string; by: ChangeAuthor }): Promise<Change | null> =>
      db.transaction(async (tx) => {
        const { projectId, from, to } = input;
        requireReadable('to', to, [from]);
        if (to === from || to.startsWith(`${from}/`)) throw conflict('path_taken', texts.problems.notMovable(from, to));
        const look = () =>
          Promise.all([
            sql.selectPathsBelow(tx, { projectId, path: from, limit: MAX_TREE_ENTRIES + 1 }),
            sql.selectPathsBelow(tx, { projectId, path: to, limit: 1 }),
            folders.selectFolders(tx, { projectId, path: from, limit: 1 }),
          ]);
        return record(tx, { ...input, note }, look, async ([found, [there], [emptyFolder]]): Promise<ChangeDraft | null> => {
          if (emptyFolder) tx.withCommit(folders.moveFolders(tx, { projectId, from, to }));
          if (emptyFolder && found.length === 0) {
            if (there) throw conflict('path_taken', texts.problems.exists(there.path));
            await requireRoom(tx, projectId, to);
            return null;
          }
          const sources = requireSome(found, from).map((row) => row.path);
          const targets = sources.map((path) => to + path.slice(from.length));
          if (targets.some((path) => pathProblem(path) !== undefined))
            throw new HttpProblem(422, 'path_too_long', texts.problems.pathTooLong(to, MAX_PATH_BYTES));
          if (there) throw conflict('path_taken', texts.problems.exists(there.path));
          await requireRoom(tx, projectId, to);
          const apply = (number: number) => [
            sql.copyFiles(tx, { projectId, from: sources, to: targets, number }),
            sql.removeFiles(tx, { projectId, paths: sources, number }),
          ];
          return { kind: 'move', paths: [...sources, ...targets], added: 0, apply };
        });
      }),
  };
}
