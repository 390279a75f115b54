/** Reads Anthropic's Messages API. A response is a list of blocks, each with a start, deltas and an end. */

import { type AnthropicBlock, type AnthropicState, anthropicBody } from './anthropic-request.ts';
import type { Protocol, TakeEvent } from './protocol.ts';
import { isJson, type Json } from './read-events.ts';
import type { GrowingCall, ResponseBuilder } from './response-builder.ts';

export const anthropic: Protocol = {
  path: '/messages',
  headers: { 'anthropic-version': '2023-06-01' },
  body: anthropicBody,
  read: readMessages,
};

interface Open {
  kept: AnthropicBlock | undefined;
  call: GrowingCall | undefined;
}

function readMessages(builder: ResponseBuilder): TakeEvent {
  const blocks: AnthropicBlock[] = [];
  const open = new Map<unknown, Open>();
  let calls = 0;

  function begin(index: unknown, block: Json): Open {
    const begun: Open = { kept: undefined, call: undefined };
    open.set(index, begun);
    switch (block['type']) {
      case 'text':
        begun.kept = { type: 'text', text: '' };
        break;
      case 'thinking':
        begun.kept = { type: 'thinking', thinking: '', signature: '' };
        break;
      case 'redacted_thinking':
        begun.kept = { type: 'redacted_thinking', data: textOf(block['data']) };
        break;
      case 'tool_use':
        begun.kept = { type: 'tool_use', call: calls++ };
        begun.call = builder.openCall(textOf(block['id']), textOf(block['name']));
        // Empty at the start if the input is streamed, complete otherwise.
        if (isJson(block['input']) && Object.keys(block['input']).length > 0) builder.addInput(begun.call, JSON.stringify(block['input']));
    }
    if (begun.kept) blocks.push(begun.kept);
    takePiece(begun, block);
    return begun;
  }

  /** From a delta, or from a block that has content at its start. */
  function takePiece({ kept, call }: Open, piece: Json): void {
    if (kept?.type === 'text' && typeof piece['text'] === 'string') {
      kept.text += piece['text'];
      builder.emit('text', piece['text']);
    }
    if (kept?.type === 'thinking') {
      kept.thinking += textOf(piece['thinking']);
      kept.signature += textOf(piece['signature']);
      builder.emit('reasoning', textOf(piece['thinking']));
    }
    if (call && typeof piece['partial_json'] === 'string') builder.addInput(call, piece['partial_json']);
  }

  function takeMessage(message: Json): void {
    builder.hear();
    takeUsage(message['usage'], builder);
    const content = Array.isArray(message['content']) ? message['content'].filter(isJson) : [];
    for (const [index, block] of content.entries()) begin(index, block);
    builder.finish(message['stop_reason']);
  }

  builder.keep((): AnthropicState | undefined => {
    const signed = blocks.some((block) => (block.type === 'thinking' && block.signature !== '') || block.type === 'redacted_thinking');
    return signed ? { blocks } : undefined;
  });

  return (event) => {
    switch (event['type']) {
      case 'message':
        return takeMessage(event);
      case 'message_start':
        return isJson(event['message']) ? takeMessage(event['message']) : builder.hear();
      case 'content_block_start':
        builder.hear();
        if (isJson(event['content_block'])) begin(event['index'], event['content_block']);
        return;
      case 'content_block_delta': {
        if (!isJson(event['delta'])) return;
        builder.hear();
        const { delta, index } = event as { delta: Json; index: unknown };
        // Some servers omit the start of a block.
        takePiece(open.get(index) ?? begin(index, { type: KIND_OF_DELTA.get(delta['type']) }), delta);
        return;
      }
      case 'message_delta':
        builder.hear();
        takeUsage(event['usage'], builder);
        if (isJson(event['delta'])) builder.finish(event['delta']['stop_reason']);
        return;
      case 'message_stop':
        builder.close();
    }
  };
}

const KIND_OF_DELTA = new Map<unknown, string>([
  ['text_delta', 'text'],
  ['thinking_delta', 'thinking'],
  ['input_json_delta', 'tool_use'],
]);
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Tokens read from the cache count as input, too. */
function takeUsage(usage: unknown, builder: ResponseBuilder): void {
  if (!isJson(usage)) return;
  const parts = ['input_tokens', 'cache_creation_input_tokens', 'cache_read_input_tokens'].map((name) => usage[name]);
  const input =
    typeof parts[0] === 'number' ? parts.reduce((sum: number, part) => sum + (typeof part === 'number' ? part : 0), 0) : undefined;
  builder.count(input, usage['output_tokens']);
}
