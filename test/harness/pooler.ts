/** PgBouncer in front of the tests' PostgreSQL, if installed. */
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findRunner } from '#kernel/database/embedded/runner.ts';
import { query } from './database.ts';
import { eventually } from './eventually.ts';

/** Its path; undefined if it is not installed. */
export const pgBouncer = ['/usr/sbin', '/usr/bin', '/usr/local/bin', '/opt/homebrew/bin']
  .map((folder) => join(folder, 'pgbouncer'))
  .find((path) => existsSync(path));

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address ? address.port : 0;
}

/** @param size connections to PostgreSQL @returns the URL of a database behind a pooler */
export async function openPooler(databaseUrl: string, mode: 'session' | 'transaction' | 'statement', size = 30) {
  const direct = new URL(databaseUrl);
  const folder = mkdtempSync(join(tmpdir(), 'guildhall-pooler-'));
  const port = await findFreePort();
  const sockets = direct.searchParams.get('host') ?? '';
  // Like PostgreSQL, it does not run as root.
  const runner = await findRunner(pgBouncer ?? '', sockets);
  const settings = [
    '[databases]',
    `* = host=${sockets} port=5432 user=${direct.username}`,
    '[pgbouncer]',
    'listen_addr = 127.0.0.1',
    `listen_port = ${port}`,
    'unix_socket_dir =',
    'auth_type = any',
    `pool_mode = ${mode}`,
    `default_pool_size = ${size}`,
    `logfile = ${join(folder, 'log')}`,
  ];
  const file = join(folder, 'pgbouncer.ini');
  writeFileSync(file, `${settings.join('\n')}\n`);
  if (runner.owner) for (const path of [folder, file]) chownSync(path, runner.owner.uid, runner.owner.gid);
  const child = runner.spawn(pgBouncer ?? '', [file], { stdio: 'ignore' });
  const url = new URL(`postgresql://${direct.username}:none@127.0.0.1:${port}${direct.pathname}`);
  await eventually('the pooler answers', () => query(url.href, 'select 1').then(Boolean, () => false));
  return {
    url: url.href,
    async close(): Promise<void> {
      child.kill('SIGTERM');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
