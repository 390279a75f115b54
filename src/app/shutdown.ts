/** Time limits of a shutdown. Every part has one, so a server ends whatever hangs. */
import type { EmbeddedDatabase } from '#kernel/database/embedded/embedded.ts';
import type { Log } from '#kernel/log.ts';

/** After SIGTERM, a load balancer has this long to notice that the server is not ready; then the port closes. */
export const NOTICE_MS = 500;
/** Beyond this, something hangs: better to exit than to be killed without a log line. */
export const SHUTDOWN_LIMIT_MS = 9500;
/** PostgreSQL closes its files by itself, whether or not anything waits for it. */
const DATABASE_LIMIT_MS = 10_000;

export async function stopDatabase(log: Log, database: EmbeddedDatabase | undefined): Promise<void> {
  await withTimeout(DATABASE_LIMIT_MS, database?.stop()).catch((error: unknown) =>
    log.error({ err: error }, 'PostgreSQL was left to end by itself'),
  );
}

/** Waits for `work`, up to a limit. @throws as `work` does, or when the limit is reached */
export async function withTimeout(limit: number, work: Promise<void> | undefined): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`this took longer than ${limit / 1000} s`)), limit);
  });
  await Promise.race([work, tooLong]).finally(() => clearTimeout(timer));
}
