/** Text of files, as tools show it to a model and as a model names it. */
import { isUtf8 } from 'node:buffer';
import { Refusal } from '#kernel/errors.ts';

/** @throws 422 for what is no text in UTF-8: shown as text it could not be written back */
export function textOf(path: string, content: Buffer | null): string {
  if (!content || content.includes(0) || !isUtf8(content)) throw new Refusal(422, 'binary_file', `${path} is not a UTF-8 text file.`);
  return content.toString('utf8');
}

/** Lines without what ends them; what ends the last line begins none. */
export function linesOf(text: string): string[] {
  const lines = text.split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

/** What ends the first line of a text, and so most likely the others. */
export const lineEndOf = (text: string): '\n' | '\r\n' => (/^[^\n]*\r\n/.test(text) ? '\r\n' : '\n');

export const count = (n: number, thing: string): string => `${n} ${thing}${n === 1 ? '' : 's'}`;
