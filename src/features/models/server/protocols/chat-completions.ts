/** Reads chat completions, from OpenAI and the many servers that imitate it. */

import { type ChatState, chatBody } from './chat-request.ts';
import { createChatToolCalls } from './chat-tool-calls.ts';
import type { Protocol, TakeEvent } from './protocol.ts';
import { isJson, type Json } from './read-events.ts';
import { mergeDetails } from './reasoning-details.ts';
import type { ResponseBuilder } from './response-builder.ts';
import { createThinkReader } from './think-tags.ts';

export const chatCompletions: Protocol = {
  path: '/chat/completions',
  body: chatBody,
  read: readChat,
};

/** Lists that are streamed in chunks and sent back whole. */
const DETAILS = ['reasoning_details', 'thinking_blocks'];

function readChat(builder: ResponseBuilder): TakeEvent {
  const calls = createChatToolCalls(builder);
  const think = createThinkReader();
  const state: ChatState = {};
  const message: Json = {};

  const emitAll = (said: { kind: 'text' | 'reasoning'; text: string }[]) => {
    for (const { kind, text } of said) builder.emit(kind, text);
  };
  const emitText = (text: string) => emitAll(think.feed(text));
  const emitReasoning = (text: string) => builder.emit('reasoning', text);

  function takeDelta(delta: Json): void {
    const [field, reasoning] = readReasoning(delta);
    if (field !== undefined) {
      state.reasoning ??= field;
      emitReasoning(reasoning);
    }
    takeContent(delta['content'], emitText, emitReasoning);
    if (typeof delta['refusal'] === 'string' && delta['refusal'] !== '') {
      builder.failOnRefusal();
      emitText(delta['refusal']);
    }
    for (const key of DETAILS) if (Array.isArray(delta[key])) message[key] = mergeDetails(message[key], delta[key]);
    // Google's signature for a response without tool calls; the field has other content, too.
    if (/signature/.test(JSON.stringify(delta['extra_content'] ?? ''))) message['extra_content'] = delta['extra_content'];
    const pieces = delta['tool_calls'] ?? delta['function_call'];
    if (isJson(pieces) || Array.isArray(pieces)) {
      emitAll(think.end());
      calls.take(pieces);
    }
  }

  builder.keep(() => {
    const extras = calls.extras();
    const kept: ChatState = {
      ...(state.reasoning !== undefined && { reasoning: state.reasoning }),
      ...(Object.keys(message).length > 0 && { message }),
      ...(extras && { calls: extras }),
    };
    return Object.keys(kept).length > 0 ? kept : undefined;
  });

  builder.beforeEnd(() => emitAll(think.end()));

  return (event) => {
    takeUsage(event, builder);
    const choice = Array.isArray(event['choices']) ? event['choices'].find(isJson) : undefined;
    if (!choice) return;
    builder.hear();
    takeUsage(choice, builder);
    // A server that does not stream sends a whole message instead of a delta.
    const delta = [choice['delta'], choice['message']].find(isJson);
    if (delta) takeDelta(delta);
    else if (typeof choice['text'] === 'string') emitText(choice['text']);
    builder.finish(choice['finish_reason']);
  };
}

/** @returns the field it came in, and the text; some servers repeat it in several fields */
function readReasoning(delta: Json): [field: string | undefined, text: string] {
  for (const field of ['reasoning_content', 'reasoning']) {
    const text = delta[field];
    if (typeof text === 'string' && text !== '') return [field, text];
  }
  return [undefined, ''];
}

/** Text, or a list of parts of which some are thinking, as Mistral sends them. */
function takeContent(content: unknown, say: (text: string) => void, think: (text: string) => void): void {
  if (typeof content === 'string') return say(content);
  for (const part of Array.isArray(content) ? content : [content]) {
    if (typeof part === 'string') say(part);
    else if (!isJson(part)) continue;
    else if (part['type'] === 'thinking' || part['type'] === 'reasoning') takeContent(part['thinking'] ?? part['text'], think, think);
    else if (typeof part['text'] === 'string') say(part['text']);
  }
}

function takeUsage(holder: Json, builder: ResponseBuilder): void {
  const groq = holder['x_groq'];
  const usage = [holder['usage'], isJson(groq) ? groq['usage'] : undefined].find(isJson);
  if (usage) builder.count(usage['prompt_tokens'] ?? usage['input_tokens'], usage['completion_tokens'] ?? usage['output_tokens']);
}
