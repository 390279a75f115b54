/** Structured logs: one JSON object a line in production, readable lines in development. */
import { type Logger, pino } from 'pino';

export type Log = Logger;

const FLUSH_PATIENCE_MS = 500;

/** Secrets never reach a log, wherever an object carries them. */
const redact = [
  'password',
  '*.password',
  'cookie',
  '*.cookie',
  'authorization',
  '*.authorization',
  '*.headers.cookie',
  '*.headers.authorization',
  // PostgreSQL tells the row that did not fit, password hash and all.
  'err.detail',
];

let lastTime = { at: 0, text: '' };
/** As pino's own, which makes the same text anew for every line of a millisecond. */
function isoTime(): string {
  const at = Date.now();
  if (at !== lastTime.at) lastTime = { at, text: `,"time":"${new Date(at).toISOString()}"` };
  return lastTime.text;
}

/**
 * A system call for many lines instead of each. At most 4,096 bytes at once, which a pipe shared by several processes takes whole.
 * A process that is killed or crashes loses its last lines, one that ends by `flushLog` none. Where nobody reads, lines are dropped
 * before they fill the memory.
 */
const inChunks = { sync: false, minLength: 3000, maxWrite: 4096, periodicFlush: 200, maxLength: 16 * 1024 * 1024 };

/** Resolves when all lines so far are written: before the process ends. */
export function flushLog(log: Log): Promise<void> {
  return new Promise((resolve) => {
    // A reader that stands still must not keep a process from ending.
    setTimeout(resolve, FLUSH_PATIENCE_MS).unref();
    log.flush(() => resolve());
  });
}

/** @param level `silent` for tests; @param readable lines for people instead of JSON */
export async function createLog({ level, readable }: { level: string; readable: boolean }): Promise<Log> {
  const options = { level, redact, base: { pid: process.pid }, timestamp: isoTime };
  if (!readable) return pino(options, pino.destination(inChunks));
  const { default: pretty } = await import('pino-pretty');
  return pino(options, pretty({ ignore: 'pid', translateTime: 'SYS:HH:MM:ss', sync: true, singleLine: true }));
}
