/** The only rules for paths of files in a project; applied at every public API: requests, tool arguments, import. */
import * as z from 'zod';
import { markName, nameProblem } from '#wire/hidden-characters.ts';
import { texts } from './texts.ts';

/** In bytes of UTF-8. */
export const MAX_PATH_BYTES = 1024;

/**
 * @returns the problem of a path, as a sentence, or undefined if it is valid. A path is relative, has no empty, `.` or `..` segment, no
 * control character or backslash, and at most 1,024 bytes.
 */
export function pathProblem(path: string): string | undefined {
  if (path === '') return texts.noPath;
  if (!path.isWellFormed()) return texts.notUnicode;
  if (new TextEncoder().encode(path).length > MAX_PATH_BYTES) return texts.tooLong(MAX_PATH_BYTES);
  if (path.startsWith('/')) return texts.leadingSlash;
  if (/\p{Cc}/u.test(path)) return texts.controlCharacter;
  if (path.includes('\\')) return texts.backslash;
  for (const segment of path.split('/')) {
    if (segment === '') return texts.emptySegment;
    if (segment === '.' || segment === '..') return texts.dotSegment(segment);
  }
  return undefined;
}

/**
 * Problems only of a new path, as a sentence: a name in it is displayed differently from what it is. Existing files with such names can
 * still be read, changed, renamed and deleted.
 * @param known paths whose names are not new, such as the source of a move
 */
export function newPathProblem(path: string, known: readonly string[] = []): string | undefined {
  const names = new Set(known.flatMap((each) => each.split('/')));
  for (const segment of path.split('/')) {
    const problem = names.has(segment) ? undefined : nameProblem(segment);
    if (problem) return texts.name(markName(segment), problem);
  }
  return undefined;
}

/** @returns the part of the name after the last dot, in lower case; '' for a name without one */
export const extensionOf = (path: string): string => /\.([^./]+)$/.exec(path)?.[1]?.toLowerCase() ?? '';

/** A path in NFC, so that names that look the same are the same file on every system. */
export const filePath = z
  .string()
  .transform((path) => path.normalize('NFC'))
  .superRefine((path, context) => {
    const message = pathProblem(path);
    if (message) context.addIssue({ code: 'custom', message });
  });

/** A path of an existing file, even if newer rules would reject it. */
export const storedPath = z
  .string()
  .min(1, { error: () => texts.noPath })
  .max(MAX_PATH_BYTES, { error: () => texts.tooLong(MAX_PATH_BYTES) })
  .refine((path) => path.isWellFormed() && !path.includes('\0'), { error: () => texts.invalidCharacter });
