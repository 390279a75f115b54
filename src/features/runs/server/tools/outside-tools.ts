/** Tools of other servers, as a run uses its own. Whether one took effect only its server knows. */
import type { OutsideTool } from '#features/connections/server/connections.ts';
import { normalizeInput } from './normalize-input.ts';
import type { Tool } from './tool.ts';

export const outsideTools = (tools: readonly OutsideTool[]): Tool[] =>
  tools.map(({ name, server, description, inputSchema, call }) => ({
    name,
    server,
    description,
    inputSchema,
    effect: 'outside',
    normalize: (input) => normalizeInput(input, { schema: inputSchema }),
    // Its server checks the rest.
    problemOf: (input) =>
      typeof input === 'object' && input !== null && !Array.isArray(input) ? undefined : 'It has to be a JSON object.',
    carryOut: ({ signal }, input) => call(input, { signal }),
  }));
