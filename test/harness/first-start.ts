/** Servers that start for the first time, or fail to start. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { launch } from './process.ts';

export const folders: string[] = [];

export async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'guildhall-start-'));
  folders.push(folder);
  return folder;
}

/** Starts a server that cannot start. @returns its exit code and its output */
export async function fail(env: Record<string, string>, user?: { uid: number; gid: number }) {
  const server = launch({ env: { PORT: '0', HOST: '127.0.0.1', ...env }, ...(user && { user }) });
  const code = await server.ended;
  assert.doesNotMatch(server.output(), /Guildhall is ready/);
  return { code, said: server.output().trim() };
}

export const secret = 'kQ7w-ZxR2mT9vB4nL6pY8sD1fG3hJ5aUcEiOqWtXzMbVnPrLkHgSdFjYuTeRwQa1';
export const readLog = (dataDir: string) => readFile(join(dataDir, 'postgres.log'), 'utf8');
export const NOBODY = { uid: 65_534, gid: 65_534 };
export const asRoot = process.getuid?.() === 0;
