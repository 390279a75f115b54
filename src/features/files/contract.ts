import * as z from 'zod';
import { projectParams } from '#features/projects/contract.ts';
import { endpointsOf, fromZero, id, instant } from '#wire/contract.ts';
import { filePath, storedPath } from './path.ts';

const endpoint = endpointsOf('Files');

/** Largest size of a file, in bytes. */
export const MAX_FILE_BYTES = 10 * 1024 * 1024;
/** Most entries in one listing of the tree. */
export const MAX_TREE_ENTRIES = 20_000;

/** The author of a change: a person, or a run on behalf of one; both have the person's name. */
export const author = z
  .object({ kind: z.enum(['person', 'run']), userId: id.nullable(), name: z.string(), runId: id.nullable() })
  .meta({ id: 'Author' });
export type Author = z.infer<typeof author>;

export const nameWarning = z.enum(['reserved', 'case']);
export type NameWarning = z.infer<typeof nameWarning>;

const treeEntry = z
  .object({
    path: z.string(),
    type: z.enum(['file', 'directory']),
    /** Bytes; null for a directory. */
    size: z.int().nullable(),
    /** SHA-256 of the content, which is the ETag without its quotes; null for a directory. */
    version: z.string().nullable(),
    /** Null for a directory. */
    changedAt: instant.nullable(),
    changedBy: author.nullable(),
    /** Git's mode 100755; omitted for other files and for directories. */
    executable: z.literal(true).optional(),
    /**
     * What may go wrong with the name elsewhere. `reserved`: Windows does not allow it · `case`: another name in the folder differs from it
     * only in upper and lower case
     */
    warning: nameWarning.optional(),
  })
  .meta({ id: 'TreeEntry' });
export type TreeEntry = z.infer<typeof treeEntry>;

export const file = z
  .object({
    path: z.string(),
    size: z.int(),
    version: z.string(),
    changedAt: instant,
    changedBy: author,
    executable: z.literal(true).optional(),
  })
  .meta({ id: 'File' });
export type File = z.infer<typeof file>;

export const change = z
  .object({
    id,
    /** Numbered from 1 within the project, without gaps. */
    number: z.int(),
    /** `batch`: several files at once · `revert`: it undid other changes · `restore`: it went back to an earlier state · `import`: a zip. */
    kind: z.enum(['create', 'write', 'delete', 'move', 'batch', 'revert', 'import', 'restore']),
    /** The first 100 of the paths it touched, sorted; of a move, first those that it moved from. */
    paths: z.array(z.string()),
    pathCount: z.int(),
    /** Another change has undone this one. */
    undone: z.boolean(),
    by: author,
    run: id.nullable(),
    at: instant,
  })
  .meta({ id: 'Change' });
export type Change = z.infer<typeof change>;

/** What one change, or several together, did to a file. */
export const fileDiff = z
  .object({
    path: z.string(),
    kind: z.enum(['created', 'changed', 'deleted']),
    /** Versions; null if there was no file. */
    before: z.string().nullable(),
    after: z.string().nullable(),
    /** Unified, hunks only; null if there is a `reason`. */
    diff: z.string().nullable(),
    reason: z.enum(['binary', 'too_large']).optional(),
    /** Number of lines; 0 without a diff. */
    added: z.int(),
    removed: z.int(),
  })
  .meta({ id: 'FileDiff' });
export type FileDiff = z.infer<typeof fileDiff>;

/** Why a file cannot be undone without losing later changes. */
export const undoConflict = z
  .object({
    path: z.string(),
    /**
     * `overlaps`: the same lines were changed later, see `hunks` · `edited`: the change created the file, and it was edited later ·
     * `deleted`: it was deleted later · `recreated`: the change deleted it, and another file exists now · `binary`, `too_large`: changed
     * later, and cannot be merged line by line · `in_the_way`: a file exists where a folder is needed, or the reverse
     */
    reason: z.enum(['overlaps', 'edited', 'deleted', 'recreated', 'binary', 'too_large', 'in_the_way']),
    /** The author of the file's last change. */
    by: author.nullable(),
    /** Conflicting lines: the current ones (from `line` on), as the change wrote them, as they were before it; truncated if long. */
    hunks: z.array(z.object({ line: z.int(), current: z.string(), written: z.string(), before: z.string() })),
  })
  .meta({ id: 'UndoConflict' });
