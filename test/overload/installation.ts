/** A server in production mode with people who are signed in, and a load on it from another process. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createFiles, createPeople } from '../../bench/people.ts';
import { createTestDatabase } from '../harness/database.ts';
import { openProcess, type ServerProcess } from '../harness/process.ts';
import type { Generated, Plan } from './generator.ts';
import type { Sender } from './mix.ts';

const PEOPLE = 500;
const SECRET = 'kQ7w-ZxR2mT9vB4nL6pY8sD1fG3hJ5aUcEiOqWtXzMbVnPrLkHgSdFjYuTeRwQa1';
export const METRICS_TOKEN = 'a-token-for-the-overload-test';

export interface Installation {
  server: ServerProcess;
  port: number;
  senders: Sender[];
}

/** Each of 500 people has a project with a file. Limits are out of the way: they would refuse a flood before it is one. */
export async function openInstallation(): Promise<Installation> {
  const databaseUrl = await createTestDatabase();
  const people = await createPeople({ databaseUrl, secret: SECRET }, PEOPLE, 1);
  await createFiles(
    databaseUrl,
    people.map((_, index) => index + 1),
  );
  const server = await openProcess({
    env: {
      NODE_ENV: 'production',
      DATABASE_URL: databaseUrl,
      SESSION_SECRET: SECRET,
      METRICS_TOKEN,
      PORT: '0',
      HOST: '127.0.0.1',
      WEB_CONCURRENCY: process.env['WEB_CONCURRENCY'] ?? '1',
      RATE_LIMIT_MULTIPLIER: '100000',
      MODEL_SERVER_DETECT: 'false',
      LOG_LEVEL: 'error',
    },
  });
  return { server, port: Number(new URL(server.origin).port), senders: people.map(({ id, cookie }) => ({ cookie, projectId: id })) };
}

/** Sends this many requests a second for so many seconds, and waits for the answers. */
export async function generate(
  { port, senders }: Pick<Installation, 'port' | 'senders'>,
  perSecond: number,
  seconds: number,
  seed: number,
): Promise<Generated> {
  const child = fork(new URL('./generator.ts', import.meta.url));
  try {
    child.send({ port, senders, perSecond, seconds, seed } satisfies Plan);
    const [result] = (await once(child, 'message')) as [Generated];
    return result;
  } finally {
    child.kill();
  }
}
