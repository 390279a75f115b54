import * as z from 'zod';
import { filePath } from '#features/files/path.ts';
import type { Files } from '#features/files/server/files.ts';
import { HttpProblem } from '#kernel/errors.ts';
import { defineTool, MAX_OUTPUT } from '../tool.ts';
import { linesOf, textOf } from './text.ts';

const MAX_LINES = 2000;
/** Characters of one line; longer lines are usually generated. */
const MAX_LINE = 5000;
/** Leaves room for the notes about the text. */
const MAX_TEXT = MAX_OUTPUT - 500;

export const readFileTool = (files: Files) =>
  defineTool({
    name: 'read_file',
    // No line numbers: models would copy them into the text they ask edit_file to replace.
    description: `Reads a text file of the project verbatim, without line numbers, starting at a given line: at most ${MAX_LINES} lines and ${MAX_OUTPUT} characters. A note in parentheses at the end says what was omitted.`,
    input: z.strictObject({
      path: filePath,
      from: z.int().min(1).max(10_000_000).default(1).describe('The first line to read; lines count from 1.'),
      lines: z.int().min(1).max(MAX_LINES).default(MAX_LINES).describe('Maximum number of lines.'),
    }),
    effect: 'none',
    paths: ['path'],
    async execute({ projectId }, { path, from, lines: wanted }) {
      const { content, version } = await files.read(projectId, path);
      const text = textOf(path, content);
      const all = linesOf(text);
      if (from > Math.max(1, all.length))
        throw new HttpProblem(422, 'no_such_line', `${path} has only ${all.length} lines; line ${from} does not exist.`);
      const { shown, cut } = fit(all.slice(from - 1, from - 1 + wanted));
      const notes = [...describeRange(from, shown.length, all.length), ...describeCut(cut), ...describeLineEnds(text)];
      const body = all.length === 0 ? '(The file is empty.)' : shown.join('\n');
      return { output: notes.length > 0 ? `${body}\n(${notes.join(' ')})` : body, seen: [{ path, version }] };
    },
  });

/** As many lines as fit, and how many of them were truncated. */
function fit(lines: string[]): { shown: string[]; cut: number } {
  const shown: string[] = [];
  let cut = 0;
  let remaining = MAX_TEXT;
  for (const line of lines) {
    const long = line.length > MAX_LINE;
    const text = long ? `${line.slice(0, MAX_LINE)}… [${line.length} characters]` : line;
    remaining -= text.length + 1;
    if (remaining < 0) break;
    shown.push(text);
    if (long) cut++;
  }
  return { shown, cut };
}

function describeRange(from: number, shown: number, all: number): string[] {
  const last = from + shown - 1;
  if (last < all) return [`Lines ${from}–${last} of ${all}. Continue with from: ${last + 1}.`];
  return from > 1 ? [`Lines ${from}–${last} of ${all} (end of file).`] : [];
}

const describeCut = (cut: number): string[] =>
  cut > 0 ? [`Lines longer than ${MAX_LINE} characters are truncated where marked; use bash to read them in full.`] : [];

const describeLineEnds = (text: string): string[] =>
  text.includes('\r\n') ? ['Lines end in CRLF; write_file and edit_file preserve that.'] : [];
