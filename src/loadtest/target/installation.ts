/** The installation's own PostgreSQL: provides a scratch database for a run, and stores its report. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { findRunning, startEmbedded } from '#kernel/database/embedded/embedded.ts';
import { createLog } from '#kernel/log.ts';

export interface Installation {
  /** Of the installation's own database. */
  url: string;
  /** A description of it. */
  about: string;
  stop(): Promise<void>;
}

/**
 * DATABASE_URL if set; otherwise the embedded PostgreSQL of the data folder, started for the run, or reached over its socket if a server is
 * running it.
 * @throws Error with a sentence for people if it does not start
 */
export async function openInstallation({
  databaseUrl,
  dataDir,
}: {
  databaseUrl: string | undefined;
  dataDir: string;
}): Promise<Installation> {
  if (databaseUrl !== undefined) return { url: databaseUrl, about: 'PostgreSQL at DATABASE_URL', stop: async () => undefined };
  const running = await findRunning(dataDir);
  if (running !== undefined) return { url: running, about: 'embedded PostgreSQL, beside a running server', stop: async () => undefined };
  const log = await createLog({ level: 'warn', readable: true });
  const { url, stop } = await startEmbedded({ dataDir, log });
  return { url, about: 'embedded PostgreSQL', stop };
}

/** Whether an installation exists that can store a report. */
export function hasInstallation({ databaseUrl, dataDir }: { databaseUrl: string | undefined; dataDir: string }): boolean {
  return databaseUrl !== undefined || existsSync(join(dataDir, 'postgres', 'PG_VERSION'));
}
