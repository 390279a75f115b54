/**
 * Expected errors: each a factory with a status and a stable code. `problemOf` turns any error into a problem document; an unexpected error
 * becomes a 500 that reveals no internals.
 */
import pg from 'pg';
import type { Problem } from '#wire/contract.ts';
import { type Thing, texts } from './texts.ts';

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
export const malformedJson = () => badRequest('malformed_json', texts.problems.malformedJson);
export const invalid = (errors: InputError[]) =>
  new HttpProblem(422, 'invalid_input', texts.problems.invalid(errors).slice(0, 1000), {
    members: { errors },
  });
export const unauthenticated = () => new HttpProblem(401, 'unauthenticated', texts.problems.unauthenticated);
export const tokenRejected = () =>
  new HttpProblem(401, 'unauthenticated', texts.problems.tokenRejected, {
    headers: { 'www-authenticate': 'Bearer error="invalid_token"' },
  });
export const otherUser = () => new HttpProblem(409, 'other_user', texts.problems.otherUser);
export const forbidden = (detail: string, code = 'forbidden', organizationId?: string) =>
  new HttpProblem(403, code, detail, { organizationId });
export const notFound = (thing: Thing) => new HttpProblem(404, 'not_found', texts.missing[thing]);
export const noFileAt = (path: string) => new HttpProblem(404, 'not_found', texts.problems.noFileAt(path));
export const conflict = (code: string, detail: string, members: Record<string, unknown> = {}) =>
  new HttpProblem(409, code, detail, { members });
export const tooLarge = (limitBytes: number) => new HttpProblem(413, 'too_large', texts.problems.tooLarge(limitBytes));
export const unsupportedMedia = (detail: string) => new HttpProblem(415, 'unsupported_media_type', detail);
/** Event streams of one person. */
export const tooManyStreams = (max: number) => {
  const detail = texts.problems.tooManyStreams(max);
  return new HttpProblem(429, 'stream_limit_reached', detail, { members: { limit: max }, headers: { 'retry-after': '60' } });
};
/** As in nginx; only the log shows it. */
export const clientClosedRequest = () => new HttpProblem(499, 'client_left', texts.problems.clientClosedRequest);
export const busy = (seconds: number, cause?: unknown) =>
  new HttpProblem(503, 'busy', texts.problems.busy(seconds), {
    headers: { 'retry-after': String(seconds) },
    cause,
  });
export const databaseUnavailable = (cause: unknown) =>
  new HttpProblem(503, 'database_unavailable', texts.problems.databaseUnavailable, {
    headers: { 'retry-after': '2' },
    cause,
  });

/** Seconds to wait before retrying: someone has to fix the storage first. */
const STORAGE_RETRY_S = '30';
const storageFull = (cause: unknown) =>
  new HttpProblem(503, 'storage_full', texts.problems.storageFull, { headers: { 'retry-after': STORAGE_RETRY_S }, cause });
const databaseReadOnly = (cause: unknown) =>
  new HttpProblem(503, 'database_read_only', texts.problems.databaseReadOnly, { headers: { 'retry-after': STORAGE_RETRY_S }, cause });

/** Text with a NUL or half a surrogate pair, of an input whose contract does not rule it out: only requests have such input. */
const isNotStorable = (error: unknown) => error instanceof pg.DatabaseError && ['22021', '22P05'].includes(error.code ?? '');
const notStorable = (cause: unknown) =>
  new HttpProblem(422, 'invalid_input', texts.problems.notStorable, {
    members: { errors: [{ path: '', message: texts.problems.notStorableField }] },
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

function titleOf(status: number): string {
  const titles: Readonly<Record<number, string>> = texts.titles;
  return titles[status] ?? texts.title;
}

/** The response to a failed request. Also returns its headers. */
export function problemOf(error: unknown, requestId: string): { problem: Problem; headers: Record<string, string>; unexpected: boolean } {
  const expected = error instanceof HttpProblem ? error : isNotStorable(error) ? notStorable(error) : problemOfLibrary(error);
  const { status, code, message, members, headers } = expected ?? unexpectedError();
  const problem = {
    type: `urn:guildhall:${code}`,
    title: titleOf(status),
    status,
    detail: message,
    code,
    requestId,
    ...members,
  };
  return { problem, headers, unexpected: expected === undefined };
}

const unexpectedError = () => new HttpProblem(500, 'internal', texts.problems.unexpected);

/** Express marks client errors with `status`. */
function problemOfLibrary(error: unknown): HttpProblem | undefined {
  if (typeof error !== 'object' || error === null || !('status' in error)) return undefined;
  const { status } = error;
  if (typeof status !== 'number' || status < 400 || status >= 500) return undefined;
  return badRequest('bad_request', texts.problems.unreadable);
}
