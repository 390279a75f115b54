import * as z from 'zod';
import { filePath } from '#features/files/path.ts';
import { absent } from '#features/files/server/condition.ts';
import type { Files } from '#features/files/server/files.ts';
import { Refusal } from '#kernel/errors.ts';
import { defineTool } from './tool.ts';

export const writeFileTool = (files: Files) =>
  defineTool({
    name: 'write_file',
    description: 'Writes a text file: creates it, or replaces the whole content of one that you have read before.',
    input: z.strictObject({ path: filePath, content: z.string() }),
    effect: 'project',
    async carryOut({ projectId, runId, userId, seenVersion }, { path, content }) {
      const seen = seenVersion(path);
      const condition = seen === undefined ? absent : { kind: 'version' as const, versions: [seen] };
      const input = { projectId, path, content: Buffer.from(content), condition, by: { userId, runId } };
      return async (tx) => {
        const { file, change } = await files.write(tx, input).catch((error: unknown) => {
          throw error instanceof Refusal && error.status === 412 ? readFirst(path, seen !== undefined) : error;
        });
        const output = change ? `Wrote ${path}, ${file.size} bytes.` : `${path} says this already; nothing was changed.`;
        return {
          output,
          seen: [{ path, version: file.version }],
          ...(change && { change: { id: change.id, number: change.number, paths: change.paths } }),
        };
      };
    },
  });

/** An agent replaces only what it has read, so that it never destroys what somebody else saved meanwhile. */
function readFirst(path: string, wasRead: boolean): Refusal {
  const why = wasRead ? `${path} was changed or deleted by somebody since you read it.` : `${path} exists, and you have not read it.`;
  return new Refusal(412, 'read_first', `${why} Read it first, then write it.`);
}
