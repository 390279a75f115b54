/**
 * Expected errors: each a factory with a status and a stable code. `problemOf` turns any error into a problem document; an unexpected error
 * becomes a 500 that reveals no internals.
 */
import pg from 'pg';
import type { Problem } from '#wire/contract.ts';

interface ProblemExtras {
  /** Further members of the problem document. */
  members?: Record<string, unknown>;
  headers?: Record<string, string>;
  cause?: unknown;
  /** Where a right was missing: for that organization's audit log, not for the response. */
  organizationId?: string | undefined;
}

export class HttpProblem extends Error {
  readonly status: number;
  readonly code: string;
  readonly members: Record<string, unknown>;
  readonly headers: Record<string, string>;
  readonly organizationId: string | undefined;
  constructor(status: number, code: string, detail: string, extras: ProblemExtras = {}) {
    super(detail, { cause: extras.cause });
    this.name = 'HttpProblem';
    this.status = status;
    this.code = code;
    this.members = extras.members ?? {};
    this.headers = extras.headers ?? {};
    this.organizationId = extras.organizationId;
  }
}

export interface InputError {
  path: string;
  message: string;
}

export const badRequest = (code: string, detail: string) => new HttpProblem(400, code, detail);
export const malformedJson = () => badRequest('malformed_json', 'The body is not valid JSON in UTF-8. Check its syntax and send it again.');
export const invalid = (errors: InputError[]) =>
  new HttpProblem(
    422,
    'invalid_input',
    `Correct the marked input: ${errors.map((e) => (e.path ? `${e.path}: ` : '') + e.message).join(' ')}`.slice(0, 1000),
    {
      members: { errors },
    },
  );
export const unauthenticated = () => new HttpProblem(401, 'unauthenticated', 'Sign in first; this session has ended or never was.');
export const tokenRejected = () =>
  new HttpProblem(401, 'unauthenticated', 'This token is unknown, expired or revoked. Create another one.', {
    headers: { 'www-authenticate': 'Bearer error="invalid_token"' },
  });
export const otherUser = () =>
  new HttpProblem(409, 'other_user', 'Someone else is signed in in this browser now. Reload the page to go on as them.');
export const forbidden = (detail: string, code = 'forbidden', organizationId?: string) =>
  new HttpProblem(403, code, detail, { organizationId });
export const notFound = (thing: string) =>
  new HttpProblem(404, 'not_found', `This ${thing} does not exist, or you are not a member of the organization it belongs to.`);
export const noFileAt = (path: string) => new HttpProblem(404, 'not_found', `There is nothing at ${path} in this project.`);
export const conflict = (code: string, detail: string, members: Record<string, unknown> = {}) =>
  new HttpProblem(409, code, detail, { members });
export const tooLarge = (limitBytes: number) =>
  new HttpProblem(413, 'too_large', `The body is larger than ${formatBytes(limitBytes)}. Send less, or in several parts.`);
const formatBytes = (bytes: number) => (bytes < 1024 * 1024 ? `${bytes / 1024} KB` : `${Math.floor((bytes * 10) / 1024 / 1024) / 10} MB`);
export const unsupportedMedia = (expected: string) => new HttpProblem(415, 'unsupported_media_type', `Send the body as ${expected}.`);
/** Event streams of one person. */
export const tooManyStreams = (max: number) => {
  const detail = `You have ${max} live connections open, the limit. Close some tabs or clients, then reload.`;
  return new HttpProblem(429, 'stream_limit_reached', detail, { members: { limit: max }, headers: { 'retry-after': '60' } });
};
/** As in nginx; only the log shows it. */
export const clientClosedRequest = () => new HttpProblem(499, 'client_left', 'The client went away before there was an answer.');
export const busy = (seconds: number, cause?: unknown) =>
  new HttpProblem(503, 'busy', `The server has too much to do right now. Try again in ${seconds} s.`, {
    headers: { 'retry-after': String(seconds) },
    cause,
  });
export const databaseUnavailable = (cause: unknown) =>
  new HttpProblem(
    503,
    'database_unavailable',
    'The database cannot be reached right now. Try again in a moment; if this was to change something, look first whether it did.',
    {
      headers: { 'retry-after': '2' },
      cause,
    },
  );

