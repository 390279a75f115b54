import { isJson, type Json } from './read-events.ts';

/** Fields that are streamed in chunks. */
const TEXTS = ['text', 'summary', 'thinking', 'data'];

/** Appends chunks to a list of thinking blocks, as OpenRouter and LiteLLM stream it: chunks of the same block are merged. */
export function mergeDetails(known: unknown, pieces: readonly unknown[]): Json[] {
  const merged: Json[] = Array.isArray(known) ? [...known] : [];
  for (const piece of pieces.filter(isJson)) {
    const last = merged.at(-1);
    if (last && isSameThought(last, piece)) merged[merged.length - 1] = append(last, piece);
    else merged.push(piece);
  }
  return merged;
}

/** A signature ends a block. */
function isSameThought(last: Json, piece: Json): boolean {
  const differs = (key: string) =>
    last[key] !== undefined && last[key] !== null && piece[key] !== undefined && piece[key] !== null && last[key] !== piece[key];
  if (last['type'] !== piece['type'] || differs('index') || differs('id')) return false;
  const isEncrypted = typeof piece['data'] === 'string' && piece['id'] === undefined;
  return !isEncrypted && (typeof last['signature'] !== 'string' || last['signature'] === '' || isIndexed(last, piece));
}

const isIndexed = (last: Json, piece: Json): boolean => typeof piece['index'] === 'number' && last['index'] === piece['index'];

function append(last: Json, piece: Json): Json {
  const joined: Json = { ...last };
  for (const [key, value] of Object.entries(piece)) {
    const before = last[key];
    if (TEXTS.includes(key) && typeof before === 'string' && typeof value === 'string') joined[key] = before + value;
    else if (value !== null && value !== undefined) joined[key] = value;
  }
  return joined;
}
