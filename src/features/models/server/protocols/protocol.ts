/** How the providers' protocols differ: building a request, and reading a response. */
import type { ToolDescription } from '../model.ts';
import type { PreparedMessage } from './prepare-messages.ts';
import type { Quirks } from './quirks.ts';
import type { Json } from './read-events.ts';
import type { ResponseBuilder } from './response-builder.ts';

export interface PreparedRequest {
  model: string;
  instructions: string;
  messages: readonly PreparedMessage[];
  tools: readonly ToolDescription[];
  maxOutputTokens: number;
}

/** Adds an event to the response. */
export type TakeEvent = (event: Json) => void;

export interface Protocol {
  /** Relative to the provider's address. */
  path: string;
  /** Sent with each request, in addition to those of the key. */
  headers?: Record<string, string>;
  body(request: PreparedRequest, quirks: Quirks): Json;
  /** @returns a reader of one response, event by event; a whole completion counts as one event */
  read(builder: ResponseBuilder): TakeEvent;
}
