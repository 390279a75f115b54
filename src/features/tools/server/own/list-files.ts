import * as z from 'zod';
import { filePath } from '#features/files/path.ts';
import type { Files } from '#features/files/server/files.ts';
import { defineTool } from '../tool.ts';

export const listFilesTool = (files: Files) =>
  defineTool({
    name: 'list_files',
    description: 'Lists the files of the project, or of one folder, one path per line.',
    input: z.strictObject({ path: filePath.optional().describe('A folder; omit for the whole project.') }),
    effect: 'none',
    paths: ['path'],
    async execute({ projectId }, { path }) {
      const { files: found, truncated } = await files.listPaths(projectId, path);
      const paths = found.map((file) => file.path);
      if (paths.length === 0) return { output: 'The project has no files yet.' };
      return { output: (truncated ? [...paths, '(There are more files. List a folder to see them.)'] : paths).join('\n') };
    },
  });
