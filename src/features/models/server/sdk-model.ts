/**
 * Language models through the providers of the Vercel AI SDK: one call, no retries, no tools carried out; the loop does all that.
 * Their streams are read as they are, so that what a model says of tools that do not exist comes through as it said it.
 */
import type { LanguageModelV4, LanguageModelV4FinishReason, LanguageModelV4StreamPart } from '@ai-sdk/provider';
import { type Asked, explainFailure } from './explain-failure.ts';
import { type Model, ModelError, type ModelPart, type ModelRequest } from './model.ts';
import { toPrompt } from './prompt.ts';

const MAX_OUTPUT_TOKENS = 16_000;
/** Of text, reasoning and tool input together: more than anybody reads, and than the most tokens a model may answer with. */
const MAX_CHARACTERS = 2_000_000;
/** Texts, thoughts and tool calls that follow each other in one answer: 3,000 calls keep a server from all else for 2 s. */
const MAX_PARTS = 1000;
/** Where a provider does not count its tokens. */
const CHARACTERS_PER_TOKEN = 4;
/** No call takes more; a provider that says so has miscounted. */
const MAX_TOKENS = 1_000_000_000;
/** Levels of arrays and objects in a tool's input. Deeper ones cannot be stored. */
const MAX_DEPTH = 200;

/** @param load gives the model when it is first used, so that a process that never asks one does not load the SDK */
export function createSdkModel(load: () => Promise<LanguageModelV4>, asked: Omit<Asked, 'begun'>): Model {
  return async function* call(request): AsyncGenerator<ModelPart> {
    let begun = false;
    try {
      const prompt = toPrompt(request);
      const { stream } = await (await load()).doStream({
        prompt,
        tools: request.tools.map(({ name, description, inputSchema }) => ({ type: 'function', name, description, inputSchema })),
        maxOutputTokens: Math.floor(request.maxOutputTokens ?? MAX_OUTPUT_TOKENS),
        abortSignal: request.signal,
      });
      begun = true;
      yield* readStream(stream, request, asked.provider);
    } catch (error) {
      request.signal.throwIfAborted();
      throw explainFailure(error, { ...asked, begun });
    }
  };
}

async function* readStream(
  stream: ReadableStream<LanguageModelV4StreamPart>,
  request: ModelRequest,
  provider: string,
): AsyncGenerator<ModelPart> {
  const toolOf = new Map<string, string>();
  // Given on at the end: of an answer that breaks off, a call may be there without the end of its input.
  const calls: ModelPart[] = [];
  const whole = createPairing();
  let characters = 0;
  let parts = 0;
  let saying = '';
  let heard = false;

  function count(text: string): string {
    characters += text.length;
    if (characters > MAX_CHARACTERS) throw tooLong(provider, `${MAX_CHARACTERS.toLocaleString('en')} characters`);
    return text;
  }

  /** @param kind of what is said now; each tool call is another part */
  function follow(kind: 'text-delta' | 'reasoning-delta' | 'tool'): void {
    if (kind === 'tool' || kind !== saying) parts++;
    saying = kind;
    if (parts > MAX_PARTS) throw tooLong(provider, `${MAX_PARTS.toLocaleString('en')} parts`);
  }

  for await (const part of stream) {
    if (part.type !== 'stream-start' && part.type !== 'error' && part.type !== 'finish') heard = true;
    switch (part.type) {
      case 'text-delta':
      case 'reasoning-delta': {
        const text = whole(part.type, part.delta);
        if (text === '') break;
        follow(part.type);
        yield { type: part.type === 'text-delta' ? 'text' : 'reasoning', text: count(text) };
        break;
      }
      case 'tool-input-start':
        follow('tool');
        toolOf.set(part.id, part.toolName);
        break;
      case 'tool-input-delta': {
        const text = whole(part.id, part.delta);
        if (text !== '') yield { type: 'tool_input', callId: part.id, tool: toolOf.get(part.id) ?? '', text: count(text) };
        break;
      }
      case 'tool-call':
        if (!toolOf.has(part.toolCallId)) {
          follow('tool');
          count(part.input);
        }
        calls.push({ type: 'tool_call', callId: part.toolCallId, tool: part.toolName, input: readInput(part.input) });
        break;
      case 'finish':
        if (!saysWhy(part.finishReason)) throw brokenOff(provider);
        yield* calls;
        yield { type: 'finish', finish: part.finishReason.unified, ...countTokens(part.usage, request, characters) };
        return;
      case 'error':
        if (!heard && saysNothing(part.error)) {
          const message = `${provider} gave an answer that cannot be read. Check that its address leads to a model server, up to and including /v1.`;
          throw new ModelError('provider_broken', message, { temporary: true, cause: part.error });
        }
        throw part.error;
    }
  }
  throw brokenOff(provider);
}

/** Providers of the SDK make up an end where the stream had none. */
const saysWhy = ({ unified, raw }: LanguageModelV4FinishReason) => raw !== undefined || !['error', 'other'].includes(unified);

const tooLong = (provider: string, bound: string) =>
  new ModelError(
    'answer_too_long',
    `${provider} sent an answer of more than ${bound}, and was cut off. Ask for less at once, or choose another model.`,
  );

const brokenOff = (provider: string) =>
  new ModelError('cut_off', `${provider} broke off in the middle of its answer. Try again in a moment, or choose another model.`, {
    temporary: true,
  });

/** Some servers cut their pieces in the middle of a character; its first half waits for the other. */
function createPairing() {
  const halves = new Map<string, string>();
  return (stream: string, piece: string): string => {
    const text = (halves.get(stream) ?? '') + piece;
    const whole = text.replace(/[\ud800-\udbff]$/, '');
    halves.set(stream, text.slice(whole.length));
    return whole;
  };
}

/** The raw text where it is no JSON, or nothing that could be stored; the loop tells the model. */
function readInput(text: string): unknown {
  if (text.trim() === '') return {};
  try {
    const input: unknown = JSON.parse(text);
    return isDeeper(input, MAX_DEPTH) ? text : input;
  } catch {
    return text;
  }
}

const isDeeper = (value: unknown, levels: number): boolean =>
  typeof value === 'object' && value !== null && (levels === 0 || Object.values(value).some((inner) => isDeeper(inner, levels - 1)));

/** Budgets are counted in tokens, so an answer is not free of them because its provider does not count, or counts what cannot be. */
function countTokens(
  { inputTokens, outputTokens }: { inputTokens: { total: number | undefined }; outputTokens: { total: number | undefined } },
  { instructions, messages, tools }: ModelRequest,
  characters: number,
): { inputTokens: number; outputTokens: number } {
  const estimate = (length: number) => Math.ceil(length / CHARACTERS_PER_TOKEN);
  const counted = (total = 0) => (Number.isInteger(total) && total > 0 && total <= MAX_TOKENS ? total : undefined);
  return {
    inputTokens: counted(inputTokens.total) ?? estimate(instructions.length + JSON.stringify([messages, tools]).length),
    outputTokens: counted(outputTokens.total) ?? estimate(characters),
  };
}

/** The stream ended, and there was not one event in it. */
const saysNothing = (error: unknown) => error instanceof Error && error.name === 'AI_InvalidResponseDataError';
