/** Builds the client and the load report page if their builds are missing or older than their sources. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { glob, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { clientDirectory } from './client-directory.ts';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));
const sources = ['vite*.config.ts', 'package-lock.json', 'src/{ui,wire}/**', 'src/app/client/**', 'src/features/**'];
const stamp = join(clientDirectory, 'sources.sha256');
/** Has placeholders for a title and a report; see report-page.ts. */
export const reportPage = join(root, 'dist/report/report.html');

/** @returns whether it had to be built */
export async function buildClientIfOld(): Promise<boolean> {
  const wanted = await hashSources();
  const built = await readFile(stamp, 'utf8').catch(() => '');
  if (built === wanted && existsSync(reportPage)) return false;
  await buildClient(wanted);
  return true;
}

async function hashSources(): Promise<string> {
  const paths: string[] = [];
  for await (const entry of glob(sources, { cwd: root, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile() && !/\/server\/|\.test\.ts$/.test(path)) paths.push(path);
  }
  const hash = createHash('sha256');
  for (const path of paths.sort()) hash.update(path.slice(root.length)).update(await readFile(path));
  return hash.digest('hex');
}

async function buildClient(hash: string): Promise<void> {
  const vite = join(root, 'node_modules/vite/bin/vite.js');
  if (!existsSync(vite)) {
    const there = existsSync(join(clientDirectory, 'index.html'));
    throw new Error(
      `The client is ${there ? 'older than its sources' : 'not built'}, and the packages to build it are missing. Run: npm ci && npm run build`,
    );
  }
  // In a separate process: a build takes memory that a server would never release. Every build, including those of tests, is the production
  // build: React's development build is twice as large.
  const env = { ...process.env, NODE_ENV: 'production' };
  for (const config of ['vite.config.ts', 'vite.report.config.ts'])
    await run(process.execPath, [vite, 'build', '--config', join(root, config), '--logLevel', 'error'], { cwd: root, env }).catch(
      (cause: { stderr?: string }) => {
        throw new Error(`The client could not be built: ${cause.stderr ?? ''}`, { cause });
      },
    );
  await writeFile(stamp, hash);
}
