/** Turns what a command did to its copy of the files into a change of the project. */
import { newPathProblem, pathProblem } from '#features/files/path.ts';
import type { Edit } from '#features/files/server/files.ts';
import { markPath } from '#wire/hidden-characters.ts';
import type { Report } from './shell-worker.ts';

export interface ProjectEdits {
  edits: Edit[];
  /** New versions of the written files, by path. */
  versions: ReadonlyMap<string, string>;
  /** Descriptions of what a project cannot contain, with the reason. */
  unkept: string[];
  /** How many more there are, not described. */
  unnamed: number;
}

/**
 * @param before versions of the files the command got
 * @param maxFileBytes of one file
 */
export function toEdits(report: Report, before: ReadonlyMap<string, string>, maxFileBytes: number): ProjectEdits {
  const deleted = new Set(report.deleted);
  const written: Edit[] = [];
  const versions = new Map<string, string>();
  const unkept = [
    ...report.links.map((path) => `${formatPath(path)} (a symbolic link)`),
    ...report.emptyFolders.map((path) => `${formatPath(path)} (an empty folder)`),
    ...report.unread.map((path) => `${formatPath(path)} (cannot be read back; write to the folder itself, not through a link)`),
  ];
  // Two names that look the same become one in NFC.
  const isTaken = (path: string, writtenPath: string) =>
    versions.has(path) || (path !== writtenPath && before.has(path) && !deleted.has(path));
  const problemOf = (path: string, writtenPath: string, size: number): string | undefined => {
    const problem = pathProblem(path);
    if (problem) return problem;
    if (size > maxFileBytes) return `larger than ${maxFileBytes / 1024 / 1024} MB`;
    if (isTaken(path, writtenPath)) return 'another file has this name in a different Unicode form';
    return before.has(path) ? undefined : newPathProblem(path, report.deleted);
  };
  for (const { path: writtenPath, content, version } of report.written) {
    const path = writtenPath.normalize('NFC');
    const problem = problemOf(path, writtenPath, content.byteLength);
    if (problem === undefined) {
      deleted.delete(path);
      versions.set(path, version);
      written.push({ path, base: before.get(path) ?? null, content: Buffer.from(content.buffer, content.byteOffset, content.byteLength) });
      continue;
    }
    unkept.push(`${formatPath(writtenPath)} (${problem})`);
    // A file that was moved to this path stays where it was.
    for (const old of report.deleted) if (before.get(old) === version) deleted.delete(old);
  }
  const edits = [...[...deleted].map((path) => ({ path, base: before.get(path) ?? null, content: null })), ...written];
  return { edits, versions, unkept, unnamed: report.unnamed };
}

/** Also handles names that are not valid paths. */
const formatPath = (path: string): string => (/[\p{Cc}\\]/u.test(path) ? JSON.stringify(path) : markPath(path)).slice(0, 200);
