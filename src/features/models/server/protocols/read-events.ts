/**
 * Reads the events of a response from its bytes: server-sent events as specified, and as servers actually write them. Ignores comments,
 * empty data and data that is not JSON; reads an event even without its closing empty line; accepts one JSON document, or one per line,
 * from servers that do not stream.
 */
import { ModelError } from '../model.ts';
import { texts } from '../texts.ts';

export type Json = Record<string, unknown>;

export type ProviderEvent =
  | { type: 'json'; data: Json; name?: string }
  /** Looks like JSON, but is invalid. */
  | { type: 'broken'; text: string }
  /** `[DONE]`. */
  | { type: 'done' };

/** Most characters of an event. Servers that do not stream tool calls send a whole file in one. */
const MAX_EVENT = 4 * 1024 * 1024;

export const isJson = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);

/** @returns undefined if it is not JSON */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function createEventReader() {
  // Drops a byte order mark, and joins characters split between two chunks.
  const decoder = new TextDecoder();
  let isDocument: boolean | undefined;
  let pending = '';
  let data = '';
  let size = 0;
  let name: string | undefined;
  let endedInReturn = false;
  let found: ProviderEvent[] = [];

  function hold(characters: number): void {
    size += characters;
    if (size > MAX_EVENT) throw tooLong();
  }

  function emit(value: unknown): void {
    for (const item of Array.isArray(value) ? value : [value])
      if (isJson(item)) found.push({ type: 'json', data: item, ...(name !== undefined && { name }) });
    size = 0;
  }

  /** Parsed as soon as it is complete: the empty line after it may never come. */
  function takeData(value: string): void {
    const text = value.trim();
    hold(value.length);
    if (data !== '') data += `\n${value}`;
    else if (/^\[DONE\]$/i.test(text)) found.push({ type: 'done' });
    else if (/^[{[]/.test(text)) {
      const parsed = parseJson(text);
      if (parsed === undefined) data = value;
      else emit(parsed);
    }
  }

  function dispatch(): void {
    if (data !== '') {
      const parsed = parseJson(data);
      if (parsed === undefined) found.push({ type: 'broken', text: data });
      else emit(parsed);
    }
    data = '';
    name = undefined;
    size = 0;
  }

  function takeLine(line: string): void {
    if (line === '') return dispatch();
    if (line.startsWith('{')) return takeData(line);
    const colon = line.indexOf(':');
    const field = (colon < 0 ? line : line.slice(0, colon)).trim();
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'data') takeData(value);
    else if (field === 'event') name = value.trim();
    else if (field === 'error') emit({ error: parseJson(value) ?? value });
  }

  function takeText(text: string): void {
    if (isDocument === undefined) {
      const first = /\S/.exec(text)?.[0];
      if (first !== undefined) isDocument = first === '{' || first === '[';
    }
    if (isDocument) {
      hold(text.length);
      pending += text;
      return;
    }
    const lineEnd = /\r\n|\n|\r/g;
    lineEnd.lastIndex = endedInReturn && text.startsWith('\n') ? 1 : 0;
    if (text !== '') endedInReturn = false;
    let start = lineEnd.lastIndex;
    for (let match = lineEnd.exec(text); match; match = lineEnd.exec(text)) {
      takeLine(pending + text.slice(start, match.index));
      pending = '';
      start = lineEnd.lastIndex;
      endedInReturn = match[0] === '\r' && start === text.length;
    }
    pending += text.slice(start);
    if (size + pending.length > MAX_EVENT) throw tooLong();
  }

  function takeDocument(text: string): void {
    const whole = parseJson(text);
    if (whole !== undefined) return emit(whole);
    const lines = text.split(/[\r\n]+/).map(parseJson);
    if (lines.some(isJson)) emit(lines);
    else found.push({ type: 'broken', text });
  }

  function drain(): ProviderEvent[] {
    const events = found;
    found = [];
    return events;
  }

  return {
    /** @throws ModelError if the buffered data exceeds the limit for an event */
    feed(bytes: Uint8Array): ProviderEvent[] {
      takeText(decoder.decode(bytes, { stream: true }));
      return drain();
    },

    /** The stream has ended. An incomplete event is dropped. */
    end(): ProviderEvent[] {
      const text = pending + decoder.decode();
      pending = '';
      if (isDocument) takeDocument(text);
      else if (text !== '') takeLine(text);
      return drain();
    },
  };
}

const tooLong = () => new ModelError('answer_too_long', texts.tooMuchAtOnce(MAX_EVENT));
