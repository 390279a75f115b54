/** Converts HTML to Markdown in threads, limited in number, memory and time. */
import { Worker } from 'node:worker_threads';
import { createSemaphore } from '#kernel/semaphore.ts';
import type { HtmlWork, MarkdownPage } from './html-worker.ts';

/** Characters converted; the rest of a page is ignored. */
export const MAX_HTML = 1_000_000;
const MAX_CONCURRENT = 2;
const TIMEOUT_MS = 5000;
const resourceLimits = { maxOldGenerationSizeMb: 256, stackSizeMb: 8 };

const withPermit = createSemaphore({ maxConcurrent: MAX_CONCURRENT });

/** Organizations take turns. @throws if the page is nested too deeply or takes too long, or when `signal` aborts */
export const toMarkdown = (work: HtmlWork, organizationId: string, signal: AbortSignal): Promise<MarkdownPage> =>
  withPermit(organizationId, signal, () => convert(work, AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)])));

function convert(workerData: HtmlWork, signal: AbortSignal): Promise<MarkdownPage> {
  const worker = new Worker(new URL('./html-worker.ts', import.meta.url), { workerData, resourceLimits });
  const result = Promise.withResolvers<MarkdownPage>();
  worker.once('message', result.resolve);
  worker.once('error', result.reject);
  worker.once('exit', () => result.reject(new Error('the thread ended without a result')));
  const stop = () => result.reject(signal.reason);
  signal.addEventListener('abort', stop, { once: true });
  return result.promise.finally(async () => {
    signal.removeEventListener('abort', stop);
    await worker.terminate();
  });
}
