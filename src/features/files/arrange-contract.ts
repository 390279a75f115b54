/** Moving, copying and deleting several files and folders at once. */
import * as z from 'zod';
import { projectParams } from '#features/projects/contract.ts';
import { endpointsOf } from '#wire/contract.ts';
import { change } from './contract.ts';
import { filePath } from './path.ts';
import { texts } from './texts.ts';

const endpoint = endpointsOf('Files');

/** Most files and folders that one request names. */
export const MAX_ARRANGED = 1000;

const transfer = z.strictObject({ from: filePath, to: filePath });

export const arrangeFiles = endpoint({
  name: 'arrangeFiles',
  method: 'POST',
  path: '/api/projects/:projectId/files/arrange',
  summary: `Move, copy and delete up to ${MAX_ARRANGED.toLocaleString('en')} files and folders as one change, all or none. Each may be named once, and none inside another. \`change\` is null if only empty folders were concerned.`,
  params: projectParams,
  body: z
    .strictObject({
      moves: z.array(transfer).max(MAX_ARRANGED).default([]),
      copies: z.array(transfer).max(MAX_ARRANGED).default([]),
      deletes: z.array(filePath).max(MAX_ARRANGED).default([]),
    })
    .refine(({ moves, copies, deletes }) => moves.length + copies.length + deletes.length > 0, { error: () => texts.arrange.none })
    .refine(({ moves, copies, deletes }) => moves.length + copies.length + deletes.length <= MAX_ARRANGED, {
      error: () => texts.arrange.tooMany(MAX_ARRANGED),
    }),
  replies: { 200: z.object({ change: change.nullable() }) },
});
