/** Which files a trigger watches. */
import * as z from 'zod';
import { matchesPath } from '#features/files/glob.ts';
import { pathProblem } from '#features/files/path.ts';

const MAX = 200;

/** A path, which matches that file or everything below that folder, or a pattern as in policies; `**` is the whole project. */
export const triggerPath = z
  .string()
  .trim()
  .min(1, 'Name a path or a pattern, such as docs or **/*.md; ** is the whole project.')
  .max(MAX, `Use at most ${MAX} characters.`)
  .transform((path) => path.normalize('NFC').replace(/^\/+(?=.)|(?<=.)\/+$/g, ''))
  .superRefine((path, context) => {
    const message =
      pathProblem(path) ?? (/[[\]{}]/.test(path) ? 'Use *, ** and ? only; make two triggers instead of {a,b} or [ab].' : undefined);
    if (message) context.addIssue({ code: 'custom', message });
  });

/** @param wanted as parsed by `triggerPath` */
export function matchesTrigger(wanted: string, path: string): boolean {
  return /[*?]/.test(wanted) ? matchesPath(wanted, path) : path === wanted || path.startsWith(`${wanted}/`);
}
