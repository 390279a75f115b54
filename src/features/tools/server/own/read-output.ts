import * as z from 'zod';
import { HttpProblem } from '#kernel/errors.ts';
import { defineTool, MAX_OUTPUT } from '../tool.ts';

/** Leaves room for the note about the text. */
const MAX_LENGTH = MAX_OUTPUT - 500;

export const readOutputTool = defineTool({
  name: 'read_output',
  description: 'Reads more of a result that was truncated, using the values in the note at its end.',
  input: z.strictObject({
    output: z.string().min(1).max(40).describe('Id of the result, for example 3.1.'),
    from: z.int().min(0).max(10_000_000).default(0).describe('The first character to read; characters count from 0.'),
    length: z.int().min(1).max(MAX_LENGTH).default(MAX_LENGTH).describe('Maximum number of characters.'),
  }),
  effect: 'none',
  async execute({ readOutput }, { output, from, length }) {
    const part = await readOutput(output, from, length);
    if (!part) throw new HttpProblem(404, 'not_found', `This run has no truncated result with id ${output}.`);
    // Not `length`, which counts characters beyond the basic plane twice.
    const end = from + [...part.text].length;
    if (part.text === '') return { output: `(The result has only ${part.characters} characters; nothing starts at ${from}.)` };
    const rest = end < part.characters ? `continue with from: ${end}.` : 'end of result.';
    return { output: `${part.text}\n(Characters ${from}–${end} of ${part.characters}; ${rest})` };
  },
});
