/** Endpoints that find files by content and name, and replace text in many of them. */
import * as z from 'zod';
import { projectParams } from '#features/projects/contract.ts';
import { endpointsOf, fromZero } from '#wire/contract.ts';
import { change, fileDiff } from './contract.ts';
import { filePath } from './path.ts';
import { texts } from './texts.ts';

const endpoint = endpointsOf('Files');

/** Longest search text or glob, in characters. */
export const MAX_PATTERN = 200;
/** Most matches on a page, and most files that one replacement changes. */
export const MAX_MATCHES = 200;
export const MAX_REPLACED_FILES = 1000;
/** Lines of context before and after a match. */
export const MAX_CONTEXT = 5;

const match = z
  .object({
    path: z.string(),
    /** Starts at 1. */
    line: z.int(),
    /** Starts at 1, in UTF-16 units of the line. */
    column: z.int(),
    /** The match's length in `text`. */
    length: z.int(),
    /** The line, or the part around the match if it is long. */
    text: z.string(),
    /** Where the match starts in `text`, from 0. */
    offset: z.int(),
    /** Lines before and after, if asked for. */
    before: z.array(z.string()).optional(),
    after: z.array(z.string()).optional(),
  })
  .meta({ id: 'Match' });
export type Match = z.infer<typeof match>;

const isText = (text: string) => !text.includes('\0') && text.isWellFormed();

const pattern = z
  .string()
  .min(1, { error: () => texts.search.empty })
  .max(MAX_PATTERN, { error: () => texts.search.tooLong(MAX_PATTERN) })
  .refine(isText, { error: () => texts.search.notText });
const flag = z.enum(['true', 'false']).optional();

export const searchFiles = endpoint({
  name: 'searchFiles',
  method: 'GET',
  path: '/api/projects/:projectId/search',
  priority: 'bulk',
  apart: true,
  summary:
    'Find lines that contain a text or match a regular expression (`regex`, RE2). A text ignores case unless `case` is true, a regular expression does not unless `case` is false. `word`: whole words only. `glob` and `path` (a folder) limit which files are searched. Sorted by path. `truncated`: there may be more; pass `nextCursor` as `cursor`.',
  params: projectParams,
  query: z.object({
    q: pattern,
    regex: flag,
    case: flag,
    word: flag,
    glob: pattern.optional(),
    path: filePath.optional(),
    context: fromZero(MAX_CONTEXT),
    cursor: z.string().max(2000).optional(),
  }),
  replies: { 200: z.object({ matches: z.array(match), truncated: z.boolean(), nextCursor: z.string().optional() }) },
});

export const findNames = endpoint({
  name: 'findNames',
  method: 'GET',
  path: '/api/projects/:projectId/names',
  priority: 'bulk',
  summary: 'Find files by parts of their paths, in order (fuzzy): the best 100, best first.',
  params: projectParams,
  query: z.object({ q: pattern }),
  replies: { 200: z.object({ paths: z.array(z.string()), truncated: z.boolean() }) },
});

const wanted = {
  q: pattern,
  regex: z.boolean().optional(),
  case: z.boolean().optional(),
  word: z.boolean().optional(),
  glob: pattern.optional(),
  path: filePath.optional(),
  /** `$1` and `$&` stand for groups and the match, in a regular expression. */
  replacement: z
    .string()
    .max(10_000)
    .refine(isText, { error: () => texts.search.notText }),
};

export const previewReplacement = endpoint({
  name: 'previewReplacement',
  method: 'POST',
  path: '/api/projects/:projectId/replace/preview',
  priority: 'bulk',
  apart: true,
  summary: 'Show what a replacement would change, file by file. Changes nothing.',
  params: projectParams,
  body: z.strictObject(wanted),
  replies: {
    200: z.object({
      files: z.array(z.object({ path: z.string(), version: z.string(), matches: z.int(), diff: fileDiff })),
      /** In all files, also those not listed. */
      fileCount: z.int(),
      matchCount: z.int(),
    }),
  },
});

export const replaceInFiles = endpoint({
  name: 'replaceInFiles',
  method: 'POST',
  path: '/api/projects/:projectId/replace',
  apart: true,
  summary: `Replace a text in the given files as one change, in at most ${MAX_REPLACED_FILES.toLocaleString('en')} files. \`files\` are those of the preview with their versions; 412 names those changed since, and nothing is changed.`,
  params: projectParams,
  body: z.strictObject({
    ...wanted,
    files: z
      .array(z.strictObject({ path: filePath, version: z.string().max(64) }))
      .min(1)
      .max(MAX_REPLACED_FILES),
  }),
  replies: { 201: z.object({ change, matches: z.int() }) },
});
