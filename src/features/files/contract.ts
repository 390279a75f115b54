import * as z from 'zod';
import { projectParams } from '#features/projects/contract.ts';
import { endpoint, id, instant } from '#wire/contract.ts';
import { filePath } from './path.ts';

/** Bytes a file may have. */
export const MAX_FILE_BYTES = 10 * 1024 * 1024;
/** Entries one listing of the tree holds at most. */
export const MAX_TREE_ENTRIES = 20_000;

/** Who made a change: a person, or a run on behalf of one. */
export const author = z
  .object({ kind: z.enum(['person', 'run']), userId: id.nullable(), name: z.string(), runId: id.nullable() })
  .meta({ id: 'Author' });
export type Author = z.infer<typeof author>;

export const treeEntry = z
  .object({
    path: z.string(),
    type: z.enum(['file', 'directory']),
    /** Bytes; null for a directory. */
    size: z.int().nullable(),
    /** SHA-256 of the content, the ETag without its quotes; null for a directory. */
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
    /** 1 for the first change of the project, then one more each. */
    number: z.int(),
    /** `batch`: several files at once; `revert`: it took other changes back. */
    kind: z.enum(['create', 'write', 'delete', 'move', 'batch', 'revert']),
    /** The paths it touched, the first 100 of them. */
    paths: z.array(z.string()),
    pathCount: z.int(),
    /** Another change took this one back. */
    undone: z.boolean(),
    by: author,
    run: id.nullable(),
    at: instant,
  })
  .meta({ id: 'Change' });
export type Change = z.infer<typeof change>;

const pathQuery = z.object({ path: filePath });

export const listFiles = endpoint({
  name: 'listFiles',
  method: 'GET',
  path: '/api/projects/:projectId/files',
  summary: 'The tree below a path (the whole project without one), folders included, down to a depth.',
  params: projectParams,
  query: z.object({ path: filePath.optional(), depth: z.coerce.number().int().min(1).max(100).optional() }),
  replies: { 200: z.object({ entries: z.array(treeEntry), truncated: z.boolean() }) },
});

export const readFile = endpoint({
  name: 'readFile',
  method: 'GET',
  path: '/api/projects/:projectId/file',
  summary: 'The bytes of a file, now or as of a change (`at`: its number), with the version as ETag.',
  params: projectParams,
  query: z.object({ path: filePath, at: z.coerce.number().int().min(1).optional() }),
  replies: { 200: 'bytes' },
});

export const saveFile = endpoint({
  name: 'saveFile',
  method: 'PUT',
  path: '/api/projects/:projectId/file',
  summary: 'Save a file. If-Match names the version it is based on; If-None-Match: * creates. 412 names the current version.',
  params: projectParams,
  query: pathQuery,
  body: 'bytes',
  replies: { 200: z.object({ file, change: change.nullable() }), 201: z.object({ file, change }) },
});

export const deleteFile = endpoint({
  name: 'deleteFile',
  method: 'DELETE',
  path: '/api/projects/:projectId/file',
  summary: 'Delete a file, or a folder with all in it, as one change.',
  params: projectParams,
  query: pathQuery,
  replies: { 200: z.object({ change }) },
});

export const moveFile = endpoint({
  name: 'moveFile',
  method: 'POST',
  path: '/api/projects/:projectId/files/move',
  summary: 'Move or rename a file, or a folder with all in it, as one change.',
  params: projectParams,
  body: z.strictObject({ from: filePath, to: filePath }),
  replies: { 200: z.object({ change }) },
});

export const listChanges = endpoint({
  name: 'listChanges',
  method: 'GET',
  path: '/api/projects/:projectId/changes',
  summary: 'The history, newest first; of one path or of one run if named; `before`: a change number.',
  params: projectParams,
  query: z.object({
    path: filePath.optional(),
    run: id.optional(),
    before: z.coerce.number().int().min(1).optional(),
    limit: z.coerce.number().int().min(1).max(100).default(50),
  }),
  replies: { 200: z.object({ changes: z.array(change), more: z.boolean() }) },
});
