/** PostgreSQL's cancel request: ends the statement a connection is running. It uses a separate connection, which is not a backend. */
import pg from 'pg';

const TIMEOUT_MS = 2000;

/** Members of the driver that its types omit. */
interface Reached {
  host: string;
  port: number;
  ssl: boolean | object;
  sslNegotiation?: string;
  processID: number | null;
  secretKey: number | null;
}
interface Raw extends pg.Connection {
  connect(port: number | string, host?: string): void;
  requestSsl(): void;
  cancel(processID: number, secretKey: number): void;
}

/** @returns whether PostgreSQL received the request; the statement may have ended before that */
export function cancelStatement(client: pg.PoolClient): Promise<boolean> {
  const { host, port, ssl, sslNegotiation, processID, secretKey } = client as unknown as Reached;
  if (processID === null || secretKey === null) return Promise.resolve(false);
  const connection = new pg.Connection({ ssl, sslNegotiation } as never) as Raw;
  const ask = () => connection.cancel(processID, secretKey);
  return new Promise((resolve) => {
    const timeout = setTimeout(() => end(false), TIMEOUT_MS);
    function end(taken: boolean): void {
      clearTimeout(timeout);
      connection.stream.destroy();
      resolve(taken);
    }
    connection.on('connect', () => (ssl ? sslNegotiation !== 'direct' && connection.requestSsl() : ask()));
    connection.on('sslconnect', ask);
    connection.on('error', () => end(false));
    // PostgreSQL closes the connection after sending the signal.
    connection.on('end', () => end(true));
    if (host.startsWith('/')) connection.connect(`${host}/.s.PGSQL.${port}`);
    else connection.connect(port, host);
  });
}
