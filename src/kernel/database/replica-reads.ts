/** Where a pool sends the reads that a replica may answer; see replicas/replicas.ts. */
import type { QueryResult, QueryResultRow } from 'pg';
import type { QueryConfig } from './statement.ts';
import type { Transaction } from './transaction.ts';

export type Query = <Row extends QueryResultRow>(config: QueryConfig) => Promise<QueryResult<Row>>;
export type RunTransaction = <T>(work: (tx: Transaction) => Promise<T>) => Promise<T>;

export interface ReplicaReads {
  /** @param own the primary, which is asked for its position */
  attach(own: Query): void;
  /** @param own the primary, if no replica answers */
  query<Row extends QueryResultRow>(config: QueryConfig, own: Query): Promise<QueryResult<Row>>;
  transaction<T>(work: (tx: Transaction) => Promise<T>, own: RunTransaction): Promise<T>;
}
