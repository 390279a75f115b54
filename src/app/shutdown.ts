/** How long a shutdown may take. Everything in it has a bound, so that a server ends whatever hangs. */
import type { EmbeddedDatabase } from '#kernel/database/embedded/embedded.ts';
import type { Log } from '#kernel/log.ts';

/** After SIGTERM a load balancer gets this long to see that the server is not ready any more; then the port is closed. */
export const NOTICE_MS = 500;
/** Beyond this, something hangs: better to end than to be killed without a word. */
export const SHUTDOWN_LIMIT_MS = 9500;
/** PostgreSQL closes its files by itself, whether or not anything waits for it. */
const DATABASE_LIMIT_MS = 10_000;

export async function stopDatabase(log: Log, database: EmbeddedDatabase | undefined): Promise<void> {
  await withTimeout(DATABASE_LIMIT_MS, database?.stop()).catch((error: unknown) =>
    log.error({ err: error }, 'PostgreSQL was left to end by itself'),
  );
}

/** Waits for `work`, but not for longer. @throws as `work` does, or when the time is up */
export async function withTimeout(limit: number, work: Promise<void> | undefined): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`this took longer than ${limit / 1000} s`)), limit);
  });
  await Promise.race([work, tooLong]).finally(() => clearTimeout(timer));
}
