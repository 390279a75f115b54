/** What a connection to PostgreSQL is told first, and how long a statement may take on the server. */
import type { QueryConfig } from './statement.ts';
import { MAX_ORDINARY_MS } from './statement-timer.ts';

/** Later than our own timeouts, so we end a statement while we can. */
export const SERVER_STATEMENT_MS = MAX_ORDINARY_MS + 1000;
/** A statement that waits for a lock occupies a connection that others need. */
export const SERVER_LOCK_MS = 5000;
/** A transaction waits for nothing but SQL: one that is idle this long hangs, and holds locks. */
const SERVER_IDLE_IN_TRANSACTION_MS = 10_000;

/** Whether a statement may take longer than the server's timeout. */
export const isLong = ({ query_timeout: own = 0 }: QueryConfig): boolean => own > MAX_ORDINARY_MS;

const readable = `set timezone = 'UTC'; set datestyle = 'ISO, MDY'`;

/** As a pooler in transaction mode has to tell each of its connections to PostgreSQL (PgBouncer: connect_query). */
export const timeoutSettings = `set statement_timeout = ${SERVER_STATEMENT_MS}; set lock_timeout = ${SERVER_LOCK_MS}; set idle_in_transaction_session_timeout = ${SERVER_IDLE_IN_TRANSACTION_MS}`;

/**
 * Server-side timeouts for when this process dies or hangs and cannot end statements itself, and settings our statements rely on, whatever
 * the database or user has set. Sent as statements: a pooler in session mode rejects unknown startup parameters.
 */
export const sessionSettings = `
  ${timeoutSettings};
  set tcp_keepalives_idle = 10;
  set tcp_keepalives_interval = 5;
  set tcp_keepalives_count = 3;
  ${readable};
  set default_transaction_isolation = 'read committed'`;

/** What a pooler in transaction mode keeps for each of its clients. Any other setting would stay with a connection that others use. */
export const pooledSettings = readable;
