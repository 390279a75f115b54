import * as z from 'zod';
import type { FileDiff } from '#features/files/contract.ts';
import { filePath } from '#features/files/path.ts';
import type { Files } from '#features/files/server/files.ts';
import { defineTool } from '../tool.ts';

export const diffTool = (files: Files) =>
  defineTool({
    name: 'diff',
    description: 'Shows your changes in this run: a unified diff of the files you changed, from before the run to now.',
    input: z.strictObject({ path: filePath.optional().describe('A file or folder; omit for all.') }),
    effect: 'none',
    paths: ['path'],
    async execute({ organizationId, projectId, runId, signal }, { path }) {
      const { files: changed, more } = await files.diffOfRun({ kind: 'run', id: organizationId, signal }, projectId, runId, path);
      const where = path === undefined ? '' : ` at ${path}`;
      if (changed.length === 0) return { output: `No net changes${where} in this run.` };
      return { output: [...changed.map(formatDiff), ...(more ? ['(There are more files. Pass a path.)'] : [])].join('\n') };
    },
  });

function formatDiff({ path, kind, diff, reason }: FileDiff): string {
  const head = `--- ${kind === 'created' ? '/dev/null' : `a/${path}`}\n+++ ${kind === 'deleted' ? '/dev/null' : `b/${path}`}\n`;
  return head + (diff ?? `(${reason === 'binary' ? 'Not text' : 'Too large to compare'}: ${kind}.)\n`);
}
