import * as z from 'zod';
import { filePath } from '#features/files/path.ts';
import type { Files } from '#features/files/server/files.ts';
import { goneOf, readFirst } from '../outcome.ts';
import { defineTool } from '../tool.ts';
import { count } from './text.ts';

export const deleteFileTool = (files: Files) =>
  defineTool({
    name: 'delete_file',
    description: 'Deletes a file, or a folder with everything in it. The project’s history keeps the content.',
    input: z.strictObject({ path: filePath }),
    effect: 'project',
    paths: ['path'],
    async execute(context, { path }) {
      const { projectId, seenVersion } = context;
      const found = await files.listPaths(projectId, path);
      const edits = found.files.map((file) => ({ path: file.path, base: file.version, content: null }));
      // Files the run never read may be deleted: nothing changed behind its back, and the history keeps them.
      const surprise = edits.find((edit) => (seenVersion(edit.path) ?? edit.base) !== edit.base);
      if (surprise) throw readFirst(surprise.path, seenVersion(surprise.path));
      const gone = goneOf(
        edits.map((edit) => edit.path),
        context,
      );
      return { kind: 'delete', edits, outcome: { output: `Deleted ${path}, ${count(edits.length, 'file')}.`, seen: gone } };
    },
  });