/** Seconds to wait before retrying: someone has to fix the storage first. */
const STORAGE_RETRY_S = '30';
const storageFull = (cause: unknown) =>
  new HttpProblem(
    503,
    'storage_full',
    'Nothing can be saved: the database’s disk is full. Reading still works. Tell the operator, then try again.',
    { headers: { 'retry-after': STORAGE_RETRY_S }, cause },
  );
const databaseReadOnly = (cause: unknown) =>
  new HttpProblem(
    503,
    'database_read_only',
    'Nothing can be saved: the database accepts no changes right now. Reading still works. Tell the operator, then try again.',
    { headers: { 'retry-after': STORAGE_RETRY_S }, cause },
  );

/** Text with a NUL or half a surrogate pair, of an input whose contract does not rule it out: only requests have such input. */
const isNotStorable = (error: unknown) => error instanceof pg.DatabaseError && ['22021', '22P05'].includes(error.code ?? '');
const notStorable = (cause: unknown) =>
  new HttpProblem(422, 'invalid_input', 'The input contains a character that cannot be stored, such as NUL. Leave it out.', {
    members: { errors: [{ path: '', message: 'This contains a character that cannot be stored.' }] },
    cause,
  });

/**
 * SQLSTATE classes and codes that mean "the database is unavailable", not "the statement is wrong": a broken connection, a server that
 * shuts down or has no free connection, a canceled statement or lock wait.
 */
function isUnavailableCode(code: string): boolean {
  return code.startsWith('08') || code.startsWith('57P') || ['53300', '57014', '55P03', '25P03', '25P04'].includes(code);
}

/**
 * Maps a driver error to what the client is told: the database is unavailable, full, or read-only. Errors in our statements pass through.
 */
export function databaseError(error: unknown): unknown {
  if (error instanceof HttpProblem) return error;
  if (!(error instanceof pg.DatabaseError)) return databaseUnavailable(error);
  const { code = '' } = error;
  if (code === '53100') return storageFull(error);
  if (code === '25006') return databaseReadOnly(error);
  if (code === '53000' || code === '53200') return busy(2, error);
  return isUnavailableCode(code) ? databaseUnavailable(error) : error;
}

/** @returns whether a statement failed because it violates the unique constraint of this name */
export function violates(error: unknown, constraint: string): boolean {
  return error instanceof pg.DatabaseError && error.code === '23505' && error.constraint === constraint;
}

const titles: Record<number, string> = {
  400: 'Bad request',
  401: 'Not signed in',
  403: 'Not allowed',
  404: 'Not found',
  405: 'Method not allowed',
  408: 'Too slow',
  409: 'Conflict',
  412: 'Changed meanwhile',
  413: 'Too large',
  415: 'Unsupported media type',
  416: 'Range not satisfiable',
  422: 'Invalid input',
  428: 'Condition required',
  429: 'Too many requests',
  500: 'Server error',
  503: 'Unavailable',
};

/** The response to a failed request. Also returns its headers. */
export function problemOf(error: unknown, requestId: string): { problem: Problem; headers: Record<string, string>; unexpected: boolean } {
  const expected = error instanceof HttpProblem ? error : isNotStorable(error) ? notStorable(error) : problemOfLibrary(error);
  const { status, code, message, members, headers } = expected ?? unexpectedError;
  const problem = {
    type: `urn:guildhall:${code}`,
    title: titles[status] ?? 'Refused',
    status,
    detail: message,
    code,
    requestId,
    ...members,
  };
  return { problem, headers, unexpected: expected === undefined };
}

const unexpectedError = new HttpProblem(
  500,
  'internal',
  'Something went wrong on the server. It has been logged under this request id; send the id to the operator.',
);

/** Express marks client errors with `status`. */
function problemOfLibrary(error: unknown): HttpProblem | undefined {
  if (typeof error !== 'object' || error === null || !('status' in error)) return undefined;
  const { status } = error;
  if (typeof status !== 'number' || status < 400 || status >= 500) return undefined;
  return badRequest('bad_request', 'The request could not be read. Check its address, headers and body.');
}
