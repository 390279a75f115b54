import * as z from 'zod';
import { filePath } from '#features/files/path.ts';
import type { Files } from '#features/files/server/files.ts';
import { changed, goneOf } from './outcome.ts';
import { count } from './text.ts';
import { defineTool } from './tool.ts';

export const moveFileTool = (files: Files) =>
  defineTool({
    name: 'move_file',
    description: 'Moves or renames a file, or a folder with all in it. There must be nothing at the new place.',
    input: z.strictObject({ from: filePath, to: filePath.describe('The whole new path, not only the folder.') }),
    effect: 'project',
    // Nothing is lost by it, so the file need not have been read.
    async carryOut(context, { from, to }) {
      const { projectId, runId, userId, seenVersion } = context;
      return async (tx) => {
        const change = await files.move(tx, { projectId, from, to, by: { userId, runId } });
        const sources = change.paths.filter((path) => path === from || path.startsWith(`${from}/`));
        // What the run knew of a file it knows under its new path; where somebody changed it meanwhile, that is not what it knows.
        const moved = sources.flatMap((path) => {
          const version = seenVersion(path);
          return version ? [{ path: to + path.slice(from.length), version }] : [];
        });
        const output = `Moved ${from} to ${to}, ${count(change.pathCount / 2, 'file')}.`;
        return changed(output, change, [...moved, ...goneOf(sources, context)]);
      };
    },
  });
