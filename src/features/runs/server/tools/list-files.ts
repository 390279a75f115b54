import * as z from 'zod';
import { filePath } from '#features/files/path.ts';
import type { Files } from '#features/files/server/files.ts';
import { defineTool, MAX_OUTPUT } from './tool.ts';

export const listFilesTool = (files: Files) =>
  defineTool({
    name: 'list_files',
    description: 'Lists the files of the project, or of one folder, one path a line.',
    input: z.strictObject({ path: filePath.optional().describe('A folder; leave it out for the whole project.') }),
    effect: 'none',
    async carryOut({ projectId }, { path }) {
      const { entries, truncated } = await files.list(projectId, path);
      const paths = entries.filter((entry) => entry.type === 'file').map((entry) => entry.path);
      const text = paths.join('\n');
      const cut = truncated || text.length > MAX_OUTPUT;
      return { output: cut ? `${text.slice(0, MAX_OUTPUT)}\n(There are more files. List a folder to see them.)` : text };
    },
  });
