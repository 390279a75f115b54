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
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}
