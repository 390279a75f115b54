/**
 * Writes lines to standard output or standard error without ever holding up the process: not on a full disk, not on a pipe whose reader
 * stands still or has died, not on a stopped terminal. Lines wait in memory up to a bound; beyond it, new ones are dropped and counted.
 * `fs.write` alone would not do: on a full pipe it blocks a thread of libuv's pool, and a process cannot exit before all of those are free.
 */
import { closeSync, constants, fstatSync, openSync, write, writeSync } from 'node:fs';
import { isatty } from 'node:tty';

/** Bytes of one process that wait at most. */
const MAX_WAITING = 1024 * 1024;
/** One system call for many lines. */
const CHUNK = 3000;
const CHUNK_WAITS_MS = 200;
/** A pipe shared by several processes takes this many bytes whole or not at all (PIPE_BUF), so no line is torn. */
const MAX_WRITE = 4096;
/** A reader that is merely slow has made room by then: 64 kB in 10 ms are more than any log writes. */
const FULL_PIPE_WAIT_MS = 10;
const FAILURE_WAIT_MS = 1000;
const FLUSH_LIMIT_MS = 5000;

export type LineWriter = ReturnType<typeof createLineWriter>;

const writers = new Map<number, LineWriter>();

/** @returns the one writer of this process for standard output (1) or standard error (2) */
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
  /** Did the last attempt fail, and not because a pipe was full? */
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

  /** A disk may be slow or full but does not stand still, so a thread of the pool can wait for it. */
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

  // What the process has not waited for. The pool still ends what is under way.
  process.once('exit', () => {
    takeText();
    written += underWay;
    try {
      writeAll();
    } catch {
      // Nobody is left to report it to.
    }
  });

  return {
    /** @param line with its line end; `now` does not wait for more lines to send along */
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
    /** Lines dropped since the start. */
    lost: () => lost,
    /** Calls back, once lines can be written again, with how many were dropped meanwhile. */
    onLost(callback: (count: number) => void): void {
      onLost = callback;
    },
    /** Resolves when all lines are written or cannot be, and at the latest after `limit` milliseconds in which nothing was read. */
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
  /** Writing waits, so a thread has to. */
  blocks: boolean;
  /** Before each write: tells a shared file again that it does not block. */
  unblock?: () => void;
}

/**
 * Pipes, sockets and terminals are told not to block. That setting belongs to the open file, which other programs share and may reset,
 * so the file is opened anew where the system allows it.
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
  // Nothing is written through Node's stream; its handle is what sets this.
  const { _handle: handle } = (fd === 1 ? process.stdout : process.stderr) as unknown as { _handle?: { setBlocking?(on: boolean): void } };
  return { target: fd, blocks: false, unblock: () => handle?.setBlocking?.(false) };
}
