/**
 * Gathers one answer while a protocol reads it: what is said goes on at once, tool calls at the end, and the end is judged. An answer
 * that has named why it ended is whole, whatever comes after.
 */
import { type Finish, ModelError, type ModelPart, type ModelRequest } from '../model.ts';
import { countTokens } from './count-tokens.ts';
import { type FinishReason, readFinishReason } from './finish-reason.ts';
import { isWhole, readInput } from './tool-input.ts';

/** Of text, reasoning and tool input together: more than anybody reads, and than the most tokens a model may answer with. */
const MAX_CHARACTERS = 2_000_000;
/** Texts, thoughts and tool calls that follow each other in one answer: 3,000 calls keep a server from all else for 2 s. */
const MAX_PARTS = 1000;
/** Of what is sent back with an answer. Signatures have some kB; a longer state is not kept. */
const MAX_STATE = 500_000;

/** A tool call while it is being written. */
export interface GrowingCall {
  readonly callId: string;
  tool: string;
  /** JSON, as far as it has come. */
  text: string;
}

export type ResponseBuilder = ReturnType<typeof createResponseBuilder>;

/** @param provider its name, for people */
export function createResponseBuilder(request: Pick<ModelRequest, 'instructions' | 'messages' | 'tools'>, provider: string) {
  const whole = createPairing();
  const calls: GrowingCall[] = [];
  let parts: ModelPart[] = [];
  let characters = 0;
  let count = 0;
  let saying = '';
  let ending: { reason: FinishReason; word?: string } | undefined;
  let broken: string | undefined;
  let heard = false;
  let refused = false;
  let closed = false;
  const usage: { input?: unknown; output?: unknown } = {};
  let state: (() => unknown) | undefined;
  let flush: (() => void) | undefined;

  function measure(text: string): void {
    characters += text.length;
    if (characters > MAX_CHARACTERS) throw tooLong(provider, `${MAX_CHARACTERS.toLocaleString('en')} characters`);
  }

  function follow(kind: string): void {
    if (kind !== saying) count++;
    saying = kind;
    if (count > MAX_PARTS) throw tooLong(provider, `${MAX_PARTS.toLocaleString('en')} parts`);
  }

  function emitInput({ callId, tool }: GrowingCall, piece: string): void {
    const text = whole(callId, piece);
    if (text !== '') parts.push({ type: 'tool_input', callId, tool, text });
  }

  /** Unknown or unsaid: then an input that is not whole, or not there at all, may have been cut. */
  const isUncertain = () => ending === undefined || ending.reason === 'other';

  function endCalls(): { told: ModelPart[]; dropped: number } {
    const all = calls.map(({ callId, tool, text }, index) => {
      const last = index === calls.length - 1;
      const cut = text.trim() === '' ? last && (ending?.reason === 'length' || ending?.reason === 'other') : !isWhole(text);
      return { cut, part: { type: 'tool_call' as const, callId, tool, input: cut ? text || CUT : readInput(text) } };
    });
    if (isUncertain() && all.some(({ cut }) => cut)) return { told: [], dropped: all.length };
    return { told: all.map(({ part }) => part), dropped: 0 };
  }

  function drain(): ModelPart[] {
    const drained = parts;
    parts = [];
    return drained;
  }

  return {
    /** Has an event of the protocol come? */
    get heard() {
      return heard;
    },
    /** Has it named why it ended? */
    get ended() {
      return ending !== undefined;
    },
    /** Has the provider said that there is no more? */
    get closed() {
      return closed;
    },

    hear(): void {
      heard = true;
    },

    close(): void {
      closed = true;
    },

    emit(kind: 'text' | 'reasoning', piece: string): void {
      const text = whole(kind, piece);
      if (text === '') return;
      follow(kind);
      measure(text);
      parts.push({ type: kind, text });
    },

    /** @param id the provider's own; calls that share one, or have none, get one */
    openCall(id: string | undefined, tool: string): GrowingCall {
      count++;
      saying = '';
      follow('');
      const wanted = id || `call_${calls.length + 1}`;
      const taken = calls.filter(({ callId }) => callId === wanted || callId.startsWith(`${wanted}#`)).length;
      const call = { callId: taken === 0 ? wanted : `${wanted}#${taken + 1}`, tool, text: '' };
      calls.push(call);
      return call;
    },

    /** What comes before the name of its tool is told with it. */
    addInput(call: GrowingCall, piece: string): void {
      measure(piece);
      call.text += piece;
      if (call.tool !== '') emitInput(call, piece);
    },

    nameCall(call: GrowingCall, tool: string): void {
      if (call.tool !== '' || tool === '') return;
      call.tool = tool;
      emitInput(call, call.text);
    },

    /** @param word the provider's; of a good and a bad one, the first counts */
    finish(word: unknown): void {
      const found = readFinishReason(word);
      if (!found || (found.reason === 'broken' ? ending : broken !== undefined)) return;
      if (found.reason === 'broken') broken ??= found.word;
      else ending = found;
    },

    /** It has refused to answer, in words that are its text. */
    failOnRefusal(): void {
      refused = true;
    },

    count(input: unknown, output: unknown): void {
      usage.input = input ?? usage.input;
      usage.output = output ?? usage.output;
    },

    /** @param read gives what the provider wants back, once all is there; undefined for nothing */
    keep(read: () => unknown): void {
      state = read;
    },

    /** @param say tells what is held back until the end */
    beforeEnd(say: () => void): void {
      flush = say;
    },

    drain,

    /** @returns what is left with the calls, the end, and what the provider wants back @throws ModelError where the answer is not whole */
    end(): { parts: ModelPart[]; finish: Finish; state: unknown } {
      if (!ending && broken !== undefined) throw brokenOff(provider, broken);
      if (!ending && !closed) throw heard ? brokenOff(provider) : unreadable(provider);
      flush?.();
      const { told, dropped } = endCalls();
      const data = state?.();
      const kept = data !== undefined && JSON.stringify(data).length <= MAX_STATE;
      const finish: Finish = {
        type: 'finish',
        finish: nameFinish(ending?.reason ?? 'other', told.length > 0, refused),
        ...countTokens(usage, request, characters),
        ...(ending?.reason === 'other' && ending.word !== undefined && { word: ending.word }),
        ...(dropped > 0 && { dropped }),
      };
      return { parts: [...drain(), ...told], finish, state: kept ? data : undefined };
    },
  };
}

/** A refusal ends like an answer, and a call does at some servers. */
function nameFinish(reason: FinishReason, hasCalls: boolean, refused: boolean): FinishReason {
  if (reason !== 'stop') return reason;
  return hasCalls ? 'tool-calls' : refused ? 'content-filter' : reason;
}

/** In place of an input that never came. */
const CUT = '(cut off)';

const tooLong = (provider: string, bound: string) =>
  new ModelError(
    'answer_too_long',
    `${provider} sent an answer of more than ${bound}, and was cut off. Ask for less at once, or choose another model.`,
  );

const brokenOff = (provider: string, word?: string) => {
  const why = word === undefined ? '' : ` (“${word.slice(0, 100)}”)`;
  const message = `${provider} broke off in the middle of its answer${why}. Try again in a moment, or choose another model.`;
  return new ModelError('cut_off', message, { temporary: true });
};

const unreadable = (provider: string) =>
  new ModelError(
    'provider_broken',
    `${provider} gave an answer that cannot be read. Check that its address leads to a model server, up to and including /v1.`,
    { temporary: true },
  );

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
