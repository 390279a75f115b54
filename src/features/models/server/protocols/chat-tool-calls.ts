/**
 * Assembles the tool calls of a chat completion. By the specification each chunk has the index of its call, and the first one has the id
 * and the name; servers omit the index, use the same one for all calls, repeat ids and names, or send the input as an object.
 */

import { isJson, type Json } from './read-events.ts';
import type { GrowingCall, ResponseBuilder } from './response-builder.ts';
import { isWhole } from './tool-input.ts';

interface Entry {
  index: number | undefined;
  id: string;
  call: GrowingCall;
  /** Fields of the call that the provider expects back. */
  extra: Json;
}

/** Next to the call itself: Google's signatures, as Google and LiteLLM send them. */
const EXTRAS = ['extra_content', 'provider_specific_fields', 'thought_signature'];

export function createChatToolCalls(builder: ResponseBuilder) {
  const entries: Entry[] = [];

  /** The call that a chunk continues; undefined if it starts another one. */
  function find(index: number | undefined, id: string, name: string): Entry | undefined {
    const sameIndex = index === undefined ? entries : entries.filter((entry) => entry.index === index);
    const byId = id === '' ? undefined : sameIndex.find((entry) => entry.id === id);
    if (byId) return byId;
    const last = sameIndex.at(-1);
    if (!last || name === '') return last;
    // A chunk with a name starts another call, unless the server repeats name and id in each chunk, or sends a new id with each.
    const hasOtherId = id !== '' && last.id !== '';
    const { tool, text } = last.call;
    const isAnother = (tool !== '' && tool !== name) || isWhole(text) || (hasOtherId && (text === '' || index === undefined));
    return isAnother ? undefined : last;
  }

  function open(index: number | undefined, id: string, name: string): Entry {
    const entry: Entry = { index, id, call: builder.openCall(id, name), extra: {} };
    entries.push(entry);
    return entry;
  }

  function take(piece: Json, position: number | undefined): void {
    const fn = isJson(piece['function']) ? piece['function'] : piece;
    const index = readIndex(piece['index']) ?? position;
    const id = typeof piece['id'] === 'string' || typeof piece['id'] === 'number' ? String(piece['id']) : '';
    const name = typeof fn['name'] === 'string' ? fn['name'].trim() : '';
    const entry = find(index, id, name) ?? open(index, id, name);
    if (entry.id === '') entry.id = id;
    builder.nameCall(entry.call, name);
    const input = fn['arguments'] ?? fn['parameters'] ?? piece['input'];
    if (typeof input === 'string') builder.addInput(entry.call, input);
    // An object is the whole input; an empty one may precede input sent as text.
    else if (typeof input === 'object' && input !== null && Object.keys(input).length > 0 && entry.call.text === '')
      builder.addInput(entry.call, JSON.stringify(input));
    for (const key of EXTRAS) if (piece[key] !== undefined && piece[key] !== null) entry.extra[key] = piece[key];
  }

  return {
    take(pieces: unknown): void {
      const list = Array.isArray(pieces) ? pieces : [pieces];
      // Several calls without an index in one list are separate, complete calls.
      const places = list.length > 1 && list.every((piece) => isJson(piece) && readIndex(piece['index']) === undefined);
      list.forEach((piece, position) => {
        if (isJson(piece)) take(piece, places ? position : undefined);
      });
    },

    /** The fields to send back with each call, in order; undefined if there are none. */
    extras: (): (Json | null)[] | undefined => {
      const all = entries.map(({ extra }) => (Object.keys(extra).length > 0 ? extra : null));
      return all.some((extra) => extra !== null) ? all : undefined;
    },
  };
}

const readIndex = (value: unknown): number | undefined => {
  const index = typeof value === 'string' && value !== '' ? Number(value) : value;
  return typeof index === 'number' && Number.isInteger(index) ? index : undefined;
};
