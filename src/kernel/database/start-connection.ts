/** A connection of its own for what is done once, before a server starts. */
import pg from 'pg';

/**
 * @param answerMs how long a statement may take; for ever without it
 * @throws Error with one sentence for people, or with the code of the system or of PostgreSQL
 */
export async function connectForStart(url: string, name: string, answerMs?: number): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: 10_000,
    application_name: name,
    ...(answerMs && { query_timeout: answerMs }),
  });
  // What breaks the connection is told by the statement that was under way.
  client.on('error', () => undefined);
  await client.connect().catch((error: Error) => {
    // A database that does not answer, or not in TLS, has no code to tell it by.
    if ('code' in error) throw error;
    throw silent(error);
  });
  return client;
}

export const silent = (cause: Error) =>
  new Error(`The database at DATABASE_URL cannot be reached (${cause.message}). Check the address and that PostgreSQL runs.`, { cause });
