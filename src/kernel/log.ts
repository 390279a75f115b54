/** Structured logs: one JSON object per line in production, readable lines in development. */
import { isatty } from 'node:tty';
import { type Logger, pino } from 'pino';
import { type LineWriter, lineWriterFor } from './line-writer.ts';

export type Log = Logger;

const STANDSTILL_MS = 500;

/** Secrets never reach a log, in whatever object they are. */
const redact = [
  'password',
  '*.password',
  'cookie',
  '*.cookie',
  'authorization',
  '*.authorization',
  '*.headers.cookie',
  '*.headers.authorization',
  // PostgreSQL includes the row that violated a constraint, password hash and all.
  'err.detail',
];

let lastTime = { at: 0, text: '' };
/** Like pino's own, which formats the same text again for every line within a millisecond. */
function isoTime(): string {
  const at = Date.now();
  if (at !== lastTime.at) lastTime = { at, text: `,"time":"${new Date(at).toISOString()}"` };
  return lastTime.text;
}

/** Call before the process ends. Resolves when all lines so far are written, or nothing has read any for half a second. */
export function flushLog(): Promise<void> {
  return lineWriterFor(1).flush(STANDSTILL_MS);
}

/** Lines dropped in this process because they could not be written. */
export const lostLogLines = (): number => lineWriterFor(1).lost();

/**
 * Lines are written in batches, up to 200 ms late, so a killed process loses its last ones; one that ends after `flushLog` loses none. A
 * log that cannot be written loses lines, which are counted, and blocks nothing.
 * @param level `silent` for tests; @param readable lines for people instead of JSON
 */
export async function createLog({ level, readable }: { level: string; readable: boolean }): Promise<Log> {
  const options = { level, redact, base: { pid: process.pid }, timestamp: isoTime };
  const output = lineWriterFor(1);
  const log = pino(options, readable ? await createReadableStream(output) : output);
  output.onLost((lines) => log.warn({ lines }, 'log lines could not be written and were dropped'));
  return log;
}

async function createReadableStream(output: LineWriter): Promise<{ write(line: string): void }> {
  const { prettyFactory } = await import('pino-pretty');
  const format = prettyFactory({ ignore: 'pid', translateTime: 'SYS:HH:MM:ss', singleLine: true, colorize: isatty(1) });
  return { write: (line) => output.write(format(line), { now: true }) };
}
