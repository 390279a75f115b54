/**
 * Normalizes a conversation for providers: user and model alternate, each tool call has one result right after it, ids are ours, and
 * malformed output of a model gets the shape it should have had.
 */
import type { ModelMessage, ToolCall } from '../model.ts';
import { isJson, type Json, parseJson } from './read-events.ts';

export interface PreparedCall {
  id: string;
  tool: string;
  input: Json;
}

interface PreparedResult {
  id: string;
  tool: string;
  output: string;
  ok: boolean;
}

export interface PreparedAssistantMessage {
  role: 'assistant';
  text: string;
  calls: PreparedCall[];
  reasoning: string;
  /** The state that the same provider sent with this response; undefined if another provider sent it. */
  state: unknown;
}

export type PreparedMessage = { role: 'user'; text: string } | PreparedAssistantMessage | { role: 'tool'; results: PreparedResult[] };

/** @param source of the provider being called */
export function prepareMessages(messages: readonly ModelMessage[], source: string): PreparedMessage[] {
  const prepared: PreparedMessage[] = [];
  let calls = 0;
  let open = new Map<string, PreparedCall>();

  function add(message: PreparedMessage): void {
    const last = prepared.at(-1);
    const joined = last && join(last, message);
    if (joined) prepared[prepared.length - 1] = joined;
    else prepared.push(message);
  }

  /** Providers reject a call without a result. */
  function closeCalls(): void {
    const results = [...open.values()].map(({ id, tool }) => ({ id, tool, output: NO_RESULT, ok: false }));
    open = new Map();
    if (results.length > 0) add({ role: 'tool', results });
  }

  for (const message of messages) {
    switch (message.role) {
      case 'user': {
        closeCalls();
        add({ role: 'user', text: [message.text, message.context, message.payload].filter(Boolean).join('\n\n') });
        break;
      }
      case 'assistant': {
        closeCalls();
        const prepareCall = ({ tool, input }: ToolCall): PreparedCall => ({
          id: idOf(++calls),
          tool: nameOf(tool),
          input: asObject(input),
        });
        const answer = message.calls.map((call) => [call.callId, prepareCall(call)] as const);
        open = new Map(answer);
        const text = message.text.trim() === '' ? '' : message.text;
        if (text === '' && answer.length === 0) break;
        const state = message.state?.source === source ? message.state.data : undefined;
        add({ role: 'assistant', text, calls: answer.map(([, call]) => call), reasoning: message.reasoning ?? '', state });
        break;
      }
      case 'tool': {
        const results = message.results.flatMap(({ callId, output, ok }) => {
          const call = open.get(callId);
          open.delete(callId);
          return call ? [{ id: call.id, tool: call.tool, output: output.trim() === '' ? NO_OUTPUT : output, ok }] : [];
        });
        if (results.length > 0) add({ role: 'tool', results });
      }
    }
  }
  closeCalls();
  if (prepared[0]?.role !== 'user') prepared.unshift({ role: 'user', text: '(The beginning of the conversation is left out.)' });
  if (prepared.at(-1)?.role === 'assistant') prepared.push({ role: 'user', text: '(Go on.)' });
  return prepared;
}

const NO_RESULT = 'Not executed.';
const NO_OUTPUT = '(No output.)';

/** @returns undefined if they cannot be joined */
function join(first: PreparedMessage, second: PreparedMessage): PreparedMessage | undefined {
  if (first.role === 'user' && second.role === 'user') return { role: 'user', text: `${first.text}\n\n${second.text}` };
  if (first.role === 'tool' && second.role === 'tool') return { role: 'tool', results: [...first.results, ...second.results] };
  if (first.role !== 'assistant' || second.role !== 'assistant') return undefined;
  return {
    role: 'assistant',
    text: [first.text, second.text].filter(Boolean).join('\n\n'),
    calls: [...first.calls, ...second.calls],
    // A provider accepts only its own response, unchanged.
    reasoning: '',
    state: undefined,
  };
}

/** Unique in the conversation, and nine characters of [a-zA-Z0-9], which is all that the strictest provider accepts. */
const idOf = (call: number): string => `c${call.toString(36).padStart(8, '0')}`;

/** Providers reject names that are longer or contain other characters. */
const nameOf = (tool: string): string => tool.replace(/[^\w-]/g, '_').slice(0, 64) || 'unnamed';

/** Input that is not an object is wrapped in one: providers reject anything else. */
function asObject(input: unknown): Json {
  const meant = (typeof input === 'string' ? parseJson(input) : input) ?? {};
  if (isJson(meant) && (typeof input !== 'string' || parseJson(input) !== undefined)) return meant;
  return { unreadable: typeof input === 'string' ? input : JSON.stringify(input) };
}
