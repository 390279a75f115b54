/** A separate connection for work done once, before a server starts. */
import pg from 'pg';

/**
 * @param answerMs how long a statement may take; unlimited if undefined
 * @param variable where the URL is from
 * @throws Error with one sentence for people, or with a code from the system or PostgreSQL
 */
export async function connectForStart(url: string, name: string, answerMs?: number, variable = 'DATABASE_URL'): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: 10_000,
    application_name: name,
    ...(answerMs && { query_timeout: answerMs }),
  });
  // The statement in flight reports why the connection broke.
  client.on('error', () => undefined);
  await client.connect().catch((error: Error) => {
    // A database that does not answer, or not over TLS, yields an error without a code.
    if (variable === 'DATABASE_URL' && 'code' in error) throw error;
    throw silent(error, variable);
  });
  return client;
}

export const silent = (cause: Error, variable = 'DATABASE_URL') =>
  new Error(`The database at ${variable} cannot be reached (${cause.message}). Check the address and that PostgreSQL runs.`, { cause });
