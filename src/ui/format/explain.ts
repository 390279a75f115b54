/** Explains an error and what to do about it, in a sentence for people. */
import { ProblemError } from '#wire/call.ts';
import { texts } from '../texts/format.ts';
import { formatDuration } from './time.tsx';

export function explain(error: unknown): string {
  if (!(error instanceof ProblemError)) return texts.pageError;
  if (error.code === 'unreachable' && !navigator.onLine) return texts.offlineError;
  const retryAfter = error.problem.retryAfter;
  if (error.status === 429 && typeof retryAfter === 'number') {
    return texts.tooMany(formatDuration(retryAfter * 1000));
  }
  return error.message;
}

/** The message about one field of an invalid input. */
export function fieldError(error: unknown, field: string): string | undefined {
  if (!(error instanceof ProblemError)) return undefined;
  return error.problem.errors?.find(({ path }) => path.replace(/^body\./, '') === field)?.message;
}

/** Explains problems that no field shows; undefined if each problem is shown at its field. */
export function explainRest(error: unknown, fields: readonly string[]): string | undefined {
  if (!error) return undefined;
  const told = error instanceof ProblemError && error.problem.errors?.every(({ path }) => fields.includes(path.replace(/^body\./, '')));
  return told ? undefined : explain(error);
}

export { hasCode, hasStatus } from '#wire/call.ts';
