import * as z from 'zod';
import { keepLineEndings } from '#features/files/line-endings.ts';
import { filePath } from '#features/files/path.ts';
import { type Files, versionOf } from '#features/files/server/files.ts';
import { describeDeleted, readFirst } from '../outcome.ts';
import { defineTool } from '../tool.ts';

export const writeFileTool = (files: Files) =>
  defineTool({
    name: 'write_file',
    description:
      'Writes a text file: creates it, or replaces the whole content of one you have read. Write \\n at the end of lines: a file whose lines end in CRLF keeps that, and its byte order mark.',
    input: z.strictObject({ path: filePath, content: z.string() }),
    effect: 'project',
    paths: ['path'],
    // An agent replaces only what it has read, so it never overwrites what someone else saved in the meantime.
    async execute({ projectId, seenVersion }, { path, content }) {
      const seen = seenVersion(path);
      const base = (await files.versions(projectId, [path])).get(path) ?? null;
      if (base === null && seen) return describeDeleted(path);
      if (base !== null && base !== seen) throw readFirst(path, seen);
      const bytes = base === null ? Buffer.from(content) : await keepEndings(files, projectId, path, content);
      const version = versionOf(bytes) ?? '';
      const known = [{ path, version }];
      if (version === base) return { output: `${path} already has this content; nothing was changed.`, seen: known };
      const outcome = { output: `Wrote ${path}, ${bytes.length} bytes.`, seen: known };
      return { kind: base === null ? 'create' : 'write', edits: [{ path, base, content: bytes }], outcome };
    },
  });

/** If the file has changed or is gone meanwhile, applying the edit finds out. */
async function keepEndings(files: Files, projectId: string, path: string, text: string): Promise<Buffer> {
  const { content } = await files.read(projectId, path);
  const bytes = Buffer.from(text);
  const kept = content ? keepLineEndings(content, bytes) : bytes;
  return Buffer.from(kept.buffer, kept.byteOffset, kept.byteLength);
}
