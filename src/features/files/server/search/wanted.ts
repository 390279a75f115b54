/** What is searched for, and where. */
import { compileGlob, InvalidGlob } from '#features/files/glob.ts';
import { HttpProblem } from '#kernel/errors.ts';

export interface Wanted {
  text: string;
  /** `text` is an RE2 regular expression, which takes linear time. */
  regex?: boolean | undefined;
  /** By default, only regular expressions distinguish upper and lower case. */
  matchCase?: boolean | undefined;
  /** Whole words only. */
  word?: boolean | undefined;
  /** The files to search. */
  glob?: string | undefined;
  /** A folder, or a file. */
  path?: string | undefined;
}

export const ignoresCase = ({ regex = false, matchCase = regex }: Wanted): boolean => !matchCase;

/** Whether a file is among those to search. @throws 422 for an invalid glob */
export function placeOf({ glob, path }: Wanted): (file: string) => boolean {
  const matches = glob === undefined ? () => true : readGlob(glob);
  return (file) => (path === undefined || file === path || file.startsWith(`${path}/`)) && matches(file);
}

function readGlob(glob: string): (path: string) => boolean {
  try {
    return compileGlob(glob);
  } catch (cause) {
    if (!(cause instanceof InvalidGlob)) throw cause;
    throw invalidPattern(`Invalid glob: ${cause.message}`, cause);
  }
}

export const invalidPattern = (detail: string, cause?: unknown) => new HttpProblem(422, 'invalid_pattern', detail, { cause });
