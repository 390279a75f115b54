import * as z from 'zod';
import type { Files } from '#features/files/server/files.ts';
import { HttpProblem } from '#kernel/errors.ts';
import { goneOf } from '../outcome.ts';
import { DEFAULT_SECONDS, MAX_CHANGED_FILES, MAX_PROJECT_BYTES, MAX_PROJECT_FILES, MAX_SECONDS } from '../shell/bounds.ts';
import { type ProjectEdits, toEdits } from '../shell/project-edits.ts';
import type { Shell } from '../shell/shell.ts';
import { defineTool, type Proposal, type ToolContext, type ToolOutcome } from '../tool.ts';
import { describeChanges, describeReport } from './bash-report.ts';

/** Files the command wrote that count as seen, to keep the log small; the others must be read before they can be replaced. */
const MAX_SEEN = 200;

export const bashTool = (files: Files, shell: Shell) =>
  defineTool({
    name: 'bash',
    description: `Runs a command in a sandboxed bash over a copy of the project’s files, in /project: the usual text tools (grep, rg, sed, awk, sort, diff, find, xargs, tar, jq, yq …), and js-exec for JavaScript and TypeScript (js-exec file.ts, js-exec -c '…'). No network, no git, no package manager, no Python. When it finishes, whatever its exit code, its changes to files become one change of the project; nothing else persists between commands. A file whose lines all ended in CRLF keeps that if the command wrote LF, unless it changed nothing else. A command that hits a limit (time, memory, iterations) changes nothing.`,
    input: z.strictObject({
      command: z.string().min(1).max(100_000),
      timeout: z.int().min(1).max(MAX_SECONDS).default(DEFAULT_SECONDS).describe('Seconds.'),
    }),
    effect: 'project',
    // Includes waiting for other commands and reading the project, before the command’s own timeout starts.
    timeoutMs: 10 * 60_000,
    async execute(context, { command, timeout }) {
      const versions = new Map<string, string>();
      const report = await shell(context.organizationId, context.signal, async () => {
        const all = await readProject(files, context.projectId);
        for (const { path, version } of all) versions.set(path, version);
        return { command, timeoutMs: timeout * 1000, files: all };
      });
      if (report.changedFiles > MAX_CHANGED_FILES) throw tooManyFiles(report.changedFiles);
      const edits = toEdits(report, versions, files.maxFileBytes);
      const ok = !report.ended && report.exitCode === 0;
      const outcome = { ok, output: describeReport(report, describeChanges(edits)) };
      return edits.edits.length === 0 ? outcome : propose(edits, context, outcome);
    },
  });

const tooManyFiles = (count: number) =>
  new HttpProblem(
    422,
    'too_many_files',
    `The command changed ${count.toLocaleString('en')} files, more than the limit of ${MAX_CHANGED_FILES.toLocaleString('en')}, so nothing was changed. Change fewer files at once.`,
  );

async function readProject(files: Files, projectId: string) {
  const { files: all, truncated } = await files.readAll(projectId, { maxFiles: MAX_PROJECT_FILES, maxBytes: MAX_PROJECT_BYTES });
  if (!truncated) return all;
  const bound = `${MAX_PROJECT_FILES} files or ${MAX_PROJECT_BYTES / 1024 / 1024} MB`;
  throw new HttpProblem(422, 'project_too_large', `The project has more than ${bound}, which is too large for bash. Use the other tools.`);
}

function propose({ edits, versions }: ProjectEdits, context: ToolContext, outcome: ToolOutcome): Proposal {
  const written = [...versions].slice(0, MAX_SEEN).map(([path, version]) => ({ path, version }));
  const deleted = edits.filter(({ content }) => content === null).map(({ path }) => path);
  return { kind: 'batch', edits, outcome: { ...outcome, seen: [...written, ...goneOf(deleted, context)] } };
}
