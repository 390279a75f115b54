import * as z from 'zod';
import { MAX_CONTEXT, MAX_PATTERN, type Match } from '#features/files/search-contract.ts';
import type { Files } from '#features/files/server/files.ts';
import { defineTool, MAX_OUTPUT } from '../tool.ts';

const MAX_PATH = 1024;
const MAX_CURSOR = 2000;
/** So that the cursor is shown, and is not in the rest of a long result. */
const MAX_SHOWN = MAX_OUTPUT - 8000;

export const searchFilesTool = (files: Files) =>
  defineTool({
    name: 'search_files',
    description: 'Finds lines that contain a text (case-insensitive) in the files of the project. Returns path:line: text.',
    input: z.strictObject({
      text: z.string().min(1).max(MAX_PATTERN),
      regex: z.boolean().default(false).describe('Treat the text as a regular expression (RE2, case-sensitive).'),
      case: z.boolean().optional().describe('Whether upper and lower case differ.'),
      word: z.boolean().default(false).describe('Find whole words only.'),
      glob: z.string().min(1).max(MAX_PATTERN).optional().describe('Only files whose path matches, for example src/**/*.ts.'),
      path: z.string().min(1).max(MAX_PATH).optional().describe('Only files in this folder.'),
      context: z.int().min(0).max(MAX_CONTEXT).default(0).describe('Lines to show before and after each match.'),
      cursor: z.string().max(MAX_CURSOR).optional().describe('Continues an earlier search with the same arguments.'),
    }),
    effect: 'none',
    paths: ['glob', 'path'],
    async execute({ organizationId, projectId, signal }, { case: matchCase, ...wanted }) {
      const asker = { kind: 'run' as const, id: organizationId, signal };
      const { matches, nextCursor } = await files.search(asker, projectId, { ...wanted, matchCase, maxCharacters: MAX_SHOWN });
      const more = nextCursor === undefined ? [] : [`(There may be more matches. To continue, pass cursor: ${JSON.stringify(nextCursor)})`];
      if (matches.length > 0) return { output: [...showMatches(matches), ...more].join('\n') };
      const where = [wanted.glob && ` in files matching ${wanted.glob}`, wanted.path && ` in ${wanted.path}`].filter(Boolean).join('');
      const none = `No line contains “${wanted.text}”${where}.`;
      return { output: more.length > 0 ? `No match so far.\n${more[0]}` : none };
    },
  });

/** As grep shows them: `path:line: text`, with `path-line- text` for the lines around a match, and `--` where lines are left out. */
function showMatches(matches: readonly Match[]): string[] {
  const hasContext = matches.some(({ before = [], after = [] }) => before.length + after.length > 0);
  const shown: string[] = [];
  for (const [path, ofFile] of Map.groupBy(matches, (match) => match.path)) {
    const lines = new Map<number, string>();
    for (const { line, before = [], after = [] } of ofFile) {
      for (const [index, text] of before.entries()) lines.set(line - before.length + index, text);
      for (const [index, text] of after.entries()) lines.set(line + 1 + index, text);
    }
    const found = new Map(ofFile.map(({ line, text }) => [line, text]));
    let last = -1;
    for (const line of [...new Set([...lines.keys(), ...found.keys()])].sort((a, b) => a - b)) {
      const isApart = shown.length > 0 && line !== last + 1;
      if (hasContext && isApart) shown.push('--');
      const mark = found.has(line) ? ':' : '-';
      shown.push(`${path}${mark}${line}${mark} ${(found.get(line) ?? lines.get(line) ?? '').trimEnd()}`);
      last = line;
    }
  }
  return shown;
}
