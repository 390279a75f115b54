/**
 * Runs shell commands on copies of a project’s files, each in its own thread, so that a command neither blocks the server nor outlives
 * its limits. A thread takes about 0.2 s to start on two cores, while a model takes seconds to respond, so threads are not pooled.
 */
import { Worker } from 'node:worker_threads';
import { createSemaphore } from '#kernel/semaphore.ts';
import { HEAP_MB } from './bounds.ts';
import type { Command, PackedCommand, Report } from './shell-worker.ts';

export type Shell = ReturnType<typeof createShell>;

/** Time for the thread to start and to report its result. */
const GRACE_MS = 5000;

/** @param atOnce concurrent commands in this process; the others wait, and organizations take turns */
export function createShell({ atOnce }: { atOnce: number }) {
  const withPermit = createSemaphore({ maxConcurrent: atOnce });
  /**
   * @param prepare reads the files when it is the command’s turn, so waiting commands hold none in memory
   * @throws the signal’s reason as soon as it is aborted; nothing has been changed then, nor when a limit ends the command
   */
  return (organizationId: string, signal: AbortSignal, prepare: () => Promise<Command>): Promise<Report> =>
    withPermit(organizationId, signal, async () => execute(await prepare(), signal));
}

async function execute(command: Command, signal: AbortSignal): Promise<Report> {
  signal.throwIfAborted();
  const packed = pack(command);
  const worker = new Worker(new URL('./shell-worker.ts', import.meta.url), {
    workerData: packed,
    transferList: [packed.contents.buffer],
    env: {},
    // Inherited by the threads it starts.
    execArgv: ['--import', new URL('./thread.ts', import.meta.url).href],
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MB, maxYoungGenerationSizeMb: 32, stackSizeMb: 4 },
    stdout: true,
    stderr: true,
  });
  worker.stdout.resume();
  worker.stderr.resume();
  const { promise, resolve, reject } = Promise.withResolvers<Report>();
  worker.on('message', resolve);
  worker.on('error', (error: Error & { code?: string }) => {
    if (error.code === 'ERR_WORKER_OUT_OF_MEMORY') resolve(endedBy('memory'));
    else reject(new Error('the thread of a command failed', { cause: error }));
  });
  worker.on('exit', (code) => reject(new Error(`the thread of a command ended without a report, by ${code}`)));
  const timer = setTimeout(() => resolve(endedBy('time')), command.timeoutMs + GRACE_MS);
  const stop = () => reject(signal.reason);
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
    await worker.terminate();
  }
}

/** Puts all contents into one buffer for transfer: 5,000 buffers blocked this thread for 0.1 s. */
function pack({ command, timeoutMs, files }: Command): PackedCommand {
  const contents = new Uint8Array(files.reduce((sum, { content }) => sum + content.byteLength, 0));
  let end = 0;
  for (const { content } of files) {
    contents.set(content, end);
    end += content.byteLength;
  }
  return { command, timeoutMs, files: files.map(({ path, content }) => ({ path, size: content.byteLength })), contents };
}

const endedBy = (ended: 'time' | 'memory'): Report => ({
  exitCode: 137,
  stdout: '',
  stderr: '',
  ended,
  written: [],
  deleted: [],
  links: [],
  emptyFolders: [],
  unread: [],
  changedFiles: 0,
  unnamed: 0,
});
