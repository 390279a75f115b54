/** Builds requests for OpenAI's Responses API. Nothing is stored there, so every request contains the whole conversation. */
import type { PreparedAssistantMessage, PreparedCall, PreparedMessage } from './prepare-messages.ts';
import type { PreparedRequest } from './protocol.ts';
import type { Quirks } from './quirks.ts';
import { isJson, type Json } from './read-events.ts';

export type ResponsesItem =
  /** Unchanged; encrypted, so that nothing of the conversation is stored at OpenAI. */
  | { type: 'reasoning'; item: Json }
  | { type: 'message'; text: string; phase?: string }
  /** The call with this index. */
  | { type: 'function_call'; call: number };

export interface ResponsesState {
  items: ResponsesItem[];
}

export function responsesBody(request: PreparedRequest, quirks: Quirks): Json {
  const { model, instructions, tools } = request;
  const optional: Json = {
    max_output_tokens: Math.min(request.maxOutputTokens, quirks.maxTokens ?? Infinity),
    store: false,
    ...(thinks(model) && quirks.reasoning !== 'never' && { include: ['reasoning.encrypted_content'] }),
  };
  return {
    model,
    input: [
      { role: thinks(model) ? 'developer' : 'system', content: instructions },
      ...request.messages.flatMap((message) => toItems(message, quirks)),
    ],
    ...(tools.length > 0 && {
      tools: tools.map(({ name, description, inputSchema }) => ({
        type: 'function',
        name,
        description,
        parameters: inputSchema,
        strict: false,
      })),
    }),
    stream: true,
    ...Object.fromEntries(Object.entries(optional).filter(([name]) => !quirks.without.has(name))),
  };
}

/** Reasoning models: all of OpenAI's except older ones. */
const thinks = (model: string): boolean => !/^(?:ft:)?(?:gpt-3|gpt-4|chatgpt|gpt-5(?:\.\d+)?-chat)/.test(model);

function toItems(message: PreparedMessage, quirks: Quirks): Json[] {
  switch (message.role) {
    case 'user':
      return [{ role: 'user', content: [{ type: 'input_text', text: message.text }] }];
    case 'assistant':
      return toAnswer(message, quirks);
    case 'tool':
      return message.results.map(({ id, output }) => ({ type: 'function_call_output', call_id: id, output }));
  }
}

const toText = (text: string, phase?: string): Json => ({ role: 'assistant', content: text, ...(phase !== undefined && { phase }) });
const toCall = ({ id, tool, input }: PreparedCall): Json => ({
  type: 'function_call',
  call_id: id,
  name: tool,
  arguments: JSON.stringify(input),
});

function toAnswer({ text, calls, state }: PreparedAssistantMessage, quirks: Quirks): Json[] {
  const kept = quirks.reasoning !== 'never' && isJson(state) ? placeCalls((state as unknown as ResponsesState).items, calls) : undefined;
  return kept ?? [...(text === '' ? [] : [toText(text)]), ...calls.map(toCall)];
}

/** @returns undefined if the calls differ from those that came with the reasoning */
function placeCalls(items: readonly ResponsesItem[], calls: readonly PreparedCall[]): Json[] | undefined {
  const placed = items.flatMap((item): (Json | undefined)[] => {
    if (item.type === 'function_call') return [calls[item.call] && toCall(calls[item.call] as PreparedCall)];
    if (item.type === 'message') return item.text.trim() === '' ? [] : [toText(item.text, item.phase)];
    return typeof item.item['encrypted_content'] === 'string' ? [item.item] : [];
  });
  const made = items.filter(({ type }) => type === 'function_call').length;
  return made === calls.length && placed.every((item) => item !== undefined) ? placed : undefined;
}
