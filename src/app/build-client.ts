/** Builds the client and the load report page if their builds are missing or older than their sources. */
import { execFile } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { glob, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { clientDirectory } from './client-directory.ts';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));
const sources = ['vite*.config.ts', 'package-lock.json', 'src/{ui,wire}/**', 'src/app/client/**', 'src/features/**'];
const STAMP = 'sources.sha256';
/** Has placeholders for a title and a report; see report-page.ts. */
export const reportPage = join(root, 'dist/report/report.html');

/** @returns whether it had to be built */
export async function buildClientIfOld(): Promise<boolean> {
  const wanted = await hashSources();
  const built = await readFile(join(clientDirectory, STAMP), 'utf8').catch(() => '');
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
  const dist = dirname(clientDirectory);
  await mkdir(dist, { recursive: true });
  // Apart from the build in use: two commands may build at once, or one be killed halfway.
  const made = await mkdtemp(join(dist, 'making-'));
  try {
    await build('vite.config.ts', join(made, 'client'));
    await build('vite.report.config.ts', join(made, 'report'));
    await writeFile(join(made, 'client', STAMP), hash);
    await replaceFolder(join(made, 'report'), dirname(reportPage), made);
    await replaceFolder(join(made, 'client'), clientDirectory, made);
  } finally {
    await rm(made, { recursive: true, force: true });
  }

  async function build(config: string, outDir: string): Promise<void> {
    const args = ['build', '--config', join(root, config), '--outDir', outDir, '--logLevel', 'error'];
    await run(process.execPath, [vite, ...args], { cwd: root, env }).catch((cause: { stderr?: string }) => {
      throw new Error(`The client could not be built: ${cause.stderr ?? ''}`, { cause });
    });
  }
}

/** Puts a folder where another one may be; the last one wins. @param spare a folder that takes what was there */
async function replaceFolder(from: string, to: string, spare: string): Promise<void> {
  for (;;) {
    const aside = join(spare, `former-${basename(to)}-${randomUUID()}`);
    await rename(to, aside).catch(ignore('ENOENT'));
    try {
      return await rename(from, to);
    } catch (error) {
      // Another build was put there in between.
      ignore('ENOTEMPTY', 'EEXIST')(error);
    }
  }
}

const ignore =
  (...codes: string[]) =>
  (error: unknown): void => {
    if (!codes.includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  };
