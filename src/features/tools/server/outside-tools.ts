/** Tools of other servers, as a run uses its own. Whether one took effect only its server knows. */
import type { MissingTool, OutsideTool } from '#features/connections/server/connections.ts';
import { normalizeInput } from './own/normalize-input.ts';
import type { Tool } from './tool.ts';

/** However much progress its server reports; how long it may be silent, its connection bounds. */
const TIMEOUT_MS = 10 * 60_000;

export const outsideTools = (tools: readonly OutsideTool[]): Tool[] =>
  tools.map(({ name, server, description, inputSchema, digest, check, call }) => ({
    name,
    server,
    description,
    inputSchema,
    digest,
    check,
    effect: 'outside',
    timeoutMs: TIMEOUT_MS,
    normalize: (input) => normalizeInput(input, { schema: inputSchema }),
    // Its server checks the rest.
    problemOf: (input) => (typeof input === 'object' && input !== null && !Array.isArray(input) ? undefined : 'It must be a JSON object.'),
    carryOut: ({ signal }, input) => call(input, { signal }),
  }));

/** Those that are not offered now, for lists of what there is: agents and policies go on naming them. */
export const missingTools = (missing: readonly MissingTool[]): Pick<Tool, 'name' | 'server' | 'description' | 'effect'>[] =>
  missing.map(({ name, server, description }) => ({ name, server, description, effect: 'outside' }));
