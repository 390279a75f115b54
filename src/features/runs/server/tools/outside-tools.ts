/** Tools of other servers, as a run uses its own. Whether one took effect only its server knows. */
import type { JsonSchema } from '#features/models/server/model.ts';
import type { Tool, ToolOutcome } from './tool.ts';

export interface OutsideTool {
  name: string;
  /** Name of the tool server. */
  server: string;
  description: string;
  inputSchema: JsonSchema;
  /** Throws where nobody knows whether it took effect. */
  call(input: unknown, options: { signal: AbortSignal }): Promise<ToolOutcome>;
}

export interface OutsideTools {
  toolsOf(organizationId: string, signal?: AbortSignal): Promise<readonly OutsideTool[]>;
}

export const outsideTools = (tools: readonly OutsideTool[]): Tool[] =>
  tools.map(({ name, server, description, inputSchema, call }) => ({
    name,
    server,
    description,
    inputSchema,
    effect: 'outside',
    // Its server checks the rest.
    problemOf: (input) =>
      typeof input === 'object' && input !== null && !Array.isArray(input) ? undefined : 'It has to be a JSON object.',
    carryOut: ({ signal }, input) => call(input, { signal }),
  }));
