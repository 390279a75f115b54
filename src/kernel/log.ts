/** Structured logs: one JSON object a line in production, readable lines in development. */
import { type Logger, pino } from 'pino';

export type Log = Logger;

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

/** A line a request is a system call a request. A process that is killed loses its last 200 ms of lines, one that ends loses none. */
const inChunks = { sync: false, minLength: 4096, periodicFlush: 200 };

/** @param level `silent` for tests; @param readable lines for people instead of JSON */
export async function createLog({ level, readable }: { level: string; readable: boolean }): Promise<Log> {
  const options = { level, redact, base: { pid: process.pid }, timestamp: isoTime };
  if (!readable) return pino(options, pino.destination(inChunks));
  const { default: pretty } = await import('pino-pretty');
  return pino(options, pretty({ ignore: 'pid', translateTime: 'SYS:HH:MM:ss', sync: true, singleLine: true }));
}
