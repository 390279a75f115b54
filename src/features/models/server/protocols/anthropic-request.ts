/** Builds requests for Anthropic’s Messages API. */
import type { PreparedAssistantMessage, PreparedCall, PreparedMessage } from './prepare-messages.ts';
import type { PreparedRequest } from './protocol.ts';
import type { Quirks } from './quirks.ts';
import { isJson, type Json } from './read-events.ts';

/** A response with its thinking blocks in place: Anthropic verifies their signatures, and accepts them only unchanged. */
export type AnthropicBlock =
  | { type: 'thinking'; thinking: string; signature: string }
  | { type: 'redacted_thinking'; data: string }
  | { type: 'text'; text: string }
  /** The call with this index. */
  | { type: 'tool_use'; call: number };

export interface AnthropicState {
  blocks: AnthropicBlock[];
}

interface Message {
  role: 'user' | 'assistant';
  content: Json[];
}

export function anthropicBody(request: PreparedRequest, quirks: Quirks): Json {
  const { model, instructions, tools } = request;
  const { without } = quirks;
  const mark: Json = without.has('cache_control') ? {} : { cache_control: { type: 'ephemeral' } };
  const messages = joinTurns(request.messages.map((message) => toMessage(message, quirks)));
  rememberTurns(messages, mark);
  return {
    model,
    max_tokens: Math.min(request.maxOutputTokens, quirks.maxTokens ?? Infinity),
    system: [{ type: 'text', text: instructions, ...mark }],
    messages,
    ...(tools.length > 0 && {
      tools: tools.map(({ name, description, inputSchema }) => ({
        name,
        description,
        input_schema: inputSchema,
        // The input streams as it is written, instead of in one chunk.
        ...(!without.has('eager_input_streaming') && { eager_input_streaming: true }),
      })),
    }),
    stream: true,
  };
}

/** Sets cache breakpoints: at the newest user message, and at the one before, where the last request wrote the cache. */
function rememberTurns(messages: Message[], mark: Json): void {
  for (const message of messages.filter(({ role }) => role === 'user').slice(-2)) {
    const last = message.content.length - 1;
    message.content = message.content.with(last, { ...message.content[last], ...mark });
  }
}

/** Tool results are user messages, too, and precede the user's text. */
function joinTurns(messages: Message[]): Message[] {
  const joined: Message[] = [];
  for (const message of messages) {
    const last = joined.at(-1);
    if (last?.role === message.role) last.content = [...last.content, ...message.content];
    else joined.push(message);
  }
  return joined;
}

function toMessage(message: PreparedMessage, quirks: Quirks): Message {
  switch (message.role) {
    case 'user':
      return { role: 'user', content: [{ type: 'text', text: message.text }] };
    case 'assistant':
      return { role: 'assistant', content: toBlocks(message, quirks) };
    case 'tool': {
      const content = message.results.map(({ id, output, ok }) => ({
        type: 'tool_result',
        tool_use_id: id,
        content: output,
        ...(!ok && { is_error: true }),
      }));
      return { role: 'user', content };
    }
  }
}

function toBlocks({ text, calls, state }: PreparedAssistantMessage, quirks: Quirks): Json[] {
  const kept = quirks.reasoning !== 'never' && isJson(state) ? placeCalls(state as unknown as AnthropicState, calls) : undefined;
  return kept ?? [...(text === '' ? [] : [{ type: 'text', text }]), ...calls.map(toUse)];
}

const toUse = ({ id, tool, input }: PreparedCall): Json => ({ type: 'tool_use', id, name: tool, input });

/** @returns undefined if the calls differ from those that came with the thinking blocks */
function placeCalls({ blocks }: AnthropicState, calls: readonly PreparedCall[]): Json[] | undefined {
  const content = blocks.flatMap((block): (Json | undefined)[] => {
    if (block.type === 'tool_use') return [calls[block.call] && toUse(calls[block.call] as PreparedCall)];
    if (block.type === 'text') return block.text.trim() === '' ? [] : [{ ...block }];
    if (block.type === 'thinking') return block.signature === '' ? [] : [{ ...block }];
    return [{ ...block }];
  });
  const uses = blocks.filter(({ type }) => type === 'tool_use').length;
  return uses === calls.length && content.every((block) => block !== undefined) ? content : undefined;
}
