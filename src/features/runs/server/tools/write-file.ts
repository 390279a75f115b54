import * as z from 'zod';
import { filePath } from '#features/files/path.ts';
import type { Files } from '#features/files/server/files.ts';
import { asSeen, changed, sayUnexpected } from './outcome.ts';
import { defineTool } from './tool.ts';

export const writeFileTool = (files: Files) =>
  defineTool({
    name: 'write_file',
    description: 'Writes a text file: creates it, or replaces the whole content of one that you have read before.',
    input: z.strictObject({ path: filePath, content: z.string() }),
    effect: 'project',
    async carryOut({ projectId, runId, userId, seenVersion }, { path, content }) {
      const seen = seenVersion(path);
      const input = { projectId, path, content: Buffer.from(content), condition: asSeen(seen), by: { userId, runId } };
      return (tx) =>
        files.write(tx, input).then(
          ({ file, change }) => {
            const output = change ? `Wrote ${path}, ${file.size} bytes.` : `${path} says this already; nothing was changed.`;
            return changed(output, change, [{ path, version: file.version }]);
          },
          sayUnexpected(path, seen),
        );
    },
  });
