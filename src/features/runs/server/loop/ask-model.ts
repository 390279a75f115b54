/** One model call of a step, stored as it streams. A failure is returned, not thrown. */
import {
  costOf,
  type Finish,
  ModelError,
  type ModelMessage,
  type ModelPart,
  type OpenModel,
  type ToolCall,
  type ToolDescription,
} from '#features/models/server/model.ts';
import type { EventData } from '../../events.ts';
import type { Spent } from '../log/append.ts';
import type { LazyBatch } from '../log/appender.ts';
import { texts } from '../texts/log.ts';
import { estimateTokens } from './fit-context.ts';
import { createTextBuffer } from './text-buffer.ts';
import { untilAborted } from './until-aborted.ts';

/** Stores events; throws if the run is lost, and the loop must end then. */
export type Append = (added: LazyBatch, spent?: Spent) => Promise<void>;

interface Asking {
  step: number;
  model: OpenModel;
  instructions: string;
  messages: ModelMessage[];
  tools: readonly (ToolDescription & { server?: string })[];
  maxOutputTokens: number;
  signal: AbortSignal;
  append: Append;
}

/** @throws the signal's reason if aborted, after the output so far has been stored */
export async function askModel(asking: Asking): Promise<{ calls: ToolCall[] } | { error: ModelError }> {
  const { step, model, signal, append, tools, messages, instructions, maxOutputTokens } = asking;
  const buffer = createTextBuffer(append);
  const calls: ToolCall[] = [];
  /** Characters of output; `spoke`: whether any of it is visible text or a tool call. */
  let said = 0;
  let spoke = false;
  try {
    const request = { instructions, messages, tools: [...tools], maxOutputTokens, signal };
    for await (const part of untilAborted(model.call(request), signal)) {
      if (part.type === 'finish') {
        await end(part);
        return { calls };
      }
      const event = toEvent(part);
      said += event.type === 'tool_call' ? 0 : event.data.text.length;
      spoke ||= event.type === 'tool_call' || (event.type === 'text' && event.data.text.trim() !== '');
      if (event.type === 'tool_call') calls.push(event.data);
      buffer.add(event);
    }
    throw new ModelError('cut_off', texts.errors.brokenOff, { temporary: true });
  } catch (error) {
    if (!signal.aborted && !(error instanceof ModelError)) throw error;
    await breakOff();
    signal.throwIfAborted();
    return { error: error as ModelError };
  }

  async function end(finish: Finish): Promise<void> {
    const { inputTokens, outputTokens, state } = finish;
    const spent = { inputTokens, outputTokens, cost: costOf(model.price, inputTokens, outputTokens) };
    const ended: EventData = { type: 'step_end', data: { step, finish: finish.finish, ...spent, ...(state && { state }) } };
    await append([...(await buffer.end()), ended, ...noticesOf(finish, spoke)], { model: model.id, ...spent });
  }

  async function breakOff(): Promise<void> {
    const rest = await buffer.end();
    if (said === 0) return;
    const { cut, spent } = estimateCut({ step, model, instructions, messages, said });
    await append([...rest, cut], spent);
  }

  function toEvent(part: Exclude<ModelPart, { type: 'finish' }>) {
    switch (part.type) {
      case 'text':
      case 'reasoning':
        return { type: part.type, data: { text: part.text } };
      case 'tool_input':
        return { type: part.type, data: { callId: part.callId, tool: part.tool, text: part.text } };
      case 'tool_call': {
        const server = tools.find(({ name }) => name === part.tool)?.server;
        const data = { callId: unusedId(part.callId), tool: part.tool, input: part.input, ...(server !== undefined && { server }) };
        return { type: part.type, data };
      }
    }
  }

  /** Some providers reuse call ids, or send none. */
  function unusedId(callId: string): string {
    const taken = calls.filter((call) => call.callId === callId || call.callId.startsWith(`${callId}#`)).length;
    return taken === 0 ? callId : `${callId}#${taken + 1}`;
  }
}

type Cut = Pick<Asking, 'step' | 'instructions' | 'messages'> & { model: Pick<OpenModel, 'id' | 'price'> };

/** Providers charge for interrupted output; the amount is estimated. @param said characters */
export function estimateCut({ step, model, instructions, messages, said }: Cut & { said: number }): { cut: EventData; spent: Spent } {
  const inputTokens = estimateTokens(instructions + JSON.stringify(messages));
  const outputTokens = Math.ceil(said / 4);
  const amounts = { inputTokens, outputTokens, cost: costOf(model.price, inputTokens, outputTokens) };
  return { cut: { type: 'step_cut', data: { step, ...amounts } }, spent: { model: model.id, ...amounts } };
}

function noticesOf({ finish, word, dropped = 0 }: Finish, spoke: boolean): EventData[] {
  if (finish === 'length') return [notice('answer_cut', texts.notices.answerCut)];
  if (finish === 'content-filter') return [notice('answer_filtered', texts.notices.answerFiltered)];
  return [
    ...(finish === 'other' ? [describeUnknownEnd(word)] : []),
    ...(dropped > 0 ? [notice('calls_dropped', texts.notices.callsDropped(dropped))] : []),
    ...(spoke || dropped > 0 ? [] : [notice('answer_empty', texts.notices.answerEmpty)]),
  ];
}

const describeUnknownEnd = (word: string | undefined): EventData =>
  word === undefined
    ? notice('finish_missing', texts.notices.finishMissing)
    : notice('finish_unknown', texts.notices.finishUnknown(word.slice(0, 100)));

const notice = (code: string, message: string): EventData => ({ type: 'notice', data: { code, message } });
