import * as z from 'zod';
import { MAX_PATTERN } from '#features/files/search-contract.ts';
import type { Files } from '#features/files/server/files.ts';
import { defineTool } from '../tool.ts';

export const searchFilesTool = (files: Files) =>
  defineTool({
    name: 'search_files',
    description: 'Finds lines that contain a text (case-insensitive) in the files of the project. Returns path:line: text.',
    input: z.strictObject({
      text: z.string().min(1).max(MAX_PATTERN),
      regex: z.boolean().default(false).describe('Treat the text as a regular expression (RE2, case-sensitive).'),
      glob: z.string().min(1).max(MAX_PATTERN).optional().describe('Only files whose path matches, for example src/**/*.ts.'),
    }),
    effect: 'none',
    paths: ['glob'],
    async execute({ projectId }, { text, regex, glob }) {
      const { matches, truncated } = await files.search(projectId, { text, regex, glob });
      const lines = matches.map((match) => `${match.path}:${match.line}: ${match.text.trimEnd()}`);
      if (truncated) lines.push('(There may be more matches. Use a longer text, or narrow the files with a glob.)');
      return {
        output:
          lines.length > 0 ? lines.join('\n') : `No line contains “${text}”${glob === undefined ? '' : ` in files matching ${glob}`}.`,
      };
    },
  });
