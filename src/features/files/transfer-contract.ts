/** Endpoints that bring many files in and out, and say how much space they take. */
import * as z from 'zod';
import { projectParams } from '#features/projects/contract.ts';
import { endpointsOf, id } from '#wire/contract.ts';
import { change, nameWarning } from './contract.ts';
import { filePath } from './path.ts';

const endpoint = endpointsOf('Files');

/** Most files and folders in one import. */
export const MAX_IMPORT_ENTRIES = 100_000;

/** What an import does with files that exist and differ. */
const conflictChoices = z.enum(['refuse', 'replace', 'keep_both', 'skip']);

export const importFiles = endpoint({
  name: 'importFiles',
  method: 'POST',
  path: '/api/projects/:projectId/import',
  priority: 'bulk',
  apart: true,
  summary:
    'Add the files of a zip as one change, all or none, below a folder (`path`) if given. `conflicts` says what happens with files that exist with other content: by default, 409 `files_exist` names them (`paths`) and nothing is written. 422 names the entries that cannot be imported (`entries`).',
  params: projectParams,
  query: z.object({ path: filePath.optional(), conflicts: conflictChoices.default('refuse') }),
  body: 'spooled',
  bodyTypes: ['application/zip'],
  replies: {
    201: z.object({
      /** Null if nothing had to be written. */
      change: change.nullable(),
      /** How many files were written. */
      files: z.int(),
      /** `exists`: the choice was to skip · `same`: it is there already · `folder`: a folder, which needs no file */
      skipped: z.array(z.object({ path: z.string(), reason: z.enum(['exists', 'same']) })),
      /** Whose names changed: to NFC, or to keep both. */
      renamed: z.array(z.object({ from: z.string(), to: z.string() })),
      warnings: z.array(z.object({ path: z.string(), warning: nameWarning })),
      /** Lists are cut after 1,000 entries; how many there are. */
      counts: z.object({ skipped: z.int(), renamed: z.int(), warnings: z.int() }),
    }),
  },
});

export const exportFiles = endpoint({
  name: 'exportFiles',
  method: 'GET',
  path: '/api/projects/:projectId/export.zip',
  priority: 'bulk',
  apart: true,
  summary: 'Download a project, or a folder or file of it (`path`), as a zip; now, or as of a change (`at`: its number).',
  params: projectParams,
  query: z.object({ path: filePath.optional(), at: z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER).optional() }),
  replies: { 200: 'bytes' },
  replyTypes: ['application/zip'],
});

export const getStorage = endpoint({
  name: 'getStorage',
  method: 'GET',
  path: '/api/storage',
  summary: 'What the organization stores, and what takes the space: projects that the caller sees, largest first, and the rest together.',
  replies: {
    200: z.object({
      /** Bytes: contents of files with their history, and what runs store. */
      stored: z.int(),
      /** Null: no limit. */
      limit: z.int().nullable(),
      projects: z.array(
        z.object({
          id,
          name: z.string(),
          stored: z.int(),
          /** Of that, the files as they are now; the rest is history and what runs store. */
          current: z.int(),
          files: z.int(),
        }),
      ),
      /** Projects that the caller does not see, or beyond the 200 largest. */
      others: z.object({ projects: z.int(), stored: z.int() }),
    }),
  },
});
