import * as z from 'zod';
import { filePath } from '#features/files/path.ts';
import { type Files, versionOf } from '#features/files/server/files.ts';
import { readFirst } from '../outcome.ts';
import { defineTool } from '../tool.ts';
import { formatLines } from './replace-text.ts';
import { createReplacer } from './replacer.ts';
import { count, textOf } from './text.ts';

export const editFileTool = (files: Files, replace = createReplacer()) =>
  defineTool({
    name: 'edit_file',
    description:
      'Replaces text in a file you have read. “old” must occur in the file exactly once, including whitespace: use whole lines, and enough of them. Set all: true to replace every occurrence. Write \\n for line endings: it matches CRLF too, and the file keeps its own, and its byte order mark.',
    input: z.strictObject({
      path: filePath,
      old: z.string().min(1).describe('The text to replace.'),
      new: z.string().describe('The new text.'),
      all: z.boolean().default(false),
    }),
    effect: 'project',
    paths: ['path'],
    async execute({ organizationId, projectId, seenVersion, signal }, { path, ...wanted }) {
      const { content, version: base } = await files.read(projectId, path);
      const seen = seenVersion(path);
      if (seen !== base) throw readFirst(path, seen);
      const { text, lines, places } = await replace(organizationId, signal, path, textOf(path, content), wanted);
      const bytes = Buffer.from(text);
      const output = `Replaced ${count(places, 'occurrence')} in ${path}, ${formatLines(lines)}.`;
      const outcome = { output, seen: [{ path, version: versionOf(bytes) ?? '' }] };
      return { kind: 'write', edits: [{ path, base, content: bytes }], outcome };
    },
  });
