/**
 * Replaces text in files, off the main thread if it may take long: in the worst case, with repetitive lines, a search takes time
 * proportional to the length of the text times the length of `old`.
 */
import { HttpProblem } from '#kernel/errors.ts';
import { createSemaphore } from '#kernel/semaphore.ts';
import { createThread, ThreadBound } from '#kernel/thread.ts';
import { type Replaced, replaceText, type Wanted } from './replace-text.ts';
import type { ReplaceJob, ReplaceResult } from './replace-worker.ts';

/** Search steps allowed on the main thread: about 30 ms at worst. */
const MAX_STEPS = 20_000_000;
const TIMEOUT_MS = 10_000;
const limits = { maxOldGenerationSizeMb: 256, stackSizeMb: 4 };

export function createReplacer() {
  const thread = createThread<ReplaceJob, ReplaceResult>(new URL('./replace-worker.ts', import.meta.url), {
    timeoutMs: TIMEOUT_MS,
    limits,
  });
  const withPermit = createSemaphore({ maxConcurrent: 1 });

  /** @throws as `replaceText`, and 422 if it takes too long */
  return async function replace(
    organizationId: string,
    signal: AbortSignal,
    path: string,
    text: string,
    wanted: Wanted,
  ): Promise<Replaced> {
    if (text.length * wanted.old.length <= MAX_STEPS) return replaceText(path, text, wanted);
    const answer = await withPermit(organizationId, signal, () => thread.run({ path, text, wanted })).catch((error: unknown) => {
      if (error instanceof ThreadBound) throw tooLong(path, error);
      throw error;
    });
    if (!('refused' in answer)) return answer;
    throw new HttpProblem(answer.refused.status, answer.refused.code, answer.refused.message);
  };
}

const tooLong = (path: string, cause: Error) =>
  new HttpProblem(422, 'too_costly', `Searching ${path} for this text takes too long. Use fewer lines of it.`, { cause });