export type UndoConflict = z.infer<typeof undoConflict>;

const pathQuery = z.object({ path: filePath });

export const listFiles = endpoint({
  name: 'listFiles',
  method: 'GET',
  path: '/api/projects/:projectId/files',
  summary:
    'List the tree below a path, or the whole project, including folders, down to `depth`, `limit` files at a time. `truncated`: there are more; pass `nextCursor` as `cursor`.',
  params: projectParams,
  query: z.object({
    path: filePath.optional(),
    depth: z.coerce.number().int().min(1).max(100).optional(),
    limit: z.coerce.number().int().min(1).max(MAX_TREE_ENTRIES).default(MAX_TREE_ENTRIES),
    cursor: z.string().max(2000).optional(),
  }),
  revalidated: true,
  replies: { 200: z.object({ entries: z.array(treeEntry), truncated: z.boolean(), nextCursor: z.string().optional() }) },
});

export const readFile = endpoint({
  name: 'readFile',
  method: 'GET',
  path: '/api/projects/:projectId/file',
  summary: 'Read a file’s bytes, now or as of a change (`at`: its number). The ETag is the file’s version. Supports Range requests.',
  params: projectParams,
  query: z.object({ path: filePath, at: z.coerce.number().int().min(1).optional() }),
  replies: { 200: 'bytes', 206: 'bytes' },
  replyTypes: ['text/plain', 'image/*', 'application/octet-stream'],
});

export const saveFile = endpoint({
  name: 'saveFile',
  method: 'PUT',
  path: '/api/projects/:projectId/file',
  summary: 'Save a file. If-Match names the version it is based on; If-None-Match: * creates a file. 412 names the current version.',
  params: projectParams,
  query: pathQuery,
  body: 'bytes',
  replies: { 200: z.object({ file, change: change.nullable() }), 201: z.object({ file, change }) },
  bodyTypes: ['application/octet-stream'],
});

export const createFolder = endpoint({
  name: 'createFolder',
  method: 'POST',
  path: '/api/projects/:projectId/folders',
  summary: 'Create an empty folder. Folders with files need not be created. Not part of the history.',
  params: projectParams,
  body: z.strictObject({ path: filePath }),
  replies: { 201: z.object({ folder: z.object({ path: z.string() }) }) },
});

export const deleteFile = endpoint({
  name: 'deleteFile',
  method: 'DELETE',
  path: '/api/projects/:projectId/file',
  summary: 'Delete a file, or a folder with everything in it, as one change; none (null) if the folder is empty.',
  params: projectParams,
  query: pathQuery,
  replies: { 200: z.object({ change: change.nullable() }) },
});

export const moveFile = endpoint({
  name: 'moveFile',
  method: 'POST',
  path: '/api/projects/:projectId/files/move',
  summary: 'Move or rename a file, or a folder with everything in it, as one change; none (null) if the folder is empty.',
  params: projectParams,
  body: z.strictObject({ from: filePath, to: filePath }),
  replies: { 200: z.object({ change: change.nullable() }) },
});

const changeParams = z.object({ changeId: id });

export const getChange = endpoint({
  name: 'getChange',
  method: 'GET',
  path: '/api/changes/:changeId',
  apart: true,
  summary:
    'Get a change and its line-by-line diff of each file. `more`: there are more files; pass `from` to get those from that number on. To get the diff of a file that is `too_large` among others, pass its `path`; read larger files whole, before and after the change, with `at` of readFile.',
  params: changeParams,
  query: z.object({ path: storedPath.optional(), from: fromZero(1_000_000) }),
  replies: { 200: z.object({ change, projectId: id, files: z.array(fileDiff), more: z.boolean() }) },
});

export const revertChange = endpoint({
  name: 'revertChange',
  method: 'POST',
  path: '/api/changes/:changeId/revert',
  summary:
    'Undo a change with a new change, which can itself be undone. Later changes by others are kept; 409 names the files that cannot be merged.',
  params: changeParams,
  replies: { 201: z.object({ change }) },
});
