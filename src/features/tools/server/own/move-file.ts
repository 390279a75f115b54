import * as z from 'zod';
import { filePath } from '#features/files/path.ts';
import type { Edit, Files } from '#features/files/server/files.ts';
import { conflict, HttpProblem } from '#kernel/errors.ts';
import { goneOf } from '../outcome.ts';
import { defineTool } from '../tool.ts';
import { count } from './text.ts';

export const moveFileTool = (files: Files) =>
  defineTool({
    name: 'move_file',
    description: 'Moves or renames a file, or a folder with everything in it. Nothing may exist at the new path.',
    input: z.strictObject({ from: filePath, to: filePath.describe('The full new path, not just the folder.') }),
    effect: 'project',
    paths: ['from', 'to'],
    // A move loses nothing, so the file need not have been read.
    async execute(context, { from, to }) {
      const { projectId, seenVersion } = context;
      if (to === from || to.startsWith(`${from}/`)) throw conflict('path_taken', `${from} cannot be moved to ${to}. Choose another path.`);
      const { files: found, truncated } = await files.listPaths(projectId, from);
      if (truncated) throw new HttpProblem(422, 'too_many_files', `${from} has too many files to move at once. Choose a smaller folder.`);
      if (await files.exists(projectId, to)) throw conflict('path_taken', `${to} already exists. Choose another name, or delete it first.`);
      const moves = found.map(({ path, version }) => ({ path, version, target: to + path.slice(from.length) }));
      const edits: Edit[] = [
        ...moves.map(({ path, version }) => ({ path, base: version, content: null })),
        ...moves.map(({ target, version }) => ({ path: target, base: null, content: { version } })),
      ];
      // The run knows a moved file under its new path, in the version it had seen: if someone has changed it since, it must be read again.
      const seen = moves.flatMap(({ path, target }) => {
        const version = seenVersion(path);
        return version ? [{ path: target, version }] : [];
      });
      const gone = goneOf(
        moves.map(({ path }) => path),
        context,
      );
      return {
        kind: 'move',
        edits,
        outcome: { output: `Moved ${from} to ${to}, ${count(moves.length, 'file')}.`, seen: [...seen, ...gone] },
      };
    },
  });
