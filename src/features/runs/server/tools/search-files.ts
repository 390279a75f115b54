import * as z from 'zod';
import type { Files } from '#features/files/server/files.ts';
import { defineTool, MAX_OUTPUT } from './tool.ts';

export const searchFilesTool = (files: Files) =>
  defineTool({
    name: 'search_files',
    description: 'Finds the lines that contain a text in the files of the project, whatever the case. Answers path:line: text.',
    input: z.strictObject({ text: z.string().min(1).max(200) }),
    effect: 'none',
    async carryOut({ projectId }, { text }) {
      const { matches, truncated } = await files.search(projectId, text);
      if (matches.length === 0) return { output: `No file contains “${text}”.` };
      const lines = matches.map((match) => `${match.path}:${match.line}: ${match.text}`);
      return { output: (truncated ? [...lines, '(There are more. Search for something longer.)'] : lines).join('\n').slice(0, MAX_OUTPUT) };
    },
  });
