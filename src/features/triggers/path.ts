/** Which files a trigger watches. */
import * as z from 'zod';
import { matchesPath } from '#features/files/glob.ts';
import { pathProblem } from '#features/files/path.ts';
import { texts as wire } from '#wire/texts.ts';
import { texts } from './texts.ts';

const MAX = 200;

/** A path, which matches that file or everything below that folder, or a pattern as in policies; `**` is the whole project. */
export const triggerPath = z
  .string()
  .trim()
  .min(1, { error: () => texts.noPath })
  .max(MAX, { error: () => wire.input.atMost(MAX) })
  .transform((path) => path.normalize('NFC').replace(/^\/+(?=.)|(?<=.)\/+$/g, ''))
  .superRefine((path, context) => {
    const message = pathProblem(path) ?? (/[[\]{}]/.test(path) ? texts.pattern : undefined);
    if (message) context.addIssue({ code: 'custom', message });
  });

/** @param wanted as parsed by `triggerPath` */
export function matchesTrigger(wanted: string, path: string): boolean {
  return /[*?]/.test(wanted) ? matchesPath(wanted, path) : path === wanted || path.startsWith(`${wanted}/`);
}
