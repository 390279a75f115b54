/** A conversation as the AI SDK's providers take it. */
import type { JSONObject, LanguageModelV4Message, LanguageModelV4Prompt } from '@ai-sdk/provider';
import type { ModelMessage, ModelRequest } from './model.ts';

/** Anthropic charges a tenth for what it has seen before, if it is told up to where to remember; others do so by themselves. */
const remember = { providerOptions: { anthropic: { cacheControl: { type: 'ephemeral' } } } };

export function toPrompt({ instructions, messages }: Pick<ModelRequest, 'instructions' | 'messages'>): LanguageModelV4Prompt {
  const prompt = messages.map(toMessage);
  const last = prompt.at(-1);
  return [{ role: 'system', content: instructions, ...remember }, ...prompt.slice(0, -1), ...(last ? [{ ...last, ...remember }] : [])];
}

function toMessage(message: ModelMessage): LanguageModelV4Message {
  switch (message.role) {
    case 'user':
      return { role: 'user', content: [{ type: 'text', text: message.text }] };
    case 'assistant':
      return {
        role: 'assistant',
        content: [
          ...(message.text === '' ? [] : [{ type: 'text' as const, text: message.text }]),
          ...message.calls.map(({ callId, tool, input }) => ({
            type: 'tool-call' as const,
            toolCallId: acceptable(callId),
            toolName: acceptable(tool),
            input: asObject(input),
          })),
        ],
      };
    case 'tool':
      return {
        role: 'tool',
        content: message.results.map(({ callId, tool, output, ok }) => ({
          type: 'tool-result' as const,
          toolCallId: acceptable(callId),
          toolName: acceptable(tool),
          output: { type: ok ? ('text' as const) : ('error-text' as const), value: output },
        })),
      };
  }
}

/** What a model made up is sent back to it; providers refuse names with other signs in them, and longer ones. */
const acceptable = (name: string) => name.replace(/[^\w-]/g, '_').slice(0, 64) || 'unnamed';

/** What a model sent instead of an object is shown to it as one: providers refuse a conversation with anything else in it. */
const asObject = (input: unknown): JSONObject =>
  typeof input === 'object' && input !== null && !Array.isArray(input) ? (input as JSONObject) : { unreadable: String(input) };
