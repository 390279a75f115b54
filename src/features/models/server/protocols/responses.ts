/** Reads OpenAI's Responses API. A response is a list of items: messages, reasoning and calls. */
import { ProviderFailure, readError } from '../provider-error.ts';
import type { Protocol, TakeEvent } from './protocol.ts';
import { isJson, type Json } from './read-events.ts';
import type { GrowingCall, ResponseBuilder } from './response-builder.ts';
import { type ResponsesItem, type ResponsesState, responsesBody } from './responses-request.ts';

export const responses: Protocol = {
  path: '/responses',
  body: responsesBody,
  read: readResponse,
};

interface Open {
  kept: ResponsesItem;
  call?: GrowingCall;
  /** Part of it was already emitted. */
  said: boolean;
}

function readResponse(builder: ResponseBuilder): TakeEvent {
  const items: ResponsesItem[] = [];
  const open = new Map<unknown, Open>();
  let calls = 0;

  function begin(place: unknown, item: Json): Open | undefined {
    const existing = open.get(place);
    if (existing) return existing;
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
          call: builder.openCall(textOf(item['call_id']) || textOf(item['id']), textOf(item['name'])),
          said: false,
        };
    }
    return undefined;
  }

  /** The complete item: emits what its chunks did not contain. */
  function complete(place: unknown, item: Json): void {
    const found = begin(place, item);
    if (!found) return;
    const { kept, call, said } = found;
    if (kept.type === 'reasoning') {
      if (!said) builder.emit('reasoning', textsOf(item['summary']) + textsOf(item['content']));
      kept.item = { type: 'reasoning', summary: [], ...pick(item, ['id', 'summary', 'content', 'encrypted_content']) };
    } else if (kept.type === 'message') {
      if (typeof item['phase'] === 'string') kept.phase = item['phase'];
      const text = textsOf(item['content']);
      if (!said) emitText(found, text);
      if (listOf(item['content']).some(({ type }) => type === 'refusal')) builder.failOnRefusal();
    } else if (call && call.text === '') builder.addInput(call, textOf(item['arguments']));
    found.said = true;
  }

  function emitText(found: Open | undefined, text: string): void {
    if (found?.kept.type === 'message') found.kept.text += text;
    if (found) found.said ||= text !== '';
    builder.emit('text', text);
  }

  function emitReasoning(place: unknown, text: string): void {
    const found = begin(place, { type: 'reasoning' });
    if (found) found.said ||= text !== '';
    builder.emit('reasoning', text);
  }

  function end(response: Json): void {
    builder.hear();
    const usage = response['usage'];
    if (isJson(usage)) builder.count(usage['input_tokens'], usage['output_tokens']);
    const details = response['incomplete_details'];
    if (isJson(details)) builder.finish(details['reason']);
    else if (response['status'] === 'failed' || (isJson(response['error']) && !builder.ended))
      throw new ProviderFailure(readError(response['error'] ?? response));
    else builder.finish(response['status'] ?? 'completed');
    builder.close();
  }

  builder.keep((): ResponsesState | undefined => {
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
        return builder.hear();
      case 'response.output_item.added':
        builder.hear();
        if (isJson(event['item'])) begin(place, event['item']);
        return;
      case 'response.output_text.delta':
        builder.hear();
        return emitText(begin(place, { type: 'message' }), textOf(event['delta']));
      case 'response.refusal.delta':
        builder.failOnRefusal();
        return emitText(begin(place, { type: 'message' }), textOf(event['delta']));
      case 'response.reasoning_summary_text.delta':
      case 'response.reasoning_text.delta':
        builder.hear();
        return emitReasoning(place, textOf(event['delta']));
      case 'response.reasoning_summary_part.added':
        // Each part is a paragraph.
        if (Number(event['summary_index']) > 0) emitReasoning(place, '\n\n');
        return;
      case 'response.function_call_arguments.delta': {
        const found = open.get(place);
        if (found?.call) builder.addInput(found.call, textOf(event['delta']));
        return;
      }
      case 'response.output_item.done':
        builder.hear();
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
