/** Builds requests for chat completions. */
import type { PreparedAssistantMessage, PreparedMessage } from './prepare-messages.ts';
import type { PreparedRequest } from './protocol.ts';
import type { Quirks } from './quirks.ts';
import { isJson, type Json } from './read-events.ts';

/** What a provider expects back with its own response. */
export interface ChatState {
  /** The field its reasoning came in, and is sent back in. */
  reasoning?: string;
  /** Additional fields of the message. */
  message?: Json;
  /** Additional fields of each tool call. */
  calls?: (Json | null)[];
}

/** Replaces another provider's reasoning if a provider rejects messages without any. Some treat an empty text as missing. */
const NO_REASONING = ' ';
/** Google's value for a call without a signature, because another model made it. */
const NO_SIGNATURE = { google: { thought_signature: 'skip_thought_signature_validator' } };

export function chatBody(request: PreparedRequest, quirks: Quirks): Json {
  const { model, instructions, tools } = request;
  const maxTokens = Math.min(request.maxOutputTokens, quirks.maxTokens ?? Infinity);
  const messages = request.messages.flatMap((message) => toMessages(message, quirks));
  const optional: Json = {
    [quirks.completionTokens ? 'max_completion_tokens' : 'max_tokens']: maxTokens,
    stream_options: { include_usage: true },
  };
  return {
    model,
    messages: addInstructions(instructions, messages, isMarked(model, quirks), quirks),
    ...(tools.length > 0 && {
      tools: tools.map(({ name, description, inputSchema }) => ({
        type: 'function',
        function: { name, description, parameters: inputSchema },
      })),
    }),
    stream: true,
    ...Object.fromEntries(Object.entries(optional).filter(([name]) => !quirks.without.has(name))),
  };
}

/** Anthropic's models behind a gateway cache only marked content. */
const isMarked = (model: string, { without }: Quirks): boolean => /claude/i.test(model) && !without.has('cache_control');

function addInstructions(instructions: string, messages: Json[], marked: boolean, { systemInUser }: Quirks): Json[] {
  const [first, ...rest] = messages;
  if (systemInUser) return [{ ...first, content: `${instructions}\n\n${String(first?.['content'] ?? '')}` }, ...rest];
  if (!marked) return [{ role: 'system', content: instructions }, ...messages];
  const mark = (text: unknown) => [{ type: 'text', text, cache_control: { type: 'ephemeral' } }];
  const last = messages.findLastIndex(({ content }) => typeof content === 'string' && content !== '');
  const remembered = messages.map((message, index) => (index === last ? { ...message, content: mark(message['content']) } : message));
  return [{ role: 'system', content: mark(instructions) }, ...remembered];
}

function toMessages(message: PreparedMessage, quirks: Quirks): Json[] {
  switch (message.role) {
    case 'user':
      return [{ role: 'user', content: message.text }];
    case 'assistant':
      return [toAnswer(message, quirks)];
    case 'tool': {
      const results = message.results.map(({ id, output }) => ({ role: 'tool', tool_call_id: id, content: output }));
      return quirks.answerAfterTool ? [...results, { role: 'assistant', content: '(I have the results.)' }] : results;
    }
  }
}

function toAnswer({ text, calls, reasoning, state }: PreparedAssistantMessage, quirks: Quirks): Json {
  const { reasoning: field, message, calls: extras }: ChatState = isJson(state) && quirks.reasoning !== 'never' ? state : {};
  const said = reasoning.trim() === '' ? undefined : reasoning;
  // The details include the text.
  const detailed = message !== undefined && 'reasoning_details' in message;
  const thought: Json = field !== undefined && said !== undefined && !detailed ? { [field]: said } : {};
  if (quirks.reasoning === 'always' && thought['reasoning_content'] === undefined) thought['reasoning_content'] = said ?? NO_REASONING;
  const toolCalls = calls.map(({ id, tool, input }, index) => {
    const extra = quirks.signatures === 'none' ? undefined : extras?.[index];
    const unsigned = quirks.signatures !== undefined && !extra;
    return {
      id,
      type: 'function',
      function: { name: tool, arguments: JSON.stringify(input) },
      ...extra,
      ...(unsigned && { extra_content: NO_SIGNATURE }),
    };
  });
  return {
    role: 'assistant',
    content: text !== '' || calls.length === 0 ? text : null,
    ...thought,
    ...message,
    ...(toolCalls.length > 0 && { tool_calls: toolCalls }),
  };
}
