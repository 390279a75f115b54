/** A git checkout of the same files, and what `git grep` takes on it. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { TreeFile } from './tree.ts';

const run = promisify(execFile);
const MAX_OUTPUT = 512 * 1024 * 1024;

export interface Checkout extends AsyncDisposable {
  /** @returns milliseconds, and the lines it found as `path:line` */
  grep(options: readonly string[], pattern: string): Promise<{ took: number; places: string[] }>;
  /** Into a new repository. @returns milliseconds */
  commit(): Promise<number>;
  /** As a zip. @returns milliseconds */
  archive(): Promise<number>;
}

export async function createCheckout(files: readonly TreeFile[]): Promise<Checkout> {
  const folder = await mkdtemp(join(tmpdir(), 'guildhall-bench-git-'));
  const git = (...args: string[]) =>
    run('git', ['-c', 'user.name=bench', '-c', 'user.email=bench@example.com', ...args], { cwd: folder, maxBuffer: MAX_OUTPUT });
  for (const { path, content } of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
  await git('init', '--quiet');
  await git('add', '--all', '--force');
  await git('commit', '--quiet', '--message', 'files');
  return {
    async grep(options, pattern) {
      const begun = performance.now();
      // Status 1: no line.
      const { stdout } = await git('grep', '--line-number', '--text', ...options, '-e', pattern).catch((error: { code?: number }) => {
        if (error.code === 1) return { stdout: '' };
        throw error;
      });
      const took = performance.now() - begun;
      return { took, places: stdout.split('\n').flatMap((line) => /^(.*?:\d+):/.exec(line)?.[1] ?? []) };
    },
    async commit() {
      const repository = await mkdtemp(join(tmpdir(), 'guildhall-bench-git-'));
      const intoIt = (...args: string[]) => git(`--git-dir=${repository}`, `--work-tree=${folder}`, ...args);
      await intoIt('init', '--quiet');
      const begun = performance.now();
      await intoIt('add', '--all', '--force');
      await intoIt('commit', '--quiet', '--message', 'files');
      const took = performance.now() - begun;
      await rm(repository, { recursive: true, force: true });
      return took;
    },
    async archive() {
      const begun = performance.now();
      await git('archive', '--format=zip', '--output', join(folder, '.git', 'files.zip'), 'HEAD');
      return performance.now() - begun;
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}
