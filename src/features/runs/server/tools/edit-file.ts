import * as z from 'zod';
import { filePath } from '#features/files/path.ts';
import type { Files } from '#features/files/server/files.ts';
import { asSeen, changed, readFirst, sayUnexpected } from './outcome.ts';
import { replaceText, sayLines } from './replace-text.ts';
import { count, textOf } from './text.ts';
import { defineTool } from './tool.ts';

export const editFileTool = (files: Files) =>
  defineTool({
    name: 'edit_file',
    description:
      'Replaces text in a file that you have read before. “old” has to stand in the file exactly once, white space included: take whole lines and enough of them. With all: true every place is replaced.',
    input: z.strictObject({
      path: filePath,
      old: z.string().min(1).describe('What stands there now.'),
      new: z.string().describe('What is to stand there instead.'),
      all: z.boolean().default(false),
    }),
    effect: 'project',
    async carryOut({ projectId, runId, userId, seenVersion }, { path, ...wanted }) {
      const { content, version } = await files.read(projectId, path);
      const seen = seenVersion(path);
      if (seen !== version) throw readFirst(path, seen);
      const { text, lines, places } = replaceText(path, textOf(path, content), wanted);
      const input = { projectId, path, content: Buffer.from(text), condition: asSeen(version), by: { userId, runId } };
      return (tx) =>
        files.write(tx, input).then(
          ({ file, change }) => {
            const output = `Replaced ${count(places, 'place')} in ${path}, ${sayLines(lines)}.`;
            return changed(output, change, [{ path, version: file.version }]);
          },
          sayUnexpected(path, seen),
        );
    },
  });
