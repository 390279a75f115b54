import * as z from 'zod';
import { Refusal } from '#kernel/errors.ts';
import { defineTool, MAX_OUTPUT } from '../tool.ts';

/** Leaves room for what is said about the text. */
const MAX_LENGTH = MAX_OUTPUT - 500;

export const readOutputTool = defineTool({
  name: 'read_output',
  description: 'Reads on in a result that was too long to be shown whole, as the note at its end says.',
  input: z.strictObject({
    output: z.string().min(1).max(40).describe('Id of the result, such as 3.1.'),
    from: z.int().min(0).max(10_000_000).default(0).describe('The first character to read, from 0.'),
    length: z.int().min(1).max(MAX_LENGTH).default(MAX_LENGTH).describe('How many characters at most.'),
  }),
  effect: 'none',
  async carryOut({ readOutput }, { output, from, length }) {
    const part = await readOutput(output, from, length);
    if (!part) throw new Refusal(404, 'not_found', `There is no long result ${output} in this run.`);
    // Not `length`, which counts those beyond the basic plane twice.
    const end = from + [...part.text].length;
    if (part.text === '') return { output: `(The result has ${part.characters} characters; there is none from ${from} on.)` };
    const rest = end < part.characters ? `read on with from: ${end}.` : 'the last.';
    return { output: `${part.text}\n(Characters ${from}–${end} of ${part.characters}; ${rest})` };
  },
});
