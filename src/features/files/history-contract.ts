/** Endpoints that show a project's past, and go back to it. */
import * as z from 'zod';
import { newName } from '#features/accounts/contract.ts';
import { projectParams } from '#features/projects/contract.ts';
import { endpointsOf, fromZero, id, instant } from '#wire/contract.ts';
import { author, change, fileDiff } from './contract.ts';
import { filePath } from './path.ts';

const endpoint = endpointsOf('Files');

/** Longest name of a point, in characters. */
export const MAX_POINT_NAME = 80;
/** Most points of a project. */
export const MAX_POINTS = 500;
/** Most lines of a file with blame. */
export const MAX_BLAME_LINES = 20_000;

const changeNumber = z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER);

export const listChanges = endpoint({
  name: 'listChanges',
  method: 'GET',
  path: '/api/projects/:projectId/changes',
  summary:
    'List changes, newest first, optionally those of a file or of everything in a folder (`path`), of a run, or by a person (`user`; without their runs). `before`: a change number.',
  params: projectParams,
  query: z.object({
    path: filePath.optional(),
    run: id.optional(),
    user: id.optional(),
    before: changeNumber.optional(),
    limit: z.coerce.number().int().min(1).max(100).default(50),
  }),
  replies: { 200: z.object({ changes: z.array(change), more: z.boolean() }) },
});

export const compareStates = endpoint({
  name: 'compareStates',
  method: 'GET',
  path: '/api/projects/:projectId/compare',
  priority: 'bulk',
  apart: true,
  summary:
    'Compare the files as of two changes (`from`, `to`: their numbers; 0 for the empty project; `to` is now by default), below a path if given, with the diff of each file. `more`: there are more files; pass their `offset`.',
  params: projectParams,
  query: z.object({
    from: fromZero(Number.MAX_SAFE_INTEGER),
    to: changeNumber.optional(),
    path: filePath.optional(),
    offset: fromZero(1_000_000),
  }),
  replies: { 200: z.object({ files: z.array(fileDiff), more: z.boolean() }) },
});

const blameLine = z
  .object({
    /** Starts at 1. */
    line: z.int(),
    /** The number of the change that wrote this line, and its id. */
    number: z.int(),
    change: id,
    by: author,
    run: id.nullable(),
    at: instant,
  })
  .meta({ id: 'BlameLine' });
export type BlameLine = z.infer<typeof blameLine>;

export const blameFile = endpoint({
  name: 'blameFile',
  method: 'GET',
  path: '/api/projects/:projectId/blame',
  priority: 'bulk',
  apart: true,
  summary: `Who wrote each line of a text file, now or as of a change (\`at\`), through its renames. Lines older than what fits into two seconds are attributed to the oldest change seen (\`complete\` is false). At most 1 MB and ${MAX_BLAME_LINES.toLocaleString('en')} lines.`,
  params: projectParams,
  query: z.object({ path: filePath, at: changeNumber.optional() }),
  replies: { 200: z.object({ version: z.string(), lines: z.array(blameLine), complete: z.boolean() }) },
});

export const restoreFiles = endpoint({
  name: 'restoreFiles',
  method: 'POST',
  path: '/api/projects/:projectId/restore',
  summary:
    'Restore a file, a folder or the whole project to its state as of a change (`at`: its number), as one new change that can itself be undone. Files created since are deleted. 409 `nothing_to_restore` if nothing differs.',
  params: projectParams,
  body: z.strictObject({ at: z.int().min(1), path: filePath.optional() }),
  replies: { 201: z.object({ change }) },
});

const point = z
  .object({
    id,
    name: z.string(),
    /** The number of the change whose state it names. */
    at: z.int(),
    createdAt: instant,
    /** Null for a former member. */
    createdBy: z.object({ userId: id, name: z.string() }).nullable(),
  })
  .meta({ id: 'Point' });
export type Point = z.infer<typeof point>;

export const listPoints = endpoint({
  name: 'listPoints',
  method: 'GET',
  path: '/api/projects/:projectId/points',
  summary: 'List the named points in a project’s history, newest state first.',
  params: projectParams,
  replies: { 200: z.object({ points: z.array(point) }) },
});

export const createPoint = endpoint({
  name: 'createPoint',
  method: 'POST',
  path: '/api/projects/:projectId/points',
  summary: 'Name the state of a project as of a change, or as of now. 409 `name_taken`.',
  params: projectParams,
  body: z.strictObject({
    name: newName(MAX_POINT_NAME),
    at: z.int().min(1).optional(),
  }),
  replies: { 201: z.object({ point }) },
});

export const deletePoint = endpoint({
  name: 'deletePoint',
  method: 'DELETE',
  path: '/api/projects/:projectId/points/:pointId',
  summary: 'Delete a named point. The history stays.',
  params: projectParams.extend({ pointId: id }),
  replies: { 204: 'empty' },
});
