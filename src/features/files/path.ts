/** The one rule for paths of files in a project; used at every door: request, tool arguments, import. */
import * as z from 'zod';
import { markName, nameProblem } from '#wire/hidden-characters.ts';

/** Bytes of UTF-8. */
export const MAX_PATH_BYTES = 1024;

/**
 * @returns what is wrong with a path, as a sentence, or undefined when it is fine. A path is relative, has no empty, `.` or
 *   `..` segment, no control character or backslash, and at most 1,024 bytes.
 */
export function pathProblem(path: string): string | undefined {
  if (path === '') return 'Enter a path, for example src/main.ts.';
  if (!path.isWellFormed()) return 'The path is not well-formed Unicode.';
  if (new TextEncoder().encode(path).length > MAX_PATH_BYTES) return `The path is longer than ${MAX_PATH_BYTES} bytes.`;
  if (path.startsWith('/')) return 'The path must be relative to the project: remove the leading slash.';
  if (/\p{Cc}/u.test(path)) return 'The path contains a control character.';
  if (path.includes('\\')) return 'Use / to separate folders, not a backslash.';
  for (const segment of path.split('/')) {
    if (segment === '') return 'The path has an empty segment (two slashes in a row, or one at the end).';
    if (segment === '.' || segment === '..') return `The path must not contain "${segment}" as a segment.`;
  }
  return undefined;
}

/**
 * What else is wrong with a path at which there is no file yet, as a sentence: a name in it reads otherwise than it is. Files that
 * have such names can be read, changed, renamed and deleted all the same.
 * @param known paths whose names are not new, such as where a file is moved from
 */
export function newPathProblem(path: string, known: readonly string[] = []): string | undefined {
  const names = new Set(known.flatMap((each) => each.split('/')));
  for (const segment of path.split('/')) {
    const problem = names.has(segment) ? undefined : nameProblem(segment);
    if (problem) return `The name “${markName(segment)}” ${problem}. Leave it out.`;
  }
  return undefined;
}

/** @returns what stands after the last dot of the name, in lower case; '' for a name without one */
export const extensionOf = (path: string): string => /\.([^./]+)$/.exec(path)?.[1]?.toLowerCase() ?? '';

/** A path in NFC, so that what looks the same is the same file on every system. */
export const filePath = z
  .string()
  .transform((path) => path.normalize('NFC'))
  .superRefine((path, context) => {
    const message = pathProblem(path);
    if (message) context.addIssue({ code: 'custom', message });
  });

/** A path that names what is there already, whatever rule held when it was made. */
export const storedPath = z
  .string()
  .min(1, 'Enter a path, for example src/main.ts.')
  .max(MAX_PATH_BYTES, `The path is longer than ${MAX_PATH_BYTES} bytes.`)
  .refine((path) => path.isWellFormed() && !path.includes('\0'), 'The path contains an invalid character.');
