/** A worker thread for work that would block the main thread: started on demand, ended when idle. */
import { type ResourceLimits, Worker } from 'node:worker_threads';
import { createSemaphore } from './semaphore.ts';

interface Options {
  /** Bounds of one job; beyond them the thread is terminated, and a new one takes the next job. */
  timeoutMs: number;
  limits: ResourceLimits;
  /** The thread ends after this long without a job. */
  idleMs?: number;
}

/** A job exceeded its time or memory. */
export class ThreadBound extends Error {}

const never = new AbortController().signal;

/**
 * Runs one job at a time.
 * @param script receives each message as a job, and replies with one message
 * @returns `run` sends a job, with transferred memory, and returns the reply. @throws ThreadBound, and what the script throws
 */
export function createThread<Job, Result>(script: URL, { timeoutMs, limits, idleMs = 30_000 }: Options) {
  const withPermit = createSemaphore({ maxConcurrent: 1 });
  let worker: Worker | undefined;
  let idle: NodeJS.Timeout | undefined;

  function start(): Worker {
    const thread = new Worker(script, { resourceLimits: limits, stdout: true, stderr: true });
    thread.stdout.resume();
    thread.stderr.resume();
    // Nothing listens between two jobs, and an unhandled error event would end the process.
    thread.on('error', () => undefined);
    thread.on('exit', () => {
      if (worker === thread) worker = undefined;
    });
    return thread;
  }

  async function end(): Promise<void> {
    const thread = worker;
    worker = undefined;
    clearTimeout(idle);
    await thread?.terminate();
  }

  async function ask(job: Job, transfer: ArrayBuffer[]): Promise<Result> {
    clearTimeout(idle);
    worker ??= start();
    const thread = worker;
    thread.ref();
    const { promise, resolve, reject } = Promise.withResolvers<Result>();
    const timer = setTimeout(() => reject(new ThreadBound(`a thread took more than ${timeoutMs} ms`)), timeoutMs);
    const fail = (error: Error & { code?: string }) =>
      reject(error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? new ThreadBound('a thread took too much memory', { cause: error }) : error);
    const leave = (code: number) => reject(new Error(`a thread ended without an answer, by ${code}`));
    thread.once('message', resolve).once('error', fail).once('exit', leave);
    try {
      thread.postMessage(job, transfer);
      return await promise;
    } catch (error) {
      await end();
      throw error;
    } finally {
      clearTimeout(timer);
      thread.off('message', resolve).off('error', fail).off('exit', leave);
      thread.unref();
      idle = setTimeout(() => void end(), idleMs).unref();
    }
  }

  return {
    run: (job: Job, transfer: ArrayBuffer[] = []): Promise<Result> => withPermit('', never, () => ask(job, transfer)),
    close: end,
  };
}
