/** SQL as named functions: one statement each, values bound by name, prepared once per connection. */
import type { QueryResult, QueryResultRow } from 'pg';
import { compileNames, type NamedText } from './named-parameters.ts';

export interface QueryConfig {
  name: string;
  text: string;
  values: unknown[];
  /** Milliseconds after which the statement is abandoned and its connection closed. */
  query_timeout?: number;
  /** A COPY … TO STDOUT, whose rows are bytes; see copy-out.ts. */
  copy?: boolean;
  /** When aborted, the statement is abandoned, and canceled on the server. */
  signal?: AbortSignal;
  /** A read that a replica may answer, where the request allows it; see replicas/replicas.ts. */
  replica?: boolean;
}

/** The pool, a transaction or a client: anything a statement can run on. */
export interface Queryable {
  query<Row extends QueryResultRow>(config: QueryConfig): Promise<QueryResult<Row>>;
}

/** Runs statements that end when the signal is aborted: for work that nobody waits for any more. @throws the signal's reason */
export const withSignal = (signal: AbortSignal, db: Queryable): Queryable => ({ query: (config) => db.query({ ...config, signal }) });

/** A request must be answered within 2.5 s even when PostgreSQL hangs. */
export const STATEMENT_TIMEOUT_MS = 2000;

const statements = new Map<string, NamedText>();

/** The statements of all imported modules, by name. `scripts/sql/check.ts` compares them with the database. */
export const definedStatements: ReadonlyMap<string, NamedText> = statements;

const fromReplicas = new Set<string>();

/** The names of those that a replica may answer. A test checks what they read. */
export const replicaStatements: ReadonlySet<string> = fromReplicas;

type Statement<Row, Values> = [Values] extends [never]
  ? (db: Queryable) => Promise<Row[]>
  : (db: Queryable, values: Values) => Promise<Row[]>;

/**
 * @param name unique in the whole program: `feature.verb`
 * @param sql lower case, with each of `Values` as `$name`; the text is compiled once, here
 * @param replica a replica may answer it: not for sessions, rights, tokens, limits, nor for anything that a write is decided by
 * @returns a function that takes the pool or a transaction, and the values, and returns the rows
 * @throws if the name is taken or the text is ambiguous; see `compileNames`
 */
export function statement<Row extends QueryResultRow, Values extends object = never>(
  name: string,
  sql: string,
  { timeout = STATEMENT_TIMEOUT_MS, replica = false } = {},
): Statement<Row, Values> {
  if (statements.has(name)) throw new Error(`two statements are named ${name}`);
  const compiled = compileNames(sql);
  statements.set(name, compiled);
  if (replica) fromReplicas.add(name);
  const { text, names } = compiled;
  async function run(db: Queryable, given?: Values): Promise<Row[]> {
    const values = names.map((key) => (given as Record<string, unknown>)[key]);
    const { rows } = await db.query<Row>({ name, text, values, query_timeout: timeout, replica });
    return rows;
  }
  return run as Statement<Row, Values>;
}
