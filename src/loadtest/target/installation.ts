/** The installation's own PostgreSQL: lends a scratch database for a run, and keeps its report. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { findRunning, startEmbedded } from '#kernel/database/embedded/embedded.ts';
import { createLog } from '#kernel/log.ts';

export interface Installation {
  /** Of the installation's own database. */
  url: string;
  /** What it is, in words. */
  about: string;
  stop(): Promise<void>;
}

/**
 * DATABASE_URL where it is given; else the embedded PostgreSQL of the data folder, started for the run, or joined over its socket
 * when a server has it running.
 * @throws Error with a sentence for people when it does not start
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

/** Is there an installation that a report could be kept in, without making one? */
export function hasInstallation({ databaseUrl, dataDir }: { databaseUrl: string | undefined; dataDir: string }): boolean {
  return databaseUrl !== undefined || existsSync(join(dataDir, 'postgres', 'PG_VERSION'));
}
