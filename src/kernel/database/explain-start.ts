/** Turns PostgreSQL's errors at startup into one sentence for the person who can fix them. */
import pg from 'pg';
import { HttpProblem } from '#kernel/errors.ts';

const unreachable = ['ECONNREFUSED', 'ECONNRESET', 'EHOSTUNREACH', 'ENOTFOUND', 'EAI_AGAIN', 'ETIMEDOUT'];

/** @returns undefined for errors not caused by the database */
export function explainDatabaseFailure(error: Error): string | undefined {
  const code = 'code' in error ? String(error.code) : '';
  if (unreachable.includes(code))
    return `The database at DATABASE_URL cannot be reached (${code}). Check the address and that PostgreSQL runs.`;
  const cause = error instanceof HttpProblem ? error.cause : error;
  return cause instanceof pg.DatabaseError ? explainRejection(cause) : undefined;
}

function explainRejection({ code = '', message }: pg.DatabaseError): string {
  if (code.startsWith('28')) return `The database refused the user or password of DATABASE_URL: ${message}.`;
  if (code === '3D000') return `The database named in DATABASE_URL does not exist: ${message}. Create it first.`;
  if (code === '53300')
    return `PostgreSQL has no connection left for this server: ${message}. Raise its max_connections, or lower PG_POOL_MAX or WEB_CONCURRENCY of the servers that use it.`;
  if (code === '42501')
    return `The user of DATABASE_URL lacks a right that Guildhall needs to set up its tables: ${message}. Let that user own the database, or grant it what is missing.`;
  if (code === '25006')
    return `The database at DATABASE_URL takes no changes, and its tables are those of an older version: ${message}. Start again once it can be written.`;
  if (code === '53100') return `The disk of the database is full: ${message}. Make room on it, then start again.`;
  if (code === '57P03') return `PostgreSQL is not ready yet: ${message}. Start again in a moment.`;
  return `PostgreSQL refused what Guildhall needs to start: ${message} (${code}).`;
}
