/** What differs between the protocols of providers: how a conversation is sent, and how an answer is read. */
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

/** Adds to the answer what an event says. */
export type TakeEvent = (event: Json) => void;

export interface Protocol {
  /** Below the provider's address. */
  path: string;
  /** Sent with each request, beside those of the key. */
  headers?: Record<string, string>;
  body(request: PreparedRequest, quirks: Quirks): Json;
  /** @returns what reads one answer, event by event; a whole completion counts as one event */
  read(builder: ResponseBuilder): TakeEvent;
}
