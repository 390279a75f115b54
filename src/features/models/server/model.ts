/** What a run needs from a language model, independent of the provider. The loop depends only on this. */
export type JsonSchema = Record<string, unknown>;

export interface ToolDescription {
  name: string;
  description: string;
  /** Schema of an object. The executor validates the input; a model may send anything. */
  inputSchema: JsonSchema;
}

export interface ToolCall {
  callId: string;
  tool: string;
  input: unknown;
}

/** Data that a provider expects back with its own response, such as a signature of its reasoning. Only its protocol reads `data`. */
interface ProviderState {
  /** Where it came from; it is valid only for the same provider at the same address with the same key. */
  source: string;
  data: unknown;
}

export type ModelMessage =
  /** `context` is added by Guildhall, `payload` came from outside with the message; both follow the text. */
  | { role: 'user'; text: string; context?: string; payload?: string }
  /** `reasoning` accompanies `state`, for protocols that expect it back as well. */
  | { role: 'assistant'; text: string; calls: ToolCall[]; reasoning?: string; state?: ProviderState }
  | { role: 'tool'; results: { callId: string; tool: string; output: string; ok: boolean }[] };

export interface ModelRequest {
  instructions: string;
  messages: ModelMessage[];
  tools: ToolDescription[];
  /** Upper bound for the response. */
  maxOutputTokens?: number;
  /** Aborts the call; the stream then throws. */
  signal: AbortSignal;
  /** Longest gap between two parts, in ms, before the caller times out. */
  gapMs?: number;
}

/** The parts of a response, as they arrive. `finish` is always last. */
export type ModelPart =
  | { type: 'text' | 'reasoning'; text: string }
  /** A chunk of a tool's input while it is written, as JSON text. `tool_call` has the whole input. */
  | { type: 'tool_input'; callId: string; tool: string; text: string }
  /** `input` is the raw text if it is not JSON. */
  | ({ type: 'tool_call' } & ToolCall)
  | Finish;

export interface Finish {
  type: 'finish';
  /** `stop`, `tool-calls`, `length`, `content-filter`; `other` if the provider gave no known reason. */
  finish: string;
  inputTokens: number;
  outputTokens: number;
  /** The provider's finish reason if it is `other`; absent if it gave none. */
  word?: string;
  /** Number of tool calls dropped because the response ended for an unknown reason and their input was incomplete. */
  dropped?: number;
  /** To be sent back with this response. */
  state?: ProviderState;
}

/** Throws `ModelError` if the provider fails; never holds a database connection. */
export type Model = (request: ModelRequest) => AsyncIterable<ModelPart>;

/** US dollars per million tokens. */
export interface Price {
  input: number;
  output: number;
}

/** US dollars; null if the price is unknown. */
export function costOf(price: Price | undefined, inputTokens: number, outputTokens: number): number | null {
  return price ? (inputTokens * price.input + outputTokens * price.output) / 1_000_000 : null;
}

/** A model that a run may call, with its limits and price. */
export interface OpenModel {
  /** `provider/name`. */
  id: string;
  call: Model;
  /** Most tokens of instructions, conversation and response together. */
  contextTokens: number;
  /** Undefined if unknown. */
  price?: Price;
}

export type ModelErrorCode =
  /** The key was rejected (401, 403), or has no credit left. */
  | 'provider_refused'
  /** The provider does not know the model (404). */
  | 'model_unknown'
  /** Too many requests (429). */
  | 'provider_busy'
  /** 5xx. */
  | 'provider_failed'
  | 'provider_unreachable'
  /** A timeout passed without data. */
  | 'provider_silent'
  /** The response could not be parsed. */
  | 'provider_broken'
  /** The stream ended before the response did. */
  | 'cut_off'
  /** The conversation does not fit the model's context. */
  | 'context_overflow'
  /** The response exceeds the size limit. */
  | 'answer_too_long'
  /** The provider rejected the request (other 4xx). */
  | 'request_refused';

/** A provider's failure, explained to the person who started the run: what happened, and what to do. */
export class ModelError extends Error {
  readonly code: ModelErrorCode;
  /** A retry may help. */
  readonly temporary: boolean;
  /** When to retry according to the provider (Retry-After), in ms. */
  readonly retryAfterMs: number | undefined;
  constructor(
    code: ModelErrorCode,
    message: string,
    options: ErrorOptions & { temporary?: boolean; retryAfterMs?: number | undefined } = {},
  ) {
    super(message, options);
    this.name = 'ModelError';
    this.code = code;
    this.temporary = options.temporary ?? false;
    this.retryAfterMs = options.retryAfterMs;
  }
}
