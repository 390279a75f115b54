/** Structured logs: one JSON object a line in production, readable lines in development. */
import { type Logger, pino, stdTimeFunctions } from 'pino';

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

/** @param level `silent` for tests; @param readable lines for people instead of JSON */
export async function createLog({ level, readable }: { level: string; readable: boolean }): Promise<Log> {
  const options = { level, redact, base: { pid: process.pid }, timestamp: stdTimeFunctions.isoTime };
  if (!readable) return pino(options);
  const { default: pretty } = await import('pino-pretty');
  return pino(options, pretty({ ignore: 'pid', translateTime: 'SYS:HH:MM:ss', sync: true, singleLine: true }));
}
