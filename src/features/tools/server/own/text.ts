/** File content as text, as tools exchange it with a model. */
import { isUtf8 } from 'node:buffer';
import { HttpProblem } from '#kernel/errors.ts';

/** @throws 422 unless the content is UTF-8: other content could not be written back */
export function textOf(path: string, content: Buffer | null): string {
  if (!content || content.includes(0) || !isUtf8(content)) throw new HttpProblem(422, 'binary_file', `${path} is not a UTF-8 text file.`);
  return content.toString('utf8');
}

/** Lines without their line endings; a trailing line ending adds no empty line. */
export function linesOf(text: string): string[] {
  const lines = text.split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

export const count = (n: number, thing: string): string => `${n} ${thing}${n === 1 ? '' : 's'}`;
