/** SQL as named functions: one statement each, values bound, prepared once a connection. */
import type { QueryResult, QueryResultRow } from 'pg';

export interface QueryConfig {
  name: string;
  text: string;
  values: unknown[];
  /** Milliseconds after which the statement is given up and its connection closed. */
  query_timeout?: number;
  /** It is a COPY … TO STDOUT, whose rows are bytes; see copy-out.ts. */
  copy?: boolean;
}

/** The pool or a transaction: whatever a statement can run on. */
export interface Queryable {
  query<Row extends QueryResultRow>(config: QueryConfig): Promise<QueryResult<Row>>;
}

/** A request has to be answered within 2.5 s also when PostgreSQL hangs. */
export const STATEMENT_TIMEOUT_MS = 2000;

/**
 * @param name unique in the whole program: `room.verb`
 * @param text lower case SQL with $1, $2, …
 * @returns a function of the pool or a transaction and the values, in order, that answers with the rows
 */
export function statement<Row extends QueryResultRow, Values extends unknown[] = []>(
  name: string,
  text: string,
  { timeout = STATEMENT_TIMEOUT_MS } = {},
) {
  return async (db: Queryable, ...values: Values): Promise<Row[]> => {
    const { rows } = await db.query<Row>({ name, text, values, query_timeout: timeout });
    return rows;
  };
}
