/** Tools of other servers, in the shape of our own. Only their server knows whether a call took effect. */
import type { MissingTool, OutsideTool } from '#features/connections/server/connections.ts';
import { normalizeInput } from './own/normalize-input.ts';
import type { Tool } from './tool.ts';

/** Applies even while the server reports progress; the connection limits how long it may stay silent. */
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
    // The server validates the rest.
    problemOf: (input) => (typeof input === 'object' && input !== null && !Array.isArray(input) ? undefined : 'It must be a JSON object.'),
    execute: ({ signal }, input) => call(input, { signal }),
  }));

/** Tools that are not offered now, for listings: agents and policies still name them. */
export const missingTools = (missing: readonly MissingTool[]): Pick<Tool, 'name' | 'server' | 'description' | 'effect'>[] =>
  missing.map(({ name, server, description }) => ({ name, server, description, effect: 'outside' }));
