/** Names of failures: short and stable, so that a report can count them. */
import { ProblemError } from '#wire/call.ts';

/** The server responded, and the response is wrong. */
export class WrongAnswer extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.name = 'WrongAnswer';
    this.code = code;
  }
}

/** Whether the request timed out. */
export function isTimeout(error: unknown): boolean {
  return error instanceof Error && error.name === 'TimeoutError';
}

/** @returns such as `429 rate_limited`, `unreachable ECONNRESET`, `timeout`, `stream_gap` */
export function codeOf(error: unknown): string {
  if (isTimeout(error)) return 'timeout';
  if (error instanceof WrongAnswer) return error.code;
  if (error instanceof ProblemError && error.status > 0) return `${error.status} ${error.code}`;
  // A connection that breaks before the response is `unreachable`; one that breaks during it is not a ProblemError.
  const name = error instanceof ProblemError ? error.code : 'broken';
  return [name, systemCodeOf(error)].filter(Boolean).join(' ');
}

/** @returns a description for people */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function systemCodeOf(error: unknown): string | undefined {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (!(cause instanceof ProblemError) && 'code' in cause && typeof cause.code === 'string') return cause.code;
  }
  return undefined;
}
