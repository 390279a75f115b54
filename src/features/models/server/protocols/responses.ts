/** OpenAI's responses. An answer is a list of items: messages, thoughts and calls. */
import { ProviderFailure, readError } from '../provider-said.ts';
import type { Answer, GrowingCall } from './answer.ts';
import type { Protocol, TakeEvent } from './protocol.ts';
import { isJson, type Json } from './read-events.ts';
import { type ResponsesItem, type ResponsesState, responsesBody } from './responses-request.ts';

export const responses: Protocol = {
  path: '/responses',
  body: responsesBody,
  read: readResponse,
};

interface Open {
  kept: ResponsesItem;
  call?: GrowingCall;
  /** Something of it was said already. */
  said: boolean;
}

function readResponse(answer: Answer): TakeEvent {
  const items: ResponsesItem[] = [];
  const open = new Map<unknown, Open>();
  let calls = 0;

  function begin(place: unknown, item: Json): Open | undefined {
    const known = open.get(place);
    if (known) return known;
    const begun = toOpen(item);
    if (!begun) return undefined;
    open.set(place, begun);
    items.push(begun.kept);
    return begun;
  }

  function toOpen(item: Json): Open | undefined {
    switch (item['type']) {
      case 'reasoning':
        return { kept: { type: 'reasoning', item: {} }, said: false };
      case 'message':
        return { kept: { type: 'message', text: '' }, said: false };
      case 'function_call':
        return {
          kept: { type: 'function_call', call: calls++ },
          call: answer.openCall(textOf(item['call_id']) || textOf(item['id']), textOf(item['name'])),
          said: false,
        };
    }
    return undefined;
  }

  /** It is whole, and says what its pieces have not said. */
  function complete(place: unknown, item: Json): void {
    const found = begin(place, item);
    if (!found) return;
    const { kept, call, said } = found;
    if (kept.type === 'reasoning') {
      if (!said) answer.say('reasoning', textsOf(item['summary']) + textsOf(item['content']));
      kept.item = { type: 'reasoning', summary: [], ...pick(item, ['id', 'summary', 'content', 'encrypted_content']) };
    } else if (kept.type === 'message') {
      if (typeof item['phase'] === 'string') kept.phase = item['phase'];
      const text = textsOf(item['content']);
      if (!said) sayText(found, text);
      if (listOf(item['content']).some(({ type }) => type === 'refusal')) answer.refuse();
    } else if (call && call.text === '') answer.addInput(call, textOf(item['arguments']));
    found.said = true;
  }

  function sayText(found: Open | undefined, text: string): void {
    if (found?.kept.type === 'message') found.kept.text += text;
    if (found) found.said ||= text !== '';
    answer.say('text', text);
  }

  function sayReasoning(place: unknown, text: string): void {
    const found = begin(place, { type: 'reasoning' });
    if (found) found.said ||= text !== '';
    answer.say('reasoning', text);
  }

  function end(response: Json): void {
    answer.hear();
    const usage = response['usage'];
    if (isJson(usage)) answer.count(usage['input_tokens'], usage['output_tokens']);
    const details = response['incomplete_details'];
    if (isJson(details)) answer.finish(details['reason']);
    else if (response['status'] === 'failed' || (isJson(response['error']) && !answer.ended))
      throw new ProviderFailure(readError(response['error'] ?? response));
    else answer.finish(response['status'] ?? 'completed');
    answer.close();
  }

  answer.keep((): ResponsesState | undefined => {
    const wanted = items.some(
      (item) => (item.type === 'reasoning' && item.item['encrypted_content']) || (item.type === 'message' && item.phase),
    );
    return wanted ? { items } : undefined;
  });

  return (event) => {
    const place = event['output_index'] ?? event['item_id'];
    switch (event['type']) {
      case 'response.created':
      case 'response.in_progress':
        return answer.hear();
      case 'response.output_item.added':
        answer.hear();
        if (isJson(event['item'])) begin(place, event['item']);
        return;
      case 'response.output_text.delta':
        answer.hear();
        return sayText(begin(place, { type: 'message' }), textOf(event['delta']));
      case 'response.refusal.delta':
        answer.refuse();
        return sayText(begin(place, { type: 'message' }), textOf(event['delta']));
      case 'response.reasoning_summary_text.delta':
      case 'response.reasoning_text.delta':
        answer.hear();
        return sayReasoning(place, textOf(event['delta']));
      case 'response.reasoning_summary_part.added':
        // Parts are paragraphs of their own.
        if (Number(event['summary_index']) > 0) sayReasoning(place, '\n\n');
        return;
      case 'response.function_call_arguments.delta': {
        const found = open.get(place);
        if (found?.call) answer.addInput(found.call, textOf(event['delta']));
        return;
      }
      case 'response.output_item.done':
        answer.hear();
        if (isJson(event['item'])) complete(place, event['item']);
        return;
      case 'response.completed':
      case 'response.incomplete':
      case 'response.failed':
        if (isJson(event['response'])) end(event['response']);
        return;
    }
    // From a server that does not stream.
    if (event['object'] !== 'response') return;
    for (const [index, item] of listOf(event['output']).entries()) complete(index, item);
    end(event);
  };
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
const listOf = (value: unknown): Json[] => (Array.isArray(value) ? value.filter(isJson) : []);
const textsOf = (parts: unknown): string =>
  listOf(parts)
    .map((part) => textOf(part['text'] ?? part['refusal']))
    .join('');
const pick = (item: Json, names: string[]): Json =>
  Object.fromEntries(names.filter((name) => item[name] !== undefined && item[name] !== null).map((name) => [name, item[name]]));
