/** Who has which file open. Pages say so every 20 seconds; a page that is not heard of for 45 counts as closed. */
import * as z from 'zod';
import { projectParams } from '#features/projects/contract.ts';
import { endpointsOf, id } from '#wire/contract.ts';
import { filePath } from './path.ts';

const endpoint = endpointsOf('Files');

/** How often a page says what it shows, in ms. */
export const PRESENCE_EVERY_MS = 20_000;

const presence = z
  .object({
    userId: id,
    name: z.string(),
    /** Null: in the project, with no file open. */
    path: z.string().nullable(),
  })
  .meta({ id: 'Presence' });
export type Presence = z.infer<typeof presence>;

export const reportPresence = endpoint({
  name: 'reportPresence',
  method: 'POST',
  path: '/api/projects/:projectId/presence',
  summary:
    'Say which file a page shows (`path`; null: none), or that it is closing (`closed`), and get who else is here. `page` is an id that the page made up. Others learn of changes over the live stream (event `presence`).',
  params: projectParams,
  body: z.strictObject({ page: id, path: filePath.nullable(), closed: z.boolean().optional() }),
  routine: true,
  replies: { 200: z.object({ people: z.array(presence) }) },
});
