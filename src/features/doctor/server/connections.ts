/**
 * The doctor's own connections to PostgreSQL. Unlike those of a server, they are few and patient: a busy machine must not look like a broken
 * one. What takes too long ends with its check.
 */
import pg from 'pg';
import { pooledSettings, sessionSettings } from '#kernel/database/session-settings.ts';
import type { Queryable } from '#kernel/database/statement.ts';
import { valueTypes } from '#kernel/database/value-types.ts';
import { databaseError } from '#kernel/errors.ts';

/** It must not use up what it looks for. */
const MAX_CONNECTIONS = 2;
const PATIENCE_MS = 10_000;

export interface Connections extends Queryable {
  close(): Promise<void>;
}

/** @param pooled the URL is that of a pooler in transaction mode */
export function openConnections(url: string, { pooled = false } = {}): Connections {
  const pool = new pg.Pool({
    connectionString: url,
    max: MAX_CONNECTIONS,
    connectionTimeoutMillis: PATIENCE_MS,
    query_timeout: PATIENCE_MS,
    // The settings are sent ahead of the first statement.
    pipeline: true,
    application_name: 'guildhall doctor',
    types: valueTypes,
  });
  pool.on('error', () => undefined);
  pool.on('connect', (client) => {
    client.on('error', () => undefined);
    client.query(pooled ? pooledSettings : sessionSettings).catch(() => undefined);
  });
  return {
    query: <Row extends pg.QueryResultRow>({ name, text, values }: { name: string; text: string; values: unknown[] }) =>
      pool.query<Row>({ ...(!pooled && { name }), text, values }).catch((error: unknown) => {
        throw databaseError(error);
      }),
    close: () => pool.end(),
  };
}
