import * as z from 'zod';
import { filePath } from '#features/files/path.ts';
import type { Files } from '#features/files/server/files.ts';
import { Refusal } from '#kernel/errors.ts';
import { defineTool, MAX_OUTPUT } from './tool.ts';

export const readFileTool = (files: Files) =>
  defineTool({
    name: 'read_file',
    description: 'Reads a text file of the project.',
    input: z.strictObject({ path: filePath }),
    effect: 'none',
    async carryOut({ projectId }, { path }) {
      const { content, version } = await files.read(projectId, path);
      if (!content || content.includes(0)) throw new Refusal(422, 'binary_file', `${path} is not a text file.`);
      const text = content.toString('utf8');
      const output =
        text.length > MAX_OUTPUT ? `${text.slice(0, MAX_OUTPUT)}\n(The file goes on: ${text.length} characters in all.)` : text;
      return { output, seen: [{ path, version }] };
    },
  });
