import * as z from 'zod';
import { projectParams } from '#features/projects/contract.ts';
import { endpointsOf, fromZero, id, instant } from '#wire/contract.ts';
import { filePath, storedPath } from './path.ts';
import { texts } from './texts.ts';

const endpoint = endpointsOf('Files');

/** Largest size of a file, in bytes. */
export const MAX_FILE_BYTES = 10 * 1024 * 1024;
/** Most entries in one listing of the tree. */
export const MAX_TREE_ENTRIES = 20_000;

/** Longest search text or glob, in characters. */
export const MAX_PATTERN = 200;

/** The author of a change: a person, or a run on behalf of one; both have the person's name. */
export const author = z
  .object({ kind: z.enum(['person', 'run']), userId: id.nullable(), name: z.string(), runId: id.nullable() })
  .meta({ id: 'Author' });
export type Author = z.infer<typeof author>;

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
  })
  .meta({ id: 'TreeEntry' });
export type TreeEntry = z.infer<typeof treeEntry>;

export const file = z
  .object({ path: z.string(), size: z.int(), version: z.string(), changedAt: instant, changedBy: author })
  .meta({ id: 'File' });
export type File = z.infer<typeof file>;

export const change = z
  .object({
    id,
    /** Numbered from 1 within the project, without gaps. */
    number: z.int(),
    /** `batch`: several files at once; `revert`: it undid other changes. */
    kind: z.enum(['create', 'write', 'delete', 'move', 'batch', 'revert']),
    /** The first 100 of the paths it touched. */
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

const match = z.object({
  path: z.string(),
  /** Starts at 1. */
  line: z.int(),
  column: z.int(),
  /** The line, or the part around the match if it is long. */
  text: z.string(),
});
export type Match = z.infer<typeof match>;

const pathQuery = z.object({ path: filePath });

export const listFiles = endpoint({
  name: 'listFiles',
  method: 'GET',
  path: '/api/projects/:projectId/files',
  summary: 'List the tree below a path, or the whole project, including folders, down to `depth`.',
  params: projectParams,
  query: z.object({ path: filePath.optional(), depth: z.coerce.number().int().min(1).max(100).optional() }),
  revalidated: true,
  replies: { 200: z.object({ entries: z.array(treeEntry), truncated: z.boolean() }) },
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

export const deleteFile = endpoint({
  name: 'deleteFile',
  method: 'DELETE',
  path: '/api/projects/:projectId/file',
  summary: 'Delete a file, or a folder with everything in it, as one change.',
  params: projectParams,
  query: pathQuery,
  replies: { 200: z.object({ change }) },
});

export const moveFile = endpoint({
  name: 'moveFile',
  method: 'POST',
  path: '/api/projects/:projectId/files/move',
  summary: 'Move or rename a file, or a folder with everything in it, as one change.',
  params: projectParams,
  body: z.strictObject({ from: filePath, to: filePath }),
  replies: { 200: z.object({ change }) },
});

export const listChanges = endpoint({
  name: 'listChanges',
  method: 'GET',
  path: '/api/projects/:projectId/changes',
  summary: 'List changes, newest first, optionally those of one path or run. `before`: a change number.',
  params: projectParams,
  query: z.object({
    path: filePath.optional(),
    run: id.optional(),
    before: z.coerce.number().int().min(1).optional(),
    limit: z.coerce.number().int().min(1).max(100).default(50),
  }),
  replies: { 200: z.object({ changes: z.array(change), more: z.boolean() }) },
});

const changeParams = z.object({ changeId: id });

export const getChange = endpoint({
  name: 'getChange',
  method: 'GET',
  path: '/api/changes/:changeId',
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

const pattern = z
  .string()
  .min(1, { error: () => texts.search.empty })
  .max(MAX_PATTERN, { error: () => texts.search.tooLong(MAX_PATTERN) })
  .refine((text) => !text.includes('\0') && text.isWellFormed(), { error: () => texts.search.notText });

export const searchFiles = endpoint({
  name: 'searchFiles',
  method: 'GET',
  path: '/api/projects/:projectId/search',
  summary: 'Find lines that contain a text (case-insensitive) or match a regular expression (RE2). `glob` limits which files are searched.',
  params: projectParams,
  query: z.object({ q: pattern, regex: z.enum(['true', 'false']).optional(), glob: pattern.optional() }),
  replies: { 200: z.object({ matches: z.array(match), truncated: z.boolean() }) },
});
