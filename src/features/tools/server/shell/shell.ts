/**
 * A shell over copies of a project’s files: each command in a thread of its own, so that it neither holds up the server nor
 * outlives its bounds. A thread takes some 0.2 s to start on two cores, against seconds for a model’s answer; so none is kept.
 */
import { Worker } from 'node:worker_threads';
import { createSemaphore } from '#kernel/semaphore.ts';
import { HEAP_MB } from './bounds.ts';
import type { Command, PackedCommand, Report } from './shell-worker.ts';

export type Shell = ReturnType<typeof createShell>;

/** What the thread may take to start, and to hand back what it did. */
const GRACE_MS = 5000;

/** @param atOnce commands at the same time in this process; the others wait, in turns by organization */
export function createShell({ atOnce }: { atOnce: number }) {
  const inTurn = createSemaphore({ atOnce });
  /**
   * @param prepare reads the files once it is the command’s turn, so that those that wait hold none
   * @throws the signal’s reason, as soon as it is aborted; then, as whenever a bound ends the command, nothing has happened
   */
  return (organizationId: string, signal: AbortSignal, prepare: () => Promise<Command>): Promise<Report> =>
    inTurn(organizationId, signal, async () => carryOut(await prepare(), signal));
}

async function carryOut(command: Command, signal: AbortSignal): Promise<Report> {
  signal.throwIfAborted();
  const packed = pack(command);
  const worker = new Worker(new URL('./shell-worker.ts', import.meta.url), {
    workerData: packed,
    transferList: [packed.contents.buffer],
    env: {},
    // The threads that it starts inherit this.
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

/** All contents in one piece of memory, which is handed over: 5,000 pieces held this thread up for 0.1 s. */
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
