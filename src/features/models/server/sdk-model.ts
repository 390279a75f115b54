/** Language models through the Vercel AI SDK: one step a call, tools without `execute`, because the loop carries them out. */
import type { JSONValue, LanguageModel, ModelMessage as SdkMessage } from 'ai';
import { type Model, ModelError, type ModelMessage, type ModelPart } from './model.ts';

const MAX_OUTPUT_TOKENS = 16_000;
const timeout = { stepMs: 10 * 60_000, chunkMs: 60_000 };

/** @param load gives the model when it is first used, so that a process that never asks one does not load the SDK */
export function createSdkModel(load: () => Promise<LanguageModel>): Model {
  return async function* call({ instructions, messages, tools, signal }): AsyncGenerator<ModelPart> {
    const { jsonSchema, streamText, tool } = await import('ai');
    const model = await load();
    const { stream } = streamText({
      model,
      instructions,
      messages: messages.map(toSdkMessage),
      tools: Object.fromEntries(
        tools.map(({ name, description, inputSchema }) => [name, tool({ description, inputSchema: jsonSchema(inputSchema) })]),
      ),
      maxOutputTokens: MAX_OUTPUT_TOKENS,
      maxRetries: 2,
      abortSignal: signal,
      timeout,
      // Failures arrive as parts of the stream; the default would print them.
      onError: () => undefined,
    });
    for await (const part of stream) {
      switch (part.type) {
        case 'text-delta':
          yield { type: 'text', text: part.text };
          break;
        case 'reasoning-delta':
          yield { type: 'reasoning', text: part.text };
          break;
        case 'tool-call':
          yield { type: 'tool_call', callId: part.toolCallId, tool: part.toolName, input: part.input };
          break;
        case 'finish':
          yield {
            type: 'finish',
            finish: part.finishReason,
            inputTokens: part.totalUsage.inputTokens ?? 0,
            outputTokens: part.totalUsage.outputTokens ?? 0,
          };
          break;
        case 'error':
          throw explain(part.error);
        case 'abort':
          throw new ModelError('cut_off', 'The call to the model was ended.');
      }
    }
  };
}

function toSdkMessage(message: ModelMessage): SdkMessage {
  switch (message.role) {
    case 'user':
      return { role: 'user', content: message.text };
    case 'assistant':
      return {
        role: 'assistant',
        content: [
          ...(message.text === '' ? [] : [{ type: 'text' as const, text: message.text }]),
          ...message.calls.map(({ callId, tool, input }) => ({ type: 'tool-call' as const, toolCallId: callId, toolName: tool, input })),
        ],
      };
    case 'tool':
      return {
        role: 'tool',
        content: message.results.map(({ callId, tool, output, ok }) => ({
          type: 'tool-result' as const,
          toolCallId: callId,
          toolName: tool,
          output: ok
            ? { type: 'text' as const, value: output }
            : { type: 'error-json' as const, value: { error: output } satisfies JSONValue },
        })),
      };
  }
}

/** Puts a provider's failure into words that say what to do. */
function explain(error: unknown): ModelError {
  const cause = lastError(error);
  const status = typeof cause === 'object' && cause !== null && 'statusCode' in cause ? Number(cause.statusCode) : 0;
  if (status === 401 || status === 403)
    return new ModelError('provider_refused', 'The model’s provider refused the key. Check the key in the server’s environment.', {
      cause,
    });
  if (status === 404) return new ModelError('model_unknown', 'The provider does not know this model. Choose another one.', { cause });
  if (status === 429)
    return new ModelError('provider_busy', 'The model’s provider has too many requests. Try again in a minute.', { cause });
  if (status >= 500) return new ModelError('provider_failed', `The model’s provider failed (${status}). Try again in a moment.`, { cause });
  return new ModelError(
    'provider_unreachable',
    `The model could not be asked (${cause instanceof Error ? cause.message : String(cause)}`.slice(0, 400) +
      '). Send a message to try again, or start a run with another model.',
    { cause },
  );
}

function lastError(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'lastError' in error ? error.lastError : error;
}
