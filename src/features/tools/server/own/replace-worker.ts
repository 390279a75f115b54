/** Thread for replacements whose search may take long. */
import '#kernel/nice-thread.ts';
import { parentPort } from 'node:worker_threads';
import { HttpProblem } from '#kernel/errors.ts';
import { type Replaced, replaceText, type Wanted } from './replace-text.ts';

export interface ReplaceJob {
  path: string;
  text: string;
  wanted: Wanted;
}
export type ReplaceResult = Replaced | { refused: Pick<HttpProblem, 'status' | 'code' | 'message'> };

parentPort?.on('message', ({ path, text, wanted }: ReplaceJob) => parentPort?.postMessage(replace(path, text, wanted)));

function replace(path: string, text: string, wanted: Wanted): ReplaceResult {
  try {
    return replaceText(path, text, wanted);
  } catch (error) {
    if (!(error instanceof HttpProblem)) throw error;
    const { status, code, message } = error;
    return { refused: { status, code, message } };
  }
}
