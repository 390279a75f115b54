/**
 * Builds one response while a protocol reads it: text is emitted at once, tool calls at the end, and then the finish reason is evaluated. A
 * response with a finish reason is complete, whatever comes after.
 */
import { type Finish, ModelError, type ModelPart, type ModelRequest } from '../model.ts';
import { texts } from '../texts.ts';
import { countTokens } from './count-tokens.ts';
import { type FinishReason, readFinishReason } from './finish-reason.ts';
import { isWhole, readInput } from './tool-input.ts';

/** Of text, reasoning and tool input together: more than anyone reads, and more than any model's output limit. */
const MAX_CHARACTERS = 2_000_000;
/** Consecutive texts, thoughts and tool calls in one response: 3,000 calls block a server for 2 s. */
const MAX_PARTS = 1000;
/** Of the state sent back with a response. Signatures have some kB; a longer state is dropped. */
const MAX_STATE = 500_000;

/** A tool call while it is being written. */
export interface GrowingCall {
  readonly callId: string;
  tool: string;
  /** JSON, as received so far. */
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
    if (characters > MAX_CHARACTERS) throw tooLong(texts.tooManyCharacters(provider, MAX_CHARACTERS));
  }

  function follow(kind: string): void {
    if (kind !== saying) count++;
    saying = kind;
    if (count > MAX_PARTS) throw tooLong(texts.tooManyParts(provider, MAX_PARTS));
  }

  function emitInput({ callId, tool }: GrowingCall, piece: string): void {
    const text = whole(callId, piece);
    if (text !== '') parts.push({ type: 'tool_input', callId, tool, text });
  }

  /** With no finish reason, or an unknown one, incomplete or missing input may have been cut off. */
  const isUncertain = () => ending === undefined || ending.reason === 'other';

  function endCalls(): { endedCalls: ModelPart[]; dropped: number } {
    const all = calls.map(({ callId, tool, text }, index) => {
      const last = index === calls.length - 1;
      const cut = text.trim() === '' ? last && (ending?.reason === 'length' || ending?.reason === 'other') : !isWhole(text);
      return { cut, part: { type: 'tool_call' as const, callId, tool, input: cut ? text || CUT : readInput(text) } };
    });
    if (isUncertain() && all.some(({ cut }) => cut)) return { endedCalls: [], dropped: all.length };
    return { endedCalls: all.map(({ part }) => part), dropped: 0 };
  }

  function drain(): ModelPart[] {
    const drained = parts;
    parts = [];
    return drained;
  }

  return {
    /** Whether an event of the protocol has arrived. */
    get heard() {
      return heard;
    },
    /** Whether a finish reason has arrived. */
    get ended() {
      return ending !== undefined;
    },
    /** Whether the provider has signaled the end of the stream. */
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

    /** @param id the provider's; calls with a duplicate or missing id get a new one */
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

    /** Input that arrives before its tool's name is emitted together with the name. */
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

    /** @param word the provider's; of a valid and a broken reason, the first counts */
    finish(word: unknown): void {
      const found = readFinishReason(word);
      if (!found || (found.reason === 'broken' ? ending : broken !== undefined)) return;
      if (found.reason === 'broken') broken ??= found.word;
      else ending = found;
    },

    /** The model refused to respond; its text is the refusal. */
    failOnRefusal(): void {
      refused = true;
    },

    count(input: unknown, output: unknown): void {
      usage.input = input ?? usage.input;
      usage.output = output ?? usage.output;
    },

    /** @param read returns the state that the provider expects back, once the response is complete; undefined if there is none */
    keep(read: () => unknown): void {
      state = read;
    },

    /** @param say emits text that is withheld until the end */
    beforeEnd(say: () => void): void {
      flush = say;
    },

    drain,

    /**
     * @returns the remaining parts with the calls, the finish reason, and the state to send back @throws ModelError if the response is
     * incomplete
     */
    end(): { parts: ModelPart[]; finish: Finish; state: unknown } {
      if (!ending && broken !== undefined) throw brokenOff(provider, broken);
      if (!ending && !closed) throw heard ? brokenOff(provider) : unreadable(provider);
      flush?.();
      const { endedCalls, dropped } = endCalls();
      const data = state?.();
      const kept = data !== undefined && JSON.stringify(data).length <= MAX_STATE;
      const finish: Finish = {
        type: 'finish',
        finish: nameFinish(ending?.reason ?? 'other', endedCalls.length > 0, refused),
        ...countTokens(usage, request, characters),
        ...(ending?.reason === 'other' && ending.word !== undefined && { word: ending.word }),
        ...(dropped > 0 && { dropped }),
      };
      return { parts: [...drain(), ...endedCalls], finish, state: kept ? data : undefined };
    },
  };
}

/** A refusal ends with the reason of a normal response, and so does a call on some servers. */
function nameFinish(reason: FinishReason, hasCalls: boolean, refused: boolean): FinishReason {
  if (reason !== 'stop') return reason;
  return hasCalls ? 'tool-calls' : refused ? 'content-filter' : reason;
}

/** Replaces an input that never arrived. */
const CUT = '(cut off)';

const tooLong = (message: string) => new ModelError('answer_too_long', message);

const brokenOff = (provider: string, word?: string) =>
  new ModelError('cut_off', texts.brokenOff(provider, word?.slice(0, 100)), { temporary: true });

const unreadable = (provider: string) => new ModelError('provider_broken', texts.unreadableAnswer(provider), { temporary: true });

/** Some servers split chunks within a character; the first half waits for the second. */
function createPairing() {
  const halves = new Map<string, string>();
  return (stream: string, piece: string): string => {
    const text = (halves.get(stream) ?? '') + piece;
    const whole = text.replace(/[\ud800-\udbff]$/, '');
    halves.set(stream, text.slice(whole.length));
    return whole;
  };
}
