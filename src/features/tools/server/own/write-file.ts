import * as z from 'zod';
import { filePath } from '#features/files/path.ts';
import { type Files, versionOf } from '#features/files/server/files.ts';
import { describeDeleted, readFirst } from '../outcome.ts';
import { defineTool } from '../tool.ts';

export const writeFileTool = (files: Files) =>
  defineTool({
    name: 'write_file',
    description: 'Writes a text file: creates it, or replaces the whole content of one you have read.',
    input: z.strictObject({ path: filePath, content: z.string() }),
    effect: 'project',
    paths: ['path'],
    // An agent replaces only what it has read, so it never overwrites what someone else saved in the meantime.
    async execute({ projectId, seenVersion }, { path, content }) {
      const seen = seenVersion(path);
      const base = (await files.versions(projectId, [path])).get(path) ?? null;
      if (base === null && seen) return describeDeleted(path);
      if (base !== null && base !== seen) throw readFirst(path, seen);
      const bytes = Buffer.from(content);
      const version = versionOf(bytes) ?? '';
      const known = [{ path, version }];
      if (version === base) return { output: `${path} already has this content; nothing was changed.`, seen: known };
      const outcome = { output: `Wrote ${path}, ${bytes.length} bytes.`, seen: known };
      return { kind: base === null ? 'create' : 'write', edits: [{ path, base, content: bytes }], outcome };
    },
  });
