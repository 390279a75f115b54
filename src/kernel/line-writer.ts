/**
 * Writes lines to standard output or standard error without ever blocking the process: not on a full disk, on a pipe whose reader hangs or
 * has died, or on a stopped terminal. Lines are buffered in memory up to a limit; beyond it, new ones are dropped and counted. `fs.write`
 * alone is not enough: on a full pipe it blocks a thread of libuv's pool, and a process cannot exit until all threads are free.
 */
import { closeSync, constants, fstatSync, openSync, write, writeSync } from 'node:fs';
import { isatty } from 'node:tty';

/** Maximum bytes buffered by one process. */
const MAX_WAITING = 1024 * 1024;
/** Many lines share one system call. */
const CHUNK = 3000;
const CHUNK_WAITS_MS = 200;
/** A pipe shared by several processes accepts this many bytes atomically (PIPE_BUF), so no line is torn. */
const MAX_WRITE = 4096;
/** By then a merely slow reader has made room: 64 kB in 10 ms is more than any log writes. */
const FULL_PIPE_WAIT_MS = 10;
const FAILURE_WAIT_MS = 1000;
const FLUSH_LIMIT_MS = 5000;

export type LineWriter = ReturnType<typeof createLineWriter>;

const writers = new Map<number, LineWriter>();

/** @returns this process's only writer for standard output (1) or standard error (2) */
export function lineWriterFor(fd: 1 | 2): LineWriter {
  const writer = writers.get(fd) ?? createLineWriter(fd);
  writers.set(fd, writer);
  return writer;
}

function createLineWriter(fd: 1 | 2) {
  const { target, blocks, unblock } = openTarget(fd);
  let text = '';
  const chunks: Buffer[] = [];
  /** Bytes of the first chunk that have been written, and that a thread is writing. */
  let written = 0;
  let underWay = 0;
  let waiting = 0;
  let lost = 0;
  let reported = 0;
  /** Whether the last attempt failed for a reason other than a full pipe. */
  let failing = false;
  let chunkTimer: NodeJS.Timeout | undefined;
  let retryTimer: NodeJS.Timeout | undefined;
  let onLost: ((count: number) => void) | undefined;

  function takeText(): void {
    clearTimeout(chunkTimer);
    chunkTimer = undefined;
    if (text === '') return;
    const chunk = Buffer.from(text);
    chunks.push(chunk);
    waiting += chunk.length - text.length;
    text = '';
  }

  function advance(bytes: number): void {
    failing = false;
    written += bytes;
    waiting -= bytes;
    if (written < (chunks[0]?.length ?? 0)) return;
    chunks.shift();
    written = 0;
    if (chunks.length > 0 || lost === reported) return;
    const count = lost - reported;
    reported = lost;
    onLost?.(count);
  }

  function retry({ code }: NodeJS.ErrnoException): void {
    failing = code !== 'EAGAIN';
    retryTimer = setTimeout(writeOn, failing ? FAILURE_WAIT_MS : FULL_PIPE_WAIT_MS).unref();
  }

  function writeOn(): void {
    clearTimeout(retryTimer);
    retryTimer = undefined;
    if (blocks) return writeOnToFile();
    try {
      writeAll();
    } catch (error) {
      retry(error as NodeJS.ErrnoException);
    }
  }

  function writeAll(): void {
    for (let chunk = chunks[0]; chunk; chunk = chunks[0]) {
      unblock?.();
      advance(writeSync(target, chunk, written, lengthOf(chunk)));
    }
  }

  const lengthOf = (chunk: Buffer) => Math.min(MAX_WRITE, chunk.length - written);

  /** A disk may be slow or full but does not block forever, so a pool thread can wait for it. */
  function writeOnToFile(): void {
    const chunk = chunks[0];
    if (!chunk || underWay > 0) return;
    underWay = lengthOf(chunk);
    write(target, chunk, written, underWay, null, (error, bytes) => {
      underWay = 0;
      if (error) return retry(error);
      advance(bytes);
      writeOnToFile();
    });
  }

  function send(): void {
    takeText();
    if (!retryTimer) writeOn();
  }

  // Writes what the process has not waited for. The pool still finishes the write in progress.
  process.once('exit', () => {
    takeText();
    written += underWay;
    try {
      writeAll();
    } catch {
      // There is nowhere left to report it.
    }
  });

  return {
    /** @param line with its line end; `now` does not wait for more lines to batch */
    write(line: string, { now = false } = {}): void {
      if (waiting > 0 && waiting + line.length > MAX_WAITING) {
        lost++;
        return;
      }
      waiting += line.length;
      text += line;
      if (now || text.length >= CHUNK) send();
      else chunkTimer ??= setTimeout(send, CHUNK_WAITS_MS).unref();
    },
    /** Lines dropped since startup. */
    lost: () => lost,
    /** Calls back, once lines can be written again, with the number dropped in between. */
    onLost(callback: (count: number) => void): void {
      onLost = callback;
    },
    /** Resolves when all lines are written or cannot be, at the latest after `limit` milliseconds in which nothing was read. */
    async flush(limit: number): Promise<void> {
      failing = false;
      takeText();
      writeOn();
      const begun = performance.now();
      let left = waiting;
      for (let movedAt = begun; chunks.length > 0 && !failing; ) {
        const now = performance.now();
        if (waiting !== left) movedAt = now;
        left = waiting;
        if (now - movedAt > limit || now - begun > FLUSH_LIMIT_MS) return;
        await new Promise((resolve) => setTimeout(resolve, FULL_PIPE_WAIT_MS));
      }
    },
  };
}

interface Target {
  target: number;
  /** Writes block, so they need a thread. */
  blocks: boolean;
  /** Before each write: sets a shared file to non-blocking again. */
  unblock?: () => void;
}

/**
 * Sets pipes, sockets and terminals to non-blocking. That setting belongs to the open file, which other programs share and may reset, so
 * the file is reopened where the system allows it.
 */
function openTarget(fd: 1 | 2): Target {
  const stat = fstatSync(fd);
  if (!stat.isFIFO() && !stat.isSocket() && !isatty(fd)) return { target: fd, blocks: true };
  try {
    const target = openSync(`/proc/self/fd/${fd}`, constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
    const opened = fstatSync(target);
    if (opened.dev === stat.dev && opened.ino === stat.ino) return { target, blocks: false };
    closeSync(target);
  } catch {
    // A socket, a pipe of another user, or a system without /proc.
  }
  // Nothing is written through Node's stream; its handle is what sets non-blocking mode.
  const { _handle: handle } = (fd === 1 ? process.stdout : process.stderr) as unknown as { _handle?: { setBlocking?(on: boolean): void } };
  return { target: fd, blocks: false, unblock: () => handle?.setBlocking?.(false) };
}
