import { once } from 'node:events';
import { chown, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { findRunner } from '#kernel/database/embedded/runner.ts';

/** As pg_basebackup does, which the embedded binaries do not have. */
export async function copyCluster(url: string, target: string): Promise<void> {
  const runner = await findRunner('/bin/sh', join(target, '..'));
  await mkdir(target, { recursive: true, mode: 0o700 });
  if (runner.owner) for (const folder of [join(target, '..'), target]) await chown(folder, runner.owner.uid, runner.owner.gid);
  const tar = runner.spawn('tar', ['-x', '-C', target], { stdio: ['pipe', 'ignore', 'inherit'] });
  const unpacked = once(tar, 'exit');
  // A database name makes it a connection to that, and not one for replication.
  const client = new pg.Client({ connectionString: url, replication: 'true' } as pg.ClientConfig);
  await client.connect();
  let isTar = false;
  await new Promise<void>((resolve, reject) => {
    const backup = {
      submit: (connection: { query(text: string): void }) =>
        connection.query(`BASE_BACKUP (LABEL 'standby', CHECKPOINT 'fast', WAL true, MANIFEST 'no')`),
      handleCopyData({ chunk }: { chunk: Buffer }): void {
        const kind = String.fromCharCode(chunk[0] ?? 0);
        if (kind === 'n') isTar = true;
        // The driver uses the memory of a chunk again.
        else if (kind === 'd' && isTar) tar.stdin?.write(Buffer.from(chunk.subarray(1)));
      },
      handleError: reject,
      handleReadyForQuery: () => resolve(),
      handleRowDescription: () => undefined,
      handleDataRow: () => undefined,
      handleCommandComplete: () => undefined,
      handleCopyDone: () => undefined,
      handleCopyOutResponse: () => undefined,
    };
    client.query(backup as never);
  });
  await client.end();
  tar.stdin?.end();
  const [code] = await unpacked;
  if (code !== 0) throw new Error(`tar ended with ${code}`);
}
