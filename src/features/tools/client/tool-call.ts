import { markPath } from '#wire/hidden-characters.ts';
import { texts } from './texts/names.ts';

/** What a tool call is about, for people: its name in words, and the one thing worth knowing of its input. */

const names: ReadonlyMap<string, string> = new Map(Object.entries(texts));

/** Tools of other servers are named `server__tool`; their server stands beside the name. */
export function nameTool({ tool, server = null }: { tool: string; server?: string | null | undefined }): string {
  const known = server === null && names.get(tool);
  if (known) return known;
  const own = server === null ? tool : tool.slice(tool.indexOf('__') < 0 ? 0 : tool.indexOf('__') + 2);
  const words = own.replaceAll(/[_-]+/g, ' ').trim();
  return words === '' ? tool : words.charAt(0).toUpperCase() + words.slice(1);
}

const subjects = ['path', 'command', 'url', 'query', 'text', 'pattern', 'glob', 'output'];

export function summarise(input: unknown): string {
  if (typeof input === 'string') return firstLine(input);
  const fields = new Map(fieldsOf(input).flatMap(([key, value]) => (typeof value === 'string' ? [[key, value]] : [])));
  const [from, to] = [fields.get('from'), fields.get('to')];
  if (from !== undefined && to !== undefined) return `${markPath(from)} → ${markPath(to)}`;
  const key = subjects.find((each) => fields.has(each)) ?? [...fields.keys()][0];
  const line = firstLine((key !== undefined && fields.get(key)) || '');
  return key === 'path' ? markPath(line) : line;
}

export const fieldsOf = (input: unknown): [string, unknown][] =>
  typeof input === 'object' && input !== null && !Array.isArray(input) ? Object.entries(input) : [];

export function textField(input: unknown, key: string): string | undefined {
  const value = fieldsOf(input).find(([each]) => each === key)?.[1];
  return typeof value === 'string' ? value : undefined;
}

export const firstLine = (text: string): string => text.split('\n', 1)[0] ?? '';

/** Of lines without an end. */
const MAX_CHARACTERS = 4_000;

/** The last lines of a text that grows: what is being written is seen at its end. */
export function lastLines(written: string, count: number): string {
  const text = written.slice(-MAX_CHARACTERS);
  let start = text.length;
  for (let line = 0; line < count && start > 0; line++) start = text.lastIndexOf('\n', start - 1);
  return start <= 0 ? text : text.slice(start + 1);
}
