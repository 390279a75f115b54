/** What a run needs of a language model, whoever provides it. The loop knows only this. */
export type JsonSchema = Record<string, unknown>;

export interface ToolDescription {
  name: string;
  description: string;
  /** Of an object. Whoever carries the tool out checks the input; a model may send what it likes. */
  inputSchema: JsonSchema;
}

export interface ToolCall {
  callId: string;
  tool: string;
  input: unknown;
}

/** What a provider wants back with an answer of its own, such as a signature of its reasoning. Only its protocol reads `data`. */
interface ProviderState {
  /** Where it came from; it means something only to the same provider at the same address with the same key. */
  source: string;
  data: unknown;
}

export type ModelMessage =
  /** `context` is what Guildhall says about the message, `payload` what came with it from elsewhere; both follow the text. */
  | { role: 'user'; text: string; context?: string; payload?: string }
  /** `reasoning` is there beside a `state`, for protocols that want it back as well. */
  | { role: 'assistant'; text: string; calls: ToolCall[]; reasoning?: string; state?: ProviderState }
  | { role: 'tool'; results: { callId: string; tool: string; output: string; ok: boolean }[] };

export interface ModelRequest {
  instructions: string;
  messages: ModelMessage[];
  tools: ToolDescription[];
  /** The answer ends here at the latest. */
  maxOutputTokens?: number;
  /** Ends the call; the stream then throws. */
  signal: AbortSignal;
  /** How long, in ms, the caller waits between two parts before it gives up. */
  gapMs?: number;
}

/** What comes of a call, as it comes. `finish` is always the last. */
export type ModelPart =
  | { type: 'text' | 'reasoning'; text: string }
  /** A piece of a tool's input while it is being written, as JSON text. `tool_call` has it whole. */
  | { type: 'tool_input'; callId: string; tool: string; text: string }
  /** `input` is the raw text where it is no JSON. */
  | ({ type: 'tool_call' } & ToolCall)
  | Finish;

export interface Finish {
  type: 'finish';
  /** `stop`, `tool-calls`, `length`, `content-filter`; `other` where the provider named no reason that is known. */
  finish: string;
  inputTokens: number;
  outputTokens: number;
  /** The provider's own word for an end that is `other`; absent where it named none. */
  word?: string;
  /** Tool calls left out because the answer ended in an unknown way and their input was not complete. */
  dropped?: number;
  /** To be sent back with this answer. */
  state?: ProviderState;
}

/** Throws `ModelError` when the provider fails; never holds a database connection. */
export type Model = (request: ModelRequest) => AsyncIterable<ModelPart>;

/** US dollars for a million tokens. */
export interface Price {
  input: number;
  output: number;
}

/** A model that a run may ask, with what has to be known about it. */
export interface OpenModel {
  /** `provider/name`. */
  id: string;
  call: Model;
  /** Tokens that instructions, conversation and answer may have together. */
  contextTokens: number;
  /** Undefined where nobody has said. */
  price?: Price;
}

export type ModelErrorCode =
  /** The key was refused (401, 403), or has no credit left. */
  | 'provider_refused'
  /** The provider does not know the model (404). */
  | 'model_unknown'
  /** Too many requests (429). */
  | 'provider_busy'
  /** 5xx. */
  | 'provider_failed'
  | 'provider_unreachable'
  /** Nothing came within one of the timeouts. */
  | 'provider_silent'
  /** What came cannot be read. */
  | 'provider_broken'
  /** The stream ended before the answer did. */
  | 'cut_off'
  /** The conversation does not fit the model's context. */
  | 'context_overflow'
  /** The answer is longer than anybody would read. */
  | 'answer_too_long'
  /** The provider does not accept the request (other 4xx). */
  | 'request_refused';

/** A provider's failure, in words for the person who started the run: what happened, and what to do. */
export class ModelError extends Error {
  readonly code: ModelErrorCode;
  /** Trying again may help. */
  readonly temporary: boolean;
  /** The provider's own word on when (Retry-After), in ms. */
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
