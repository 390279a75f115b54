/** Describes the result of a command for a model: the most important part first, because long results are truncated at the end. */
import type { ProjectEdits } from '../shell/project-edits.ts';
import type { Report } from '../shell/shell-worker.ts';
import { count } from './text.ts';

const MAX_PATHS = 50;

/** @param changes from `describeChanges` */
export function describeReport(report: Report, changes: string[]): string {
  const { stdout, stderr } = report;
  const head = [...describeEnd(report), ...changes];
  const parts = [...head, ...(stderr === '' ? [] : [`stderr:\n${stderr.trimEnd()}`])];
  if (parts.length === 0) return stdout === '' ? '(No output.)' : stdout;
  return [...parts, ...(stdout === '' ? [] : [`stdout:\n${stdout}`])].join('\n');
}

function describeEnd({ ended, exitCode }: Report): string[] {
  switch (ended) {
    case 'time':
      return ['The command timed out and was killed. It changed nothing. Do less at once, or set a longer timeout.'];
    case 'memory':
      return ['The command ran out of memory and was killed. It changed nothing. Do less at once.'];
    case 'work':
      return ['The command hit a limit of the shell; stderr says which. It changed nothing.'];
    default:
      return exitCode === 0 ? [] : [`Exit code ${exitCode}.`];
  }
}

export function describeChanges({ edits, unkept, unnamed }: ProjectEdits): string[] {
  const changes = edits.map(({ path, base, content }) => `${path}${content === null ? ' (deleted)' : base === null ? ' (new)' : ''}`);
  return [
    ...(changes.length > 0 ? [`Changed ${count(changes.length, 'file')}: ${formatList(changes)}.`] : []),
    ...(unkept.length > 0 ? [`Not stored, because a project cannot contain it: ${formatList(unkept, unnamed)}.`] : []),
  ];
}

/** @param unnamed how many more there are */
function formatList(things: string[], unnamed = 0): string {
  const more = things.length + unnamed - MAX_PATHS;
  return things.slice(0, MAX_PATHS).join(', ') + (more > 0 ? ` and ${more} more` : '');
}
