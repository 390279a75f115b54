import * as z from 'zod';
import { MAX_PATTERN } from '#features/files/contract.ts';
import type { Files } from '#features/files/server/files.ts';
import { defineTool } from '../tool.ts';

export const searchFilesTool = (files: Files) =>
  defineTool({
    name: 'search_files',
    description: 'Finds the lines that contain a text, whatever the case, in the files of the project. Answers path:line: text.',
    input: z.strictObject({
      text: z.string().min(1).max(MAX_PATTERN),
      regex: z.boolean().default(false).describe('Takes the text as a regular expression (RE2; upper and lower case differ).'),
      glob: z.string().min(1).max(MAX_PATTERN).optional().describe('Only files whose path fits, such as src/**/*.ts.'),
    }),
    effect: 'none',
    paths: ['glob'],
    async carryOut({ projectId }, { text, regex, glob }) {
      const { matches, truncated } = await files.search(projectId, { text, regex, glob });
      const lines = matches.map((match) => `${match.path}:${match.line}: ${match.text.trimEnd()}`);
      if (truncated) lines.push('(There may be more. Search for something longer, or in fewer files by a glob.)');
      return {
        output: lines.length > 0 ? lines.join('\n') : `No line contains “${text}”${glob === undefined ? '' : ` in files like ${glob}`}.`,
      };
    },
  });
