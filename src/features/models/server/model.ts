/** What a run needs of a language model, whoever provides it. The loop knows only this. */
import type * as z from 'zod';

export interface ToolDescription {
  name: string;
  description: string;
  input: z.ZodObject;
}

export interface ToolCall {
  callId: string;
  tool: string;
  input: unknown;
}

export type ModelMessage =
  | { role: 'user'; text: string }
  | { role: 'assistant'; text: string; calls: ToolCall[] }
  | { role: 'tool'; results: { callId: string; tool: string; output: string; ok: boolean }[] };

export interface ModelRequest {
  instructions: string;
  messages: ModelMessage[];
  tools: ToolDescription[];
  /** Ends the call; the stream then throws. */
  signal: AbortSignal;
}

/** What comes of a call, as it comes. `finish` is always the last. */
export type ModelPart =
  | { type: 'text' | 'reasoning'; text: string }
  | ({ type: 'tool_call' } & ToolCall)
  | { type: 'finish'; finish: string; inputTokens: number; outputTokens: number };

/** Throws `ModelError` when the provider fails; never holds a database connection. */
export type Model = (request: ModelRequest) => AsyncIterable<ModelPart>;

/** A provider's failure, in words for the person who started the run. */
export class ModelError extends Error {
  readonly code: string;
  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ModelError';
    this.code = code;
  }
}
